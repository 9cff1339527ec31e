import Glibc
import Platform
import RecordingTypes
import Synchronization

/// Shows the session on standard error: one line kept up to date on a terminal, plain lines at events elsewhere.
package final class StatusLine: Sendable {
    private let status: SessionStatus
    private let isTerminal: Bool
    /// What the operator is typing, if he is.
    private let typed: @Sendable () -> String?
    private let isClosing = Atomic<Bool>(false)
    /// What is on the terminal's last line, and whether anything was printed in this phase.
    private let shown = Mutex<(line: String, phase: String)>(("", ""))
    private let thread = Mutex<OwnThread?>(nil)

    package init(status: SessionStatus, typed: @escaping @Sendable () -> String? = { nil }) {
        self.status = status
        self.typed = typed
        isTerminal = isatty(STDERR_FILENO) == 1
    }

    package func start() { thread.withLock { $0 = OwnThread(name: "status") { [self] in showUntilClosed() } } }

    private func showUntilClosed() {
        while !isClosing.load(ordering: .relaxed) {
            showNotes()
            show(status.current)
            // Who types wants to see it.
            (MonotonicTime.now + .milliseconds(typed() == nil ? 250 : 50)).sleepUntil()
        }
    }

    package func close() {
        isClosing.store(true, ordering: .relaxed)
        thread.withLock { $0.take() }?.join()
        showNotes()
        shown.withLock { shown in
            if isTerminal && !shown.line.isEmpty { write("\r\u{1B}[K") }
            shown.line = ""
        }
    }

    /// A line of its own above the status line.
    package func note(_ text: String) {
        shown.withLock { shown in
            if isTerminal {
                write("\r\u{1B}[K\(text)\n\(shown.line)")
            } else {
                write("\(text)\n")
            }
        }
    }

    private func showNotes() { for text in status.takeNotes() { note("reel: \(text)") } }

    private func show(_ now: SessionStatus.Snapshot) {
        shown.withLock { shown in
            if isTerminal {
                shown.line = typed().map { "note (Enter keeps it, Esc does not): \($0)" } ?? Self.line(now)
                write("\r\u{1B}[K\(shown.line)")
            } else {
                // A log wants one line a phase.
                let phase = "\(now.phase) \(now.episode)"
                guard phase != shown.phase else { return }
                shown.phase = phase
                if let text = Self.logLine(now) { write("\(text)\n") }
            }
        }
    }

    private func write(_ text: String) {
        let bytes = Array(text.utf8)
        Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }

    /// The line for a log when a phase begins, nil for phases that a log need not know.
    static func logLine(_ now: SessionStatus.Snapshot) -> String? {
        let seconds = now.fps > 0 ? now.rowLimit / now.fps : 0
        return switch now.phase {
        case .connecting: "connecting to the robot and its cameras"
        case .recording: "recording episode \(now.episode) of \(now.episodeCount), at most \(seconds) s"
        case .resetting: "reset the scene, at most \(seconds) s"
        case .waiting: now.missing.map { "waiting for \($0.device) to come back, at most \(left(until: $0.until)) s" }
        case .finishing: "recorded; encoding what waits"
        case .over: nil
        }
    }

    /// The line for a terminal.
    static func line(_ now: SessionStatus.Snapshot) -> String {
        var parts: [String] = []
        switch now.phase {
        case .connecting:
            return "connecting to the robot and its cameras …"
        case .recording, .resetting:
            let name = now.phase == .recording ? "● episode" : "○ reset after episode"
            parts.append("\(name) \(now.episode)/\(now.episodeCount)")
            let left = now.fps > 0 ? Double(now.rowLimit - now.row) / Double(now.fps) : 0
            parts.append("\(oneDecimal(left)) s left")
            parts.append("\(oneDecimal(now.rate)) fps")
            if now.lateTicks > 0 { parts.append("\(now.lateTicks) late") }
            let ages = zip(now.cameraNames, now.cameraAges).map { "\($0) \($1 / 1_000_000) ms" }
            parts.append(contentsOf: ages)
            if let outcome = now.outcome { parts.append("marked a \(outcome)") }
            if now.busRetries > 0 { parts.append("motors asked again \(now.busRetries)×") }
        case .waiting:
            let missing = now.missing.map { "\($0.device), \(left(until: $0.until)) s left" }
            parts.append("✕ waiting for \(missing ?? "a device")")
        case .finishing:
            parts.append("encoding")
        case .over:
            return ""
        }
        if now.takesWaiting > 0 { parts.append("\(now.takesWaiting) to encode") }
        if now.encoded.total > 0 { parts.append(bar(done: now.encoded.done, total: now.encoded.total)) }
        if now.isEncoderGivenUp {
            parts.append("the encoder has stopped")
        } else if now.encoderDeaths > 0 {
            parts.append("encoder restarted \(now.encoderDeaths)×")
        }
        if now.takesSetAside > 0 { parts.append("\(now.takesSetAside) set aside") }
        if let minutes = now.minutesOfDisk { parts.append("\(minutes) min of disk") }
        return parts.joined(separator: " · ")
    }

    private static func left(until end: MonotonicTime) -> Int { max(0, Int((end - .now).seconds.rounded(.up))) }

    private static func bar(done: Int, total: Int) -> String {
        let width = 16
        let filled = min(width, width * done / max(1, total))
        return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
            + " \(100 * done / max(1, total)) %"
    }

    private static func oneDecimal(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(abs(tenths % 10))"
    }
}
