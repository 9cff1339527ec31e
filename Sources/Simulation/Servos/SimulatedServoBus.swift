import Platform
import RecordingTypes
import Robots
import Synchronization

/// A simulated arm behind a pseudo-terminal or a serial gadget: any program that talks to six STS3215 on a serial port can
/// use it, byte for byte, LeRobot included. Answers take as long as they would on a wire.
package final class SimulatedServoBus: Sendable {
    /// Of a pseudo-terminal what to open in place of the arm's port: "/dev/pts/3"; of a gadget its own.
    package var path: String { port.path }
    private let port: any ServoPort
    private let chain: Mutex<ServoChain>
    private let isStopping = Atomic(false)
    private let thread = Mutex<OwnThread?>(nil)

    /// Starts answering.
    /// - Parameters:
    ///   - chain: the servos.
    ///   - port: where; nil makes a pseudo-terminal.
    /// - Throws: `ReelError` when the system gives no pseudo-terminal.
    package init(_ chain: ServoChain, on port: (any ServoPort)? = nil) throws {
        self.port = try port ?? PseudoPort()
        self.chain = Mutex(chain)
        thread.withLock { $0 = OwnThread(name: "servos") { [self] in run() } }
    }

    /// Stops answering; the pseudo-terminal goes when the last program has closed it. Safe to call twice.
    package func stop() {
        isStopping.store(true, ordering: .relaxed)
        let running = thread.withLock { $0.take() }
        guard let running else { return }
        running.join()
        port.close()
    }

    /// Looks at the servos, or changes them (the hand, the power).
    package func withChain<Result>(_ body: (inout sending ServoChain) -> sending Result) -> sending Result {
        chain.withLock { body(&$0) }
    }

    private func run() {
        var input = [UInt8](repeating: 0, count: 512)
        var output: [UInt8] = []
        while !isStopping.load(ordering: .relaxed) {
            let count = port.receive(into: &input, patience: .milliseconds(100))
            guard count > 0 else { continue }
            let arrival = MonotonicTime.now
            let speed = port.baudRate
            output.removeAll(keepingCapacity: true)
            chain.withLock { chain in
                input.withUnsafeBytes {
                    chain.receive(
                        UnsafeRawBufferPointer(rebasing: $0[..<count]), at: arrival, baudRate: speed, into: &output)
                }
            }
            guard !output.isEmpty else { continue }
            (arrival + .nanoseconds((count + output.count) * 10_000_000_000 / speed)).sleepUntil()
            port.send(output)
        }
    }
}
