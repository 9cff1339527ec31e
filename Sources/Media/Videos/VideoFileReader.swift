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

    /// With as many threads as there are cores, unless one picture is waited for.
    /// - Throws: `ReelError(.damaged)` when there is no video in the file; `ReelError` when it cannot be opened.
    package init(path: FilePath, threads: Int = 0) throws {
        demuxer = try Demuxer(path: path)
        // Of frame threads the order stays.
        decoder = try PictureDecoder(for: demuxer.parameters, threads: threads)
        packet = try PacketHandle()
        description = VideoDescription(demuxer, path)
    }

    /// Goes on at the last picture at or before a time that can be decoded without others before it.
    /// - Throws: `ReelError` with the demuxer's words.
    package func seek(to seconds: Double) throws {
        try demuxer.seek(to: seconds)
        decoder.reset()
        isAtEnd = false
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
