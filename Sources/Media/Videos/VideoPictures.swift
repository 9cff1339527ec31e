import RecordingTypes
package import SystemPackage

/// Single pictures of a video file, in any order: exactly the one that is shown at a time. Used from one thread.
package final class VideoPictures {
    private let path: FilePath
    private let reader: VideoFileReader
    /// When the picture is shown that was read last; nil where the next one is not the one behind it.
    private var place: Double?

    /// - Throws: `ReelError(.damaged)` when there is no video in the file; `ReelError` when it cannot be opened, or there is no
    ///   decoder for it.
    package init(path: FilePath) throws {
        self.path = path
        reader = try VideoFileReader(path: path, threads: 1)
    }

    /// The picture that is shown at `seconds`, where each is shown for `duration` seconds.
    ///
    /// After the picture before it, it takes one decoding; from elsewhere as many as lie between two key frames.
    /// - Throws: `ReelError(.damaged)` when there is none, or it is broken.
    package func picture(at seconds: Double, lasting duration: Double) throws -> Picture {
        // A few that lie between are decoded quicker than a key frame is found.
        let isJustBehind = place.map { (seconds - 3 * duration..<seconds - duration / 2).contains($0) } ?? false
        place = nil
        if !isJustBehind { try reader.seek(to: seconds + duration / 4) }
        while let (time, picture) = try reader.next(), time < seconds + duration / 2 {
            place = time
            if time > seconds - duration / 2 { return picture }
        }
        place = nil
        throw ReelError(
            .damaged, "find a picture", subject: path.string,
            cause: "the video shows none at \((seconds * 1000).rounded() / 1000) s")
    }
}
