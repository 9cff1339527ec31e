import CFFmpeg
import RecordingTypes

/// A network camera that sends one JPEG after another, as multipart/x-mixed-replace or bare. FFmpeg's demuxers want the
/// multipart as it is written in the book, and most cameras have a book of their own.
final class JPEGStream: PictureSource {
    /// So much that is no picture, and it is not a camera.
    private static let strayLimit = 1 << 20

    let parameters: UnsafePointer<AVCodecParameters>
    let timeBase = AVRational(num: 1, den: 1_000_000)
    /// Nobody states it.
    let frameRate = 0.0
    let isV4L2 = false
    private(set) var isAtEnd = false
    private let input: NetworkInput
    private let owned: UnsafeMutablePointer<AVCodecParameters>
    private var scanner = JPEGScanner()
    private var chunk = [UInt8](repeating: 0, count: 32 << 10)

    /// - Throws: `ReelError` when there is no memory.
    init(_ input: NetworkInput) throws {
        guard let owned = avcodec_parameters_alloc() else { throw ReelError.outOfMemory("open a camera") }
        owned.pointee.codec_type = AVMEDIA_TYPE_VIDEO
        owned.pointee.codec_id = AV_CODEC_ID_MJPEG
        self.owned = owned
        parameters = UnsafePointer(owned)
        self.input = input
    }

    deinit {
        var owned: UnsafeMutablePointer<AVCodecParameters>? = owned
        avcodec_parameters_free(&owned)
    }

    func poll(into packet: borrowing PacketHandle) throws -> Arrival {
        packet.clear()
        while true {
            if let finding = scanner.next() { return try hand(over: finding, packet) }
            if isAtEnd { return .end }
            guard scanner.strayCount < Self.strayLimit else {
                throw ReelError(
                    .damaged, "read a camera",
                    cause: "\(scanner.strayCount >> 10) KiB came without the beginning of a JPEG")
            }
            do {
                guard let count = try chunk.withUnsafeMutableBytes(input.read) else {
                    isAtEnd = true
                    continue
                }
                chunk.withUnsafeBytes { scanner.append(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            } catch let error as ReelError where error.kind != .cancelled {
                // A connection that breaks has ended.
                isAtEnd = true
            }
        }
    }

    private func hand(over finding: JPEGScanner.Finding, _ packet: borrowing PacketHandle) throws -> Arrival {
        switch finding {
        case .broken(let cause): return .broken(cause)
        case .picture(let place):
            let result = av_new_packet(packet.pointer, Int32(place.count))
            if result < 0 { throw ReelError(ffmpeg: result, "keep a packet") }
            scanner.bytes(of: place) { bytes in
                if let target = packet.pointer.pointee.data {
                    UnsafeMutableRawPointer(target).copyMemory(
                        from: bytes.baseAddress ?? UnsafeRawPointer(target), byteCount: bytes.count)
                }
            }
            return .packet
        }
    }
}
