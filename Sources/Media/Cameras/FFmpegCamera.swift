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
    /// Damaged pictures of the times that it was open before.
    private let damagedBefore = Atomic<Int>(0)
    /// How long the first picture may take.
    private let patience: Duration

    /// Nothing is opened yet.
    package init(
        name: String, source: CameraSource, policy: PicturePolicy = .inStep, patience: Duration = .seconds(10)
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
            let patience = firstPicturePatience
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

    package var damagedCount: Int { feeds.withLock { $0.damagedCount } + damagedBefore.load(ordering: .relaxed) }

    package func close() {
        feed.interruption.interrupt()
        thread.withLock { $0.take() }?.join()
    }

    private var feed: CameraFeed { feeds.withLock { $0 } }

    private func start() {
        let (source, feed, patience) = (source, CameraFeed(policy), firstPicturePatience)
        feeds.withLock {
            damagedBefore.add($0.damagedCount, ordering: .relaxed)
            $0 = feed
        }
        thread.withLock { $0 = OwnThread(name: "camera \(name)") { Self.read(source, into: feed, patience) } }
    }

    /// A slow camera has the time of three pictures.
    private var firstPicturePatience: Duration { source.fps.map { max(patience, .seconds(3 / $0)) } ?? patience }

    /// The thread's body.
    private static func read(_ source: CameraSource, into feed: CameraFeed, _ patience: Duration) {
        do {
            try CameraReading.open(source, feed: feed, patience: patience).run()
            feed.end(ReelError(.cancelled, "read a camera", subject: source.place, cause: "it was closed"))
        } catch let error as ReelError {
            feed.end(error)
        } catch {
            feed.end(ReelError(.failed, "read a camera", subject: source.place, cause: "\(error)"))
        }
    }

    /// Lets exposure and white balance settle, and measures the rate meanwhile.
    private func warmUp() throws {
        let begun = MonotonicTime.now
        var end = begun + source.warmUp
        // A rate that only arrivals can tell needs some of them.
        if source.fps != nil && feed.statedRate == nil { end = max(end, begun + .seconds(1)) }
        try watch(until: end)
        guard feed.statedRate == nil, end > begun else { return }
        if feed.measuredRate == nil {
            // Some give one a second, or less. Three periods tell that.
            let slow = begun + .seconds(max(4, source.fps.map { 3 / $0 } ?? 0))
            try watch(until: slow) { feed.measuredRate != nil }
        } else if let measured = feed.measuredRate, !isRate(measured) {
            // A network can be slow at first: it gets a second chance.
            feed.measureAgain()
            try watch(until: .now + .seconds(1))
        }
    }

    /// Waits, as long as the camera does not fail.
    private func watch(until end: MonotonicTime, orUntil isEnough: () -> Bool = { false }) throws {
        while MonotonicTime.now < end && !isEnough() {
            if let failure = feed.failure { throw failure }
            min(end, MonotonicTime.now + .milliseconds(20)).sleepUntil()
        }
    }

    private func isRate(_ rate: Double) -> Bool {
        guard let wanted = source.fps else { return true }
        return abs(rate - wanted) <= wanted / 10
    }

    /// Pictures a second as far as that is known, and whether it is sure enough to be compared.
    private var rate: (perSecond: Double, isSure: Bool) {
        if let rate = feed.statedRate ?? feed.measuredRate { return (rate, rate > 0) }
        guard source.warmUp > .zero || source.fps != nil, let rough = feed.roughRate(at: .now) else {
            return (source.fps ?? 0, false)
        }
        return (rough.perSecond, rough.intervals > 1)
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
        let rate = rate
        if rate.isSure, let wanted = source.fps, !isRate(rate.perSecond) {
            throw mismatch(
                "it gives \(Self.words(rate.perSecond)) pictures a second, asked for were \(Self.words(wanted))")
        }
        format.fps = rate.perSecond
        return format
    }

    private func mismatch(_ cause: String) -> ReelError {
        ReelError(.mismatch, "open the camera \(name)", subject: source.place, cause: cause, remedy: source.offers)
    }

    /// "30", "29.7", "0.25".
    private static func words(_ rate: Double) -> String {
        let places = rate < 2 ? 100.0 : 10.0
        let rounded = (rate * places).rounded() / places
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }
}
