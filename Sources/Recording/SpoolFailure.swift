import Synchronization

/// Why nothing can be stored any more, from the spool writer to the control loop. Read once a tick: a flag first, the
/// text only when it is set.
final class SpoolFailure: Sendable {
    private let isSet = Atomic<Bool>(false)
    private let text = Mutex<String?>(nil)

    func set(_ message: String) {
        text.withLock { $0 = message }
        isSet.store(true, ordering: .releasing)
    }

    /// Ready for the next take.
    func clear() {
        isSet.store(false, ordering: .releasing)
    }

    var message: String? { isSet.load(ordering: .acquiring) ? text.withLock { $0 } : nil }
}
