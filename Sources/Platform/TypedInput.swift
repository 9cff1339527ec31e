import Glibc
import RecordingTypes

/// What is typed on a terminal, byte by byte: not by lines, and not shown. Ctrl-C and the like stay signals.
package final class TypedInput: Sendable {
    private let descriptor: Int32
    private let saved: termios
    private let wakeRead: Int32
    private let wakeWrite: Int32
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
        guard Terminal.isOurs(descriptor), tcgetattr(descriptor, &saved) == 0 else { return nil }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        (wakeRead, wakeWrite) = (ends[0], ends[1])
        (self.descriptor, self.saved) = (descriptor, saved)
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

    deinit {
        close(wakeRead)
        close(wakeWrite)
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
            var sources = [
                pollfd(fd: isOurs ? descriptor : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wakeRead, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&sources, 2, Int32(clamping: Int(wait.milliseconds.rounded(.up))))
            if ready < 0 && errno == EINTR { continue }
            if ready < 0 || sources[1].revents != 0 { return .over }
            if sources[0].revents != 0 {
                let count = Glibc.read(descriptor, &buffer, buffer.count)
                return count > 0 ? .bytes(count) : .over
            }
            if let end, MonotonicTime.now >= end { return .quiet }
        }
    }

    /// Ends a `read` on another thread.
    package func wake() {
        var byte: UInt8 = 0
        _ = write(wakeWrite, &byte, 1)
    }

    /// Gives the terminal back as it was. In the background it is somebody else's already.
    package func restore() {
        guard Terminal.isOurs(descriptor) else { return }
        var saved = saved
        tcsetattr(descriptor, TCSANOW, &saved)
    }
}
