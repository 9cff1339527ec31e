import RecordingTypes
import Spool

/// The takes that are not episodes yet, and what may be done next with each of them. Belongs to the queue's thread.
///
/// A take is *known* from the first command that names it (or because it was found in the spool), *released* when the
/// schedule lets it start, *encoded* when all its cameras are done, and published when it is kept and every earlier
/// take is decided.
struct Backlog {
    private let schedule: EncodingSchedule
    private let jobLimit: Int
    private let selects: @Sendable (Int) -> Bool
    private var works: [Int: TakeWork] = [:]
    /// Cameras that are being encoded, those of takes that were discarded meanwhile too.
    var runningJobs = 0

    /// - Parameters:
    ///   - schedule: when a take may start.
    ///   - jobLimit: cameras encoded at once, streaming ones not counted.
    ///   - selects: whether a take may be encoded at all.
    init(schedule: EncodingSchedule, jobLimit: Int, selects: @escaping @Sendable (Int) -> Bool) {
        self.schedule = schedule
        self.jobLimit = jobLimit
        self.selects = selects
    }

    // MARK: - What is known

    subscript(number: Int) -> TakeWork? { works[number] }

    /// All of them, in the order recorded.
    var inOrder: [TakeWork] { works.values.sorted { $0.take.number < $1.take.number } }

    /// Takes note of a take, once.
    mutating func know(_ take: Take) {
        if works[take.number] == nil { works[take.number] = TakeWork(take: take) }
    }

    /// Forgets a take, and returns it.
    @discardableResult
    mutating func remove(_ number: Int) -> TakeWork? { works.removeValue(forKey: number) }

    // MARK: - What may be done

    /// Lets takes start, as the schedule says; when the session is finishing, all that are kept.
    func release(isFinishing: Bool) {
        let waiting = works.values.filter { !$0.isReleased && !$0.hasFailed && selects($0.take.number) }
        switch schedule {
        case .streaming, .batches(of: 1):
            for work in waiting { work.isReleased = true }
        case .batches(let size):
            let kept = waiting.filter(\.isKept)
            if isFinishing || kept.count >= size { for work in kept { work.isReleased = true } }
        }
    }

    /// A take that is still being recorded must keep up with its cameras, so all of them start at once. But where the
    /// take before it is still in work, encoding does not keep up anyway, and one encoder more for each camera of each
    /// take would fill the memory: then it waits its turn.
    func hasRoom(for work: TakeWork) -> Bool {
        runningJobs < jobLimit || !work.isSealed && !works.values.contains { $0 !== work && $0.isInWork }
    }

    /// A take that earlier processes died over is worked on alone, and before others.
    func mayBegin(_ work: TakeWork) -> Bool {
        if work.isSuspect { return runningJobs == 0 && !works.values.contains { $0.isInWork } }
        return !works.values.contains { $0.isSuspect && $0.isReleased && !$0.hasFailed && !$0.isEncoded }
    }

    func mayPublish(_ work: TakeWork) -> Bool { work.isEncoded && work.isKept && isNext(work) }

    /// Nothing is in work, and nothing that is kept and released could be.
    var isDone: Bool { runningJobs == 0 && !works.values.contains(where: canGoOn) }

    private func canGoOn(_ work: TakeWork) -> Bool {
        guard !work.hasFailed, work.isReleased, work.isKept else { return false }
        return !work.isEncoded || isNext(work)
    }

    /// Whether every take before this one is decided: published (and gone), discarded (and gone), or failed.
    private func isNext(_ work: TakeWork) -> Bool {
        !works.values.contains { $0.take.number < work.take.number && !$0.hasFailed }
    }
}
