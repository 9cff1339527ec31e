import Platform
package import RecordingTypes
import Synchronization
package import SystemPackage

/// Shows the session on standard error: one line kept up to date on a terminal, plain lines at events elsewhere.
///
/// All that is written is written by its own thread. A terminal that takes nothing (Ctrl-S, a connection that hangs)
/// holds up that thread and nobody else: events wait in a queue with a bound, and `close` waits so long and no longer.
package final class StatusLine: SessionListener {
    private let descriptor: Int32
    /// The dataset's folder, for commands to type.
    private let root: FilePath
    private let events = EventQueue()
    private let isStarted = Atomic<Bool>(false)
    private let isClosing = Atomic<Bool>(false)
    private let wake = Semaphore()
    private let ended = Semaphore()

    /// - Parameters:
    ///   - root: the dataset's folder, for commands to type.
    ///   - descriptor: where it is shown.
    package init(root: FilePath, descriptor: Int32 = FileDescriptor.standardError.rawValue) {
        (self.root, self.descriptor) = (root, descriptor)
    }

    package func hear(_ event: SessionEvent) {
        // Most are for other listeners: they shall not push out what is for this one.
        if event.line(root: root) != nil { events.add(event) }
    }

    /// Begins to show.
    /// - Parameters:
    ///   - look: a look at the session.
    ///   - typed: what the operator is typing, if he is.
    package func start(
        look: @escaping @Sendable () -> SessionSnapshot, typed: @escaping @Sendable () -> String? = { nil }
    ) {
        guard !isStarted.exchange(true, ordering: .acquiringAndReleasing) else { return }
        _ = OwnThread(name: "status") { [self] in
            showUntilClosed(look, typed)
            ended.post()
        }
    }

    /// Shows what was told, clears the line and ends.
    /// - Parameter patience: how long a terminal that takes nothing is waited for; then its thread is left to itself.
    /// - Returns: whether all was shown.
    @discardableResult
    package func close(within patience: Duration = .seconds(5)) -> Bool {
        guard !isClosing.exchange(true, ordering: .acquiringAndReleasing) else { return true }
        guard isStarted.load(ordering: .acquiring) else {
            return Terminal.write(notes(), to: descriptor, within: patience)
        }
        wake.post()
        return ended.wait(until: .now + patience)
    }

    private func showUntilClosed(_ look: () -> SessionSnapshot, _ typed: () -> String?) {
        let isTerminal = Terminal.isOne(descriptor)
        // What is on the terminal's last line, and the phase that a log knows of.
        var (line, phase) = ("", "")
        repeat {
            let notes = notes()
            if isTerminal {
                // The last column stays free: some terminals begin a new line there.
                let width = Terminal.columns(of: descriptor) - 1
                line = typed().map { Self.line(typed: $0, width: width) } ?? Self.line(look(), width: width)
                Terminal.write("\r\u{1B}[K\(notes)\(line)", to: descriptor)
            } else {
                // A log wants one line a phase.
                let now = look()
                var text = ""
                if phase != "\(now.phase) \(now.episode)" {
                    phase = "\(now.phase) \(now.episode)"
                    text = Self.logLine(now).map { "\($0)\n" } ?? ""
                }
                Terminal.write(notes + text, to: descriptor)
            }
            // Who types wants to see it.
            _ = wake.wait(until: .now + .milliseconds(typed() == nil ? 250 : 50))
        } while !isClosing.load(ordering: .acquiring)
        Terminal.write((isTerminal && !line.isEmpty ? "\r\u{1B}[K" : "") + notes(), to: descriptor)
    }

    /// What was told since the last look, a line each.
    private func notes() -> String {
        let batch = events.take()
        let count = batch.lost.counted("line is", "lines are")
        let lost = batch.lost > 0 ? ["\(count) left out here: the terminal took nothing for a while"] : []
        let lines = batch.events.compactMap { event in
            event.line(root: root).map { event.isAddress ? $0 : "reel: \($0)" }
        }
        return (lost.map { "reel: \($0)" } + lines).map { "\($0)\n" }.joined()
    }
}
