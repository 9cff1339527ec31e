import Platform
import RecordingTypes
import Synchronization

/// What the operator asked for, from keys and Ctrl-C to the control loop: flags, no lock, and a semaphore that wakes
/// the loop between two ticks.
package final class OperatorInput: Sendable {
    /// One thing the operator can ask for.
    package enum Request: UInt8, Sendable, CaseIterable {
        /// → or n: end this phase.
        case next = 1
        /// ← or r: end this phase and record the episode again.
        case again = 2
        /// Esc or q: end this phase and the session.
        case stop = 4
        /// Ctrl-C: end at once; the take in progress is discarded.
        case interrupt = 8
        /// s: the take in progress, or the one just over, is a success. Ends nothing; the last word counts.
        case success = 16
        /// f: likewise a failure.
        case failure = 32
    }

    private let pending = Atomic<UInt8>(0)
    private let requestedAt = Atomic<Int64>(0)
    private let said = Atomic<UInt8>(0)
    private let wake = Semaphore()

    package init() {}

    /// Asks. May be called from any thread, also from one that handles signals.
    package func ask(_ request: Request) {
        if request == .success || request == .failure {
            said.store(request.rawValue, ordering: .releasing)
            return
        }
        requestedAt.store(MonotonicTime.now.nanoseconds, ordering: .relaxed)
        pending.bitwiseOr(request.rawValue, ordering: .releasing)
        wake.post()
    }

    /// Sleeps until the deadline or until the operator asks for something.
    func sleep(until deadline: MonotonicTime) {
        while !isPending, wake.wait(until: deadline) {}
    }

    /// Whether the operator has asked for anything that was not taken yet.
    var isPending: Bool { pending.load(ordering: .acquiring) != 0 }

    /// What was said of the take so far.
    var outcome: Outcome? { Self.outcome(said.load(ordering: .acquiring)) }

    /// Takes what was said of the take, which is over; what is said from now on is about the next one.
    func takeOutcome() -> Outcome? { Self.outcome(said.exchange(0, ordering: .acquiringAndReleasing)) }

    private static func outcome(_ bits: UInt8) -> Outcome? {
        switch Request(rawValue: bits) {
        case .success: .success
        case .failure: .failure
        default: nil
        }
    }

    /// Takes all that was asked for, and when the last of it was.
    func take() -> (requests: Set<Request>, at: MonotonicTime) {
        let bits = pending.exchange(0, ordering: .acquiringAndReleasing)
        let time = MonotonicTime(nanoseconds: requestedAt.load(ordering: .relaxed))
        return (Set(Request.allCases.filter { bits & $0.rawValue != 0 }), time)
    }
}
