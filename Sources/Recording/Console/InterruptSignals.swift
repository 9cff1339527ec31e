import Glibc
import Platform
import Synchronization

/// Ctrl-C, `kill` and a closed terminal, taken by a thread that waits for them: no code runs inside a signal handler.
package final class InterruptSignals: Sendable {
    private let count = Atomic<Int>(0)

    /// Must be made before the process starts other threads: they inherit that these signals are not for them.
    ///
    /// `onSignal` gets 1 the first time, 2 the second. The thread lives as long as the process.
    package init(onSignal: @escaping @Sendable (Int) -> Void) {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let waited = signals
        _ = OwnThread(name: "signals") { [self] in
            var waited = waited
            var number: Int32 = 0
            while sigwait(&waited, &number) == 0 {
                onSignal(count.add(1, ordering: .relaxed).newValue)
            }
        }
    }

    /// Lets a child process be interrupted again (signal masks are inherited).
    package static func unblock() {
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }
}
