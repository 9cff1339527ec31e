import Glibc
import RecordingTypes

/// What is typed on a terminal, byte by byte: not by lines, and not shown. Ctrl-C and the like stay signals.
package final class TypedInput: Sendable {
    private let descriptor: Int32
    private let saved: termios
    private let poll: WakeablePoll
    /// How often it is looked whether the terminal is still as it was made: a shell that stops a program and lets it go on
    /// (Ctrl-Z, fg) leaves it the terminal with lines.
    private static let lookInterval: Duration = .seconds(1)

    /// What a look at the keyboard came to.
    package enum Look: Equatable {
        case bytes(Int)
        /// Nothing came for so long.
        case quiet
        /// The terminal is gone, or `wake` was called.
        case over
    }

    /// Takes the terminal from lines to bytes; nil when there is none, or none of this process.
    package init?(descriptor: Int32 = STDIN_FILENO) {
        var saved = termios()
        guard Terminal.isOurs(descriptor), tcgetattr(descriptor, &saved) == 0, let poll = try? WakeablePoll() else {
            return nil
        }
        (self.descriptor, self.saved, self.poll) = (descriptor, saved, poll)
        takeBytes()
    }

    /// Not by lines, and not shown.
    private func takeBytes() {
        var settings = termios()
        let lines = tcflag_t(ICANON | ECHO)
        guard tcgetattr(descriptor, &settings) == 0, settings.c_lflag & lines != 0 else { return }
        settings.c_lflag &= ~lines
        tcsetattr(descriptor, TCSANOW, &settings)
    }

    /// Waits for bytes.
    /// - Parameters:
    ///   - buffer: gets them.
    ///   - patience: how long; nil waits until something comes.
    /// - Returns: how many came, or why none did.
    package func read(into buffer: inout [UInt8], patience: Duration?) -> Look {
        let end = patience.map { MonotonicTime.now + $0 }
        while true {
            // A program in the background is stopped when it reads from the terminal, or sets it.
            let isOurs = Terminal.isOurs(descriptor)
            if isOurs { takeBytes() }
            var wait = Self.lookInterval
            if let end { wait = max(.zero, min(wait, end - MonotonicTime.now)) }
            switch poll.read(from: isOurs ? descriptor : nil, into: &buffer, patience: wait) {
            case .woken, .ended: return .over
            case .bytes(let count): return .bytes(count)
            case .quiet: if let end, MonotonicTime.now >= end { return .quiet }
            }
        }
    }

    /// Ends a `read` on another thread.
    package func wake() { poll.wake() }

    /// Gives the terminal back as it was. In the background it is somebody else's already.
    package func restore() {
        guard Terminal.isOurs(descriptor) else { return }
        var saved = saved
        tcsetattr(descriptor, TCSANOW, &saved)
    }
}
