import RecordingTypes
import Spool
import Synchronization

/// Why nothing can be stored any more, from the spool writer to the control loop. Read once a tick: a flag first, the
/// text only when it is set.
final class SpoolFailure: Sendable {
    private let isSet = Atomic<Bool>(false)
    private let cause = Mutex<(reason: TakeEndReason, message: String)?>(nil)

    func set(_ reason: TakeEndReason, _ message: String) {
        cause.withLock { $0 = $0 ?? (reason, message) }
        isSet.store(true, ordering: .releasing)
    }

    func set(_ error: any Error) { set(Self.reason(for: error), "\(error)") }

    var current: (reason: TakeEndReason, message: String)? {
        isSet.load(ordering: .acquiring) ? cause.withLock { $0 } : nil
    }

    /// What a write that failed means for the take.
    static func reason(for error: any Error) -> TakeEndReason {
        (error as? ReelError)?.kind == .diskFull ? .diskFull : .diskFailed
    }
}
