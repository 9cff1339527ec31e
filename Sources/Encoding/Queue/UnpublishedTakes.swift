import RecordingTypes
import Spool

/// The takes that are not episodes yet, and what may be done next with each of them. Belongs to the queue's thread.
///
/// A take is *known* from the first command that names it (or because it was found in the spool), *released* when the
/// schedule lets it start, *encoded* when all its cameras are done, and published when it is kept and every earlier
/// take is decided.
struct UnpublishedTakes {
    private let schedule: EncodingSchedule
    private let selects: @Sendable (Int) -> Bool
    private var takes: [Int: UnpublishedTake] = [:]
    /// Discarded while they were encoded: removed when nobody writes into their directory any more.
    private(set) var leaving: [Int: UnpublishedTake] = [:]

    /// - Parameters:
    ///   - schedule: when a take may start.
    ///   - selects: whether a take may be encoded at all.
    init(schedule: EncodingSchedule, selects: @escaping @Sendable (Int) -> Bool) {
        self.schedule = schedule
        self.selects = selects
    }

    // MARK: - What is known

    subscript(number: Int) -> UnpublishedTake? { takes[number] }

    /// All of them, in the order recorded.
    var inOrder: [UnpublishedTake] { takes.values.sorted { $0.take.number < $1.take.number } }

    /// Takes note of a take, once.
    mutating func know(_ take: Take) {
        if takes[take.number] == nil { takes[take.number] = UnpublishedTake(take: take) }
    }

    /// It is an episode.
    mutating func forget(_ number: Int) { takes[number] = nil }

    /// It is to be removed, and work on it given up.
    /// - Returns: whether nobody works on it any more; else `end` says when.
    mutating func discard(_ number: Int) -> Bool {
        guard let take = takes.removeValue(forKey: number), !take.isIdle else { return leaving[number] == nil }
        leaving[number] = take
        take.job?.cancel()
        return false
    }

    /// Nobody works on the take any more.
    /// - Returns: whether it is one that was to be removed.
    mutating func end(_ number: Int) -> Bool {
        takes[number]?.end()
        return leaving.removeValue(forKey: number) != nil
    }

    // MARK: - What may be done

    /// Lets takes start, as the schedule says; when the session is finishing, all that are kept.
    func release(isFinishing: Bool) {
        let waiting = takes.values.filter { !$0.isReleased && !$0.hasFailed && selects($0.take.number) }
        switch schedule {
        case .streaming, .batches(of: 1):
            for take in waiting { take.isReleased = true }
        case .batches(let size):
            let kept = waiting.filter(\.isKept)
            if isFinishing || kept.count >= size { for take in kept { take.isReleased = true } }
        }
    }

    /// A take that is still being recorded must keep up with its cameras, so all of them start at once. But where the
    /// take before it is still in work, encoding does not keep up anyway, and one encoder more for each camera of each
    /// take would fill the memory: then it waits its turn.
    func isUrgent(_ take: UnpublishedTake) -> Bool {
        !take.isSealed && !takes.values.contains { $0 !== take && $0.isInWork }
    }

    /// A take that earlier processes died over is worked on alone, and before others.
    func mayBegin(_ take: UnpublishedTake) -> Bool {
        if take.isSuspect { return !isAtWork }
        return !takes.values.contains { $0.isSuspect && $0.isReleased && !$0.hasFailed && !$0.isEncoded }
    }

    func mayPublish(_ take: UnpublishedTake) -> Bool {
        take.isEncoded && !take.hasFailed && take.isKept && isNext(take)
    }

    /// Somebody works on a take, discarded and failed ones too.
    var isAtWork: Bool { !leaving.isEmpty || takes.values.contains { !$0.isIdle } }

    /// Nothing is in work, and nothing that is kept and released could be.
    var isDone: Bool { !isAtWork && !takes.values.contains(where: canGoOn) }

    private func canGoOn(_ take: UnpublishedTake) -> Bool {
        guard !take.hasFailed, take.isReleased, take.isKept else { return false }
        return !take.isEncoded || isNext(take)
    }

    /// Whether every take before this one is decided: published (and gone), discarded (and gone), or failed.
    private func isNext(_ take: UnpublishedTake) -> Bool {
        !takes.values.contains { $0.take.number < take.take.number && !$0.hasFailed }
    }
}
