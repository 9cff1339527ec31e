import Platform
import RecordingTypes
import Synchronization

/// Ctrl-C, `kill` and a closed terminal for commands that move an arm or wait for somebody: they end what they do, let go
/// of the arm, and return.
final class Interruption: Sendable {
    private let asked = Atomic<Bool>(false)
    /// The first signal's number.
    private let signal = Atomic<Int32>(0)
    private let wake = Semaphore()
    /// For who waits for an answer instead.
    let poll: WakeablePoll

    /// Somebody else calls `ask`.
    init() throws { poll = try WakeablePoll() }

    /// Must be called before the process starts other threads, once; it lives as long as the process.
    static func watch() throws -> Interruption {
        let interruption = try Interruption()
        _ = InterruptSignals { signal, _ in interruption.ask(by: signal) }
        return interruption
    }

    /// Interrupts. From any thread.
    func ask(by signal: InterruptSignals.Signal) {
        _ = self.signal.compareExchange(expected: 0, desired: signal.rawValue, ordering: .relaxed)
        asked.store(true, ordering: .releasing)
        wake.post()
        poll.wake()
    }

    /// Whether it was asked for.
    var isAsked: Bool { asked.load(ordering: .acquiring) }

    /// What a process ends with that was interrupted, as shells have it.
    var exitStatus: Int32 { 128 + signal.load(ordering: .relaxed) }

    /// Sleeps until the deadline; true when it was interrupted.
    func sleep(until deadline: MonotonicTime) -> Bool {
        if !isAsked { _ = wake.wait(until: deadline) }
        return isAsked
    }
}
