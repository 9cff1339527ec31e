import CFFmpeg
package import RecordingTypes
package import SystemPackage

/// Reads a frame file, packet by packet, also while it is still being written. Used from one thread, which `next` blocks
/// as long as `waitForMore` does.
///
/// A NUT file tells little about damage: each packet's size and checksum must be compared with what its row says.
package final class FrameFileReader {
    /// What the file says it holds.
    package let format: CameraFormat
    private let file: GrowingFile
    private let demuxer: Demuxer
    private let decoder: PictureDecoder
    private var index = 0
    /// Whether the file ended inside a packet: its writer was killed, or the disk was full.
    package private(set) var isCutShort = false

    /// Opens the file and reads its header, waiting for it where it is not there yet.
    ///
    /// `waitForMore` is called whenever the file ends: it blocks a little and says whether to try again. Without it, and
    /// when it says no, the end is the end.
    /// - Throws: `ReelError(.damaged)` when there is no frame file's header in it; `ReelError` when it cannot be read.
    package init(path: FilePath, waitForMore: (@Sendable () -> Bool)? = nil) throws {
        FFmpegLog.begin()
        file = try GrowingFile(path, waitForMore: waitForMore)
        do {
            demuxer = try Demuxer("nut", from: file.input(), subject: path.string)
            let parameters = demuxer.parameters
            decoder = try PictureDecoder(for: parameters)
            format = try Self.format(of: parameters, layout: decoder.pixelFormat, fps: demuxer.frameRate)
        } catch {
            if let failure = file.failure { throw ReelError(failure, "read a frame file", subject: path.string) }
            if var error = error as? ReelError {
                error.action = "read a frame file"
                error.subject = path.string
                if error.kind != .unavailable { error.kind = .damaged }
                throw error
            }
            throw error
        }
    }

    /// The next packet, or nil at the end.
    /// - Throws: `ReelError(.damaged)` when packets are missing in between; `ReelError` when it cannot be read.
    package func next() throws -> StoredPicture? {
        if isCutShort { return nil }
        FFmpegLog.begin()
        let packet = try PacketHandle()
        do {
            guard try demuxer.read(into: packet) else { return nil }
        } catch {
            throw file.failure.map { ReelError($0, "read a picture", subject: file.path.string) } ?? error
        }
        if packet.pointer.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 || packet.bytes.isEmpty {
            isCutShort = true
            return nil
        }
        if let found = demuxer.frameNumber(of: packet), found != index {
            throw ReelError(
                .damaged, "read a picture", subject: file.path.string,
                cause: "after picture \(index - 1) comes \(found)")
        }
        defer { index += 1 }
        return StoredPicture(index: index, packet: packet, decoder: decoder)
    }

    private static func format(of parameters: UnsafePointer<AVCodecParameters>, layout: AVPixelFormat, fps: Double)
        throws -> CameraFormat
    {
        let (width, height) = (Int(parameters.pointee.width), Int(parameters.pointee.height))
        let pixelFormat: PixelFormat? =
            parameters.pointee.codec_id == AV_CODEC_ID_MJPEG
            ? .mjpeg : PixelFormat(rawValue: layout.name)
        guard let pixelFormat else {
            throw ReelError(.damaged, "read a frame file", cause: "it holds \(parameters.pointee.codecName)")
        }
        guard width > 0, height > 0, width <= 16384, height <= 16384 else {
            throw ReelError(.damaged, "read a frame file", cause: "its pictures are \(width)×\(height)")
        }
        return CameraFormat(width: width, height: height, fps: fps, pixelFormat: pixelFormat)
    }
}
