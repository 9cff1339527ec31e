import Platform
package import RecordingTypes
import Synchronization

/// A camera that FFmpeg opens: a V4L2 device, a network stream, a screen, or a file at real time. It has a thread of its
/// own.
///
/// JPEGs stay as they came, unless they are to be turned; all other streams are decoded.
package final class FFmpegCamera: Camera {
    package let name: String
    private let source: CameraSource
    private let policy: PicturePolicy
    /// A new one each time it is opened: an old thread must not hand anything over.
    private let feeds: Mutex<CameraFeed>
    private let thread = Mutex<OwnThread?>(nil)
    /// How long the first picture may take.
    private let patience: Duration

    /// Nothing is opened yet.
    package init(
        name: String, source: CameraSource, policy: PicturePolicy = .inStep, patience: Duration = .seconds(5)
    ) {
        self.name = name
        self.source = source
        self.policy = policy
        feeds = Mutex(CameraFeed(policy))
        self.patience = patience
    }

    deinit { close() }

    package func open() throws -> CameraFormat {
        do {
            start()
            guard feed.firstPicture.wait(until: .now + patience) || feed.failure != nil else {
                throw ReelError(
                    .unavailable, "open the camera \(name)", subject: source.place,
                    cause: "no picture came within \(patience.seconds) s")
            }
            if let failure = feed.failure { throw failure }
            try warmUp()
            return try checked()
        } catch {
            close()
            guard var error = error as? ReelError else { throw error }
            error.action = "open the camera \(name)"
            error.subject = error.subject ?? source.place
            throw error
        }
    }

    package func newest() -> CameraFrame? { feed.newest }

    package func picture(at tick: MonotonicTime) -> CameraFrame? { feed.picture(at: tick) }

    package var failure: ReelError? { feed.failure }

    package func close() {
        feed.interruption.interrupt()
        thread.withLock { $0.take() }?.join()
    }

    private var feed: CameraFeed { feeds.withLock { $0 } }

    private func start() {
        let (source, feed) = (source, CameraFeed(policy))
        feeds.withLock { $0 = feed }
        thread.withLock { $0 = OwnThread(name: "camera \(name)") { Self.read(source, into: feed) } }
    }

    /// The thread's body.
    private static func read(_ source: CameraSource, into feed: CameraFeed) {
        do {
            try CameraReading(source, feed: feed).run()
            feed.end(ReelError(.cancelled, "read a camera", subject: source.place, cause: "it was closed"))
        } catch let error as ReelError {
            feed.end(error)
        } catch {
            feed.end(ReelError(.failed, "read a camera", subject: source.place, cause: "\(error)"))
        }
    }

    /// Lets exposure and white balance settle, and measures the rate meanwhile.
    private func warmUp() throws {
        var end = MonotonicTime.now + source.warmUp
        // A rate that only arrivals can tell needs some of them.
        if source.fps != nil && feed.statedRate == nil { end = max(end, .now + .seconds(1)) }
        var isMeasuredAgain = false
        while true {
            while MonotonicTime.now < end {
                if let failure = feed.failure { throw failure }
                min(end, MonotonicTime.now + .milliseconds(20)).sleepUntil()
            }
            // A network can be slow at first: it gets a second chance.
            guard feed.statedRate == nil, !isMeasuredAgain, let measured = feed.measuredRate, !isRate(measured) else {
                return
            }
            isMeasuredAgain = true
            feed.measureAgain()
            end = .now + .seconds(1)
        }
    }

    private func isRate(_ rate: Double) -> Bool {
        guard let wanted = source.fps else { return true }
        return abs(rate - Double(wanted)) <= Double(wanted) / 10
    }

    /// What the camera really gives, after it was compared with what was asked for.
    private func checked() throws -> CameraFormat {
        if let failure = feed.failure { throw failure }
        guard var format = feed.format else {
            throw ReelError(.failed, "open the camera \(name)", subject: source.place, cause: "no picture came")
        }
        let (width, height) = (source.width ?? format.width, source.height ?? format.height)
        guard (width, height) == (format.width, format.height) else {
            throw mismatch("its pictures are \(format.width)×\(format.height), asked for were \(width)×\(height)")
        }
        let rate = feed.statedRate ?? feed.measuredRate
        if let rate, let wanted = source.fps, rate > 0, !isRate(rate) {
            throw mismatch("it gives \(rounded(rate)) pictures a second, asked for were \(wanted)")
        }
        format.fps = rate ?? 0
        return format
    }

    private func mismatch(_ cause: String) -> ReelError {
        ReelError(.mismatch, "open the camera \(name)", subject: source.place, cause: cause, remedy: source.offers)
    }

    private func rounded(_ rate: Double) -> Double { (rate * 10).rounded() / 10 }
}
