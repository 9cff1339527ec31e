import Glibc
import Synchronization

/// Ctrl-C, `kill` and a closed terminal, taken by a thread that waits for them: no code runs inside a signal handler.
package final class InterruptSignals: Sendable {
    /// A way in which a process is asked to end.
    package enum Signal: Int32, CaseIterable, Sendable {
        /// Ctrl-C: somebody at the terminal.
        case interrupt = 2
        /// `kill`, `docker stop`, systemd: somebody else.
        case terminate = 15
        /// The terminal is gone: closed, or its connection lost.
        case hangUp = 1

        /// "SIGTERM"
        package var name: String {
            switch self {
            case .interrupt: "SIGINT"
            case .terminate: "SIGTERM"
            case .hangUp: "SIGHUP"
            }
        }

        /// What a process ends with that this signal has ended, as shells have it.
        package var exitStatus: Int32 { 128 + rawValue }
    }

    /// `nohup` means that a terminal that is gone changes nothing.
    private static func isWaived(_ signal: Signal) -> Bool {
        var action = sigaction()
        guard signal == .hangUp, sigaction(signal.rawValue, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    private let count = Atomic<Int>(0)

    /// Must be made before the process starts other threads: they inherit that these signals are not for them.
    ///
    /// `onSignal` gets which signal it is, and 1 the first time that any came, 2 the second. The thread lives as long as
    /// the process.
    package init(onSignal: @escaping @Sendable (_ signal: Signal, _ times: Int) -> Void) {
        var signals = sigset_t()
        sigemptyset(&signals)
        for signal in Signal.allCases where !Self.isWaived(signal) { sigaddset(&signals, signal.rawValue) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let waited = signals
        _ = OwnThread(name: "signals") { [self] in
            var waited = waited
            var number: Int32 = 0
            while sigwait(&waited, &number) == 0 {
                guard let signal = Signal(rawValue: number) else { continue }
                onSignal(signal, count.add(1, ordering: .relaxed).newValue)
            }
        }
    }
}
