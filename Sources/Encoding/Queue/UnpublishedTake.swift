import Platform
import RecordingTypes
import Spool

/// Where one take stands on its way into the dataset. Belongs to the queue's thread.
final class UnpublishedTake {
    let take: Take
    /// All its rows are on the disk.
    var isSealed: Bool
    /// The operator keeps it.
    var isKept: Bool
    /// The schedule lets it start.
    var isReleased = false
    /// It was tried and could not be encoded or published; it stays in the spool.
    var hasFailed: Bool { failure != nil }
    /// Why.
    private(set) var failure: TakeFailure?
    /// How often earlier processes died over it.
    let attempts: EncodingAttempts

    /// The work on it, from its beginning to its end.
    private(set) var job: (any EncodingJob)?
    private(set) var isEncoded = false
    private var startedAt: MonotonicTime?

    init(take: Take) {
        self.take = take
        isSealed = take.state != .recording
        isKept = take.state == .kept
        attempts = EncodingAttempts(take: take)
    }

    /// An earlier process died over it, so it is worked on alone: the next death says for certain who is to blame.
    var isSuspect: Bool { attempts.deaths > 0 }

    /// Nobody writes into its encoded directory.
    var isIdle: Bool { job == nil }

    /// Work on it has begun, has not ended, and will come to something.
    var isInWork: Bool { job != nil && !hasFailed }

    /// Work on it may begin.
    var isWaiting: Bool { isReleased && job == nil && !hasFailed && !isEncoded }

    /// It cannot be encoded or published; what is going on is called off.
    func fail(_ failure: TakeFailure) {
        self.failure = failure
        job?.cancel()
    }

    /// It was moved aside.
    func noteSetAside() { failure?.goesAside = false }

    func begin(_ job: any EncodingJob) {
        self.job = job
        startedAt = .now
    }

    /// Nobody works on it any more.
    func end() { job = nil }

    /// The take is whole in its encoded directory.
    /// - Returns: seconds since work on it began.
    func noteEncoded() -> Double {
        attempts.succeed()
        isEncoded = true
        return startedAt.map { (MonotonicTime.now - $0).seconds } ?? 0
    }
}
