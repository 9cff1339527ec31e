import CFFmpeg
import RecordingTypes

@testable import Media

/// A coded picture as a camera of JPEGs gives it, or one that is broken inside and looks whole from outside.
enum CodedJPEG {
    static func frame(_ picture: CameraFrame, isBroken: Bool) throws -> CameraFrame {
        let memory = Memory(isBroken ? broken : try bytes(of: picture))
        return CameraFrame(
            sequence: picture.sequence, capturedAt: picture.capturedAt, width: picture.width, height: picture.height,
            pixelFormat: .mjpeg, planes: [.init(bytes: UnsafeRawBufferPointer(memory.bytes), stride: 0)], owner: memory)
    }

    /// A start, a size, a table of 32768 bytes that is not there, and an end.
    private static var broken: [UInt8] {
        let size: [UInt8] = [0xFF, 0xC0, 0, 11, 8, 0, 240, 1, 64, 1, 1, 0x11, 0]
        return [0xFF, 0xD8] + size + [0xFF, 0xC4, 0x80, 0] + [UInt8](repeating: 0x5A, count: 600) + [0xFF, 0xD9]
    }

    private static func bytes(of picture: CameraFrame) throws -> [UInt8] {
        guard let codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG) else {
            throw ReelError(.unavailable, "make a JPEG", cause: "no encoder")
        }
        let encoder = try PictureEncoder(codec, options: ["flags": "qscale", "global_quality": "354"]) {
            $0.pointee.width = Int32(picture.width)
            $0.pointee.height = Int32(picture.height)
            $0.pointee.pix_fmt = AV_PIX_FMT_YUVJ420P
            $0.pointee.color_range = AVCOL_RANGE_JPEG
            $0.pointee.time_base = AVRational(num: 1, den: 30)
        }
        let source = try FrameHandle()
        let packet = try PacketHandle()
        try picture.lend(to: source)
        let converter = try PictureConverter(to: AV_PIX_FMT_YUVJ420P, isFullRange: true)
        try encoder.send(converter.convert(source.pointer))
        guard try encoder.receive(into: packet) else { throw ReelError(.failed, "make a JPEG", cause: "no packet") }
        return [UInt8](packet.bytes)
    }

    private final class Memory: @unchecked Sendable {  // Written once, in init.
        let bytes: UnsafeMutableRawBufferPointer

        init(_ content: [UInt8]) {
            bytes = .allocate(byteCount: content.count, alignment: 64)
            bytes.copyBytes(from: content)
        }

        deinit { bytes.deallocate() }
    }
}
