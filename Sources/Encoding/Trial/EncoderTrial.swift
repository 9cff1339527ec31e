import Media
import Platform
package import RecordingTypes
import Synchronization
package import SystemPackage

/// How fast an encoder is on this machine, with as many at work at once as the encoder process has.
package struct EncoderTrial: Sendable {
    package var settings: VideoEncoderSettings
    /// Pictures a second, of all that work at once together.
    package var picturesPerSecond: Double
    /// Of one picture, on average.
    package var bytesPerPicture: Double

    package init(settings: VideoEncoderSettings, picturesPerSecond: Double, bytesPerPicture: Double) {
        self.settings = settings
        self.picturesPerSecond = picturesPerSecond
        self.bytesPerPicture = bytesPerPicture
    }

    /// The kinds to try: all whose encoders FFmpeg has here. Hardware may be missing all the same; `run` fails then.
    package static var kinds: [VideoEncoderKind] { VideoCodec.available }

    /// Encodes pictures as a camera gives them, a still scene's slow movement under a sensor's noise.
    ///
    /// libSvtAv1Enc makes its threads real-time where it may, so the process gives that up for good.
    /// - Parameters:
    ///   - settings: the encoder.
    ///   - width: of the pictures, pixels.
    ///   - height: of the pictures, pixels.
    ///   - fps: what the video is to be played at.
    ///   - time: how long to go on.
    ///   - directory: where the videos are made, and removed again.
    /// - Returns: what came of it.
    /// - Throws: `ReelError` when the encoder does not open, or a file cannot be written.
    package static func run(
        _ settings: VideoEncoderSettings, width: Int, height: Int, fps: Int, for time: Duration, in directory: FilePath
    ) throws -> EncoderTrial {
        try ProcessPriority.becomeIdleForGood()
        let pictures = try (0..<fps).map { try TrialPicture.make(width: width, height: height, number: $0) }
        let results = Mutex<[Result<(count: Int, bytes: Int), any Error>]>([])
        let done = Semaphore()
        let (begun, end) = (MonotonicTime.now, MonotonicTime.now + time)
        let workers = LocalJobs.usualLimit(with: [settings])
        for worker in 0..<workers {
            _ = OwnThread(name: "trial \(worker)") {
                let path = directory.appending("trial-\(worker).mp4")
                let result = Result { () throws -> (count: Int, bytes: Int) in
                    let writer = try VideoFileWriter(
                        path: path, settings: settings, width: width, height: height, fps: fps)
                    while MonotonicTime.now < end { try writer.append(pictures[writer.count % pictures.count]) }
                    let video = try writer.finish()
                    return (count: video.frameCount, bytes: video.byteCount)
                }
                try? File.remove(path)
                results.withLock { $0.append(result) }
                done.post()
            }
        }
        for _ in 0..<workers { done.wait() }
        let seconds = (MonotonicTime.now - begun).seconds
        let sums = try results.withLock { try $0.map { try $0.get() } }
        let count = sums.reduce(0) { $0 + $1.count }
        return EncoderTrial(
            settings: settings, picturesPerSecond: Double(count) / seconds,
            bytesPerPicture: Double(sums.reduce(0) { $0 + $1.bytes }) / Double(max(1, count)))
    }
}
