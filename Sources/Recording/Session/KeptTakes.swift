import Synchronization

/// Which of the session's takes the operator keeps, and which he has dropped again. The control loop decides; the
/// encoder process says whether a take could be dropped still, because only it knows what is in the dataset.
final class KeptTakes: Sendable {
    private struct State {
        /// In the order recorded.
        var kept: [Int] = []
        /// Of which nobody has said yet whether it was in time.
        var asked: Set<Int> = []
        /// Over, and not decided about: its reset phase goes on.
        var pending: Int?
        var isPendingDropped = false
    }

    private let state = Mutex(State())

    /// What one wish to drop a take means.
    enum Drop: Equatable {
        /// The take that is just over will not be kept.
        case pending(Int)
        /// This one was kept, and counts no more.
        case kept(Int)
        /// There is none.
        case nothing
    }

    /// Takes that count.
    var count: Int { state.withLock { $0.kept.count } }

    /// A take is over and can be dropped until it is decided about.
    func begin(pending take: Int) {
        state.withLock {
            $0.pending = take
            $0.isPendingDropped = false
        }
    }

    /// The take is decided about. Whether it was dropped before.
    func endPending() -> Bool {
        state.withLock { state in
            defer { state.isPendingDropped = false }
            state.pending = nil
            return state.isPendingDropped
        }
    }

    func keep(_ take: Int) { state.withLock { $0.kept.append(take) } }

    /// Drops the newest take that is not dropped yet, unless it `isTooLate` for that.
    func drop(unless isTooLate: (Int) -> Bool) -> Drop {
        state.withLock { state in
            if let pending = state.pending, !state.isPendingDropped {
                state.isPendingDropped = true
                return .pending(pending)
            }
            guard let last = state.kept.last, !isTooLate(last) else { return .nothing }
            state.kept.removeLast()
            state.asked.insert(last)
            return .kept(last)
        }
    }

    /// The newest take that counts.
    var last: Int? { state.withLock { $0.kept.last } }

    /// The take is gone. Whether that was asked for here.
    func noteGone(_ take: Int) -> Bool { state.withLock { $0.asked.remove(take) != nil } }

    /// The take is an episode. Whether it should have been dropped; then it counts again.
    func notePublished(_ take: Int) -> Bool {
        state.withLock { state in
            guard state.asked.remove(take) != nil else { return false }
            state.kept = (state.kept + [take]).sorted()
            return true
        }
    }
}
