import RecordingTypes

/// Decides whether the encoder process hangs: it has work, and for a time that depends on how much, nothing came of it.
///
/// The process runs when nobody else wants the cores, so the wall clock says little: time counts only while the process
/// computes, or while none of its threads even wants to.
struct EncoderWatch {
    /// How long nothing may come of the work.
    struct Patience: Sendable {
        /// For any work.
        var base: Duration
        /// And for each picture of the takes in work.
        var perPicture: Duration

        static let usual = Patience(base: .seconds(60), perPicture: .milliseconds(50))
    }

    /// What the process did between two looks at it.
    struct Activity: Equatable {
        /// All threads together.
        var processorTime: Duration
        /// A thread waits for a core or for the disk.
        var isHeldUp: Bool
    }

    private let patience: Patience
    /// Takes in work: pictures done, and pictures known of.
    private var takes: [Int: (done: Int, total: Int)] = [:]
    /// Takes that the recorder has given up.
    private var abandoned: Set<Int> = []
    private var isFinishing = false
    private(set) var stalled: Duration = .zero

    init(patience: Patience) { self.patience = patience }

    /// Everything that is waiting is to be encoded: until `idle` comes there is work.
    mutating func finishBegins() { isFinishing = true }

    /// A new process has nothing in work yet.
    mutating func restart() {
        takes = [:]
        stalled = .zero
    }

    /// The recorder has given a take up: the process says nothing of its end.
    mutating func abandon(_ take: Int) {
        takes[take] = nil
        abandoned.insert(take)
    }

    mutating func note(_ event: EncoderEvent) {
        switch event {
        case .progress(let take, let done, let total):
            // It may not have heard of that yet.
            guard !abandoned.contains(take) else { return }
            guard takes[take].map({ $0 != (done, total) }) ?? true else { return }
            takes[take] = (done, total)
        case .encoded(let take, _), .published(let take, _, _, _), .removed(let take), .failed(let take, _),
            .setAside(let take, _), .incomplete(let take, _):
            takes[take] = nil
        case .idle:
            takes = [:]
            isFinishing = false
        }
        stalled = .zero
    }

    /// Looks again after a while.
    /// - Parameters:
    ///   - elapsed: since the last look.
    ///   - activity: meanwhile; nil when nothing could be learned of the process.
    /// - Returns: whether the process hangs.
    mutating func look(after elapsed: Duration, _ activity: Activity?) -> Bool {
        guard isFinishing || !takes.isEmpty else { return false }
        guard let activity else { return false }
        stalled += activity.isHeldUp ? min(elapsed, activity.processorTime) : elapsed
        return stalled > limit
    }

    /// How long nothing may come of what is in work now.
    var limit: Duration { patience.base + patience.perPicture * takes.values.reduce(0) { $0 + $1.total } }

    /// The take in work, or the first of them, for a message.
    var take: Int? { takes.keys.min() }
}
