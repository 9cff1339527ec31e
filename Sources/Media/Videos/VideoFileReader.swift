import CFFmpeg
import Platform
package import RecordingTypes
package import SystemPackage

/// Reads a video file picture by picture, in the order in which they are shown. Used from one thread.
package final class VideoFileReader {
    /// What the file states about itself; `frameCount` is what its index lists.
    package let description: VideoDescription
    private let demuxer: Demuxer
    private let decoder: PictureDecoder
    private let packet: PacketHandle
    private var isAtEnd = false

    /// - Throws: `ReelError(.damaged)` when there is no video in the file; `ReelError` when it cannot be opened.
    package init(path: FilePath) throws {
        demuxer = try Demuxer(path: path)
        // Frame threads: the order stays, and nobody waits for a picture here.
        decoder = try PictureDecoder(for: demuxer.parameters, threads: 0)
        packet = try PacketHandle()
        description = VideoDescription(demuxer, path)
    }

    /// The next picture and when it is shown, in seconds from the start; nil at the end.
    /// - Throws: `ReelError(.damaged)` when a picture is broken.
    package func next() throws -> (seconds: Double, Picture)? {
        while true {
            if let picture = try decoder.receive() {
                let time = picture.withFrame { $0.pointee.best_effort_timestamp }
                return (seconds: demuxer.timeBase.seconds(time), picture)
            }
            if isAtEnd { return nil }
            if try demuxer.read(into: packet) {
                try decoder.send(packet.pointer)
            } else {
                isAtEnd = true
                try decoder.send(nil)
            }
        }
    }
}
