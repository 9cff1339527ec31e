import Glibc
import RecordingTypes

/// What is typed on a terminal, byte by byte: not by lines, and not shown. Ctrl-C and the like stay signals.
package final class TypedInput: Sendable {
    private let descriptor: Int32
    private let saved: termios
    private let wakeRead: Int32
    private let wakeWrite: Int32

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
        var raw = saved
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
        tcsetattr(descriptor, TCSANOW, &raw)
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
        let milliseconds = patience.map { Int32(clamping: Int($0.milliseconds)) } ?? -1
        var sources = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wakeRead, events: Int16(POLLIN), revents: 0),
        ]
        var ready: Int32
        repeat { ready = poll(&sources, 2, milliseconds) } while ready < 0 && errno == EINTR
        if ready < 0 || sources[1].revents != 0 { return .over }
        if ready == 0 { return .quiet }
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        return count > 0 ? .bytes(count) : .over
    }

    /// Ends a `read` on another thread.
    package func wake() {
        var byte: UInt8 = 0
        _ = write(wakeWrite, &byte, 1)
    }

    /// Gives the terminal back as it was.
    package func restore() {
        var saved = saved
        tcsetattr(descriptor, TCSANOW, &saved)
    }
}
