import CFFmpeg
import Platform
package import RecordingTypes
package import SystemPackage

/// What a video file states about itself, and when each of its pictures is shown: read from its header and its packets in
/// one pass. Nothing is decoded.
package struct VideoFileIndex: Sendable {
    package let description: VideoDescription
    /// Seconds, sorted.
    package let packetTimes: [Double]

    /// - Throws: `ReelError(.damaged)` when there is no video in the file; `ReelError` when it cannot be read, or there is no
    ///   decoder for it.
    package init(path: FilePath) throws {
        let demuxer = try Demuxer(path: path)
        _ = try PictureDecoder(for: demuxer.parameters)
        description = VideoDescription(demuxer, path)
        packetTimes = try Self.packetTimes(demuxer)
    }

    private static func packetTimes(_ demuxer: Demuxer) throws -> [Double] {
        let packet = try PacketHandle()
        var times: [Int64] = []
        while try demuxer.read(into: packet) { times.append(packet.pointer.pointee.pts) }
        let unit = demuxer.timeBase
        return times.sorted().map { unit.seconds($0) }
    }
}

extension VideoDescription {
    init(_ demuxer: Demuxer, _ path: FilePath) {
        let parameters = demuxer.parameters
        self.init(
            width: Int(parameters.pointee.width), height: Int(parameters.pointee.height),
            codec: parameters.pointee.codecName,
            pixelFormat: AVPixelFormat(rawValue: parameters.pointee.format).name,
            fps: Int(demuxer.frameRate.rounded()), frameCount: demuxer.statedFrameCount,
            byteCount: File.size(of: path) ?? 0, settings: nil)
    }
}
