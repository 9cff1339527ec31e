import Glibc
import Platform
import RecordingTypes

/// The operator's keys from the terminal, without X11: → or n, ← or r, Esc or q (LeRobot 0.6.1's keys), and Reel's own.
/// Nothing when standard input is no terminal; the session then runs by its times alone.
package final class Keyboard {
    private var saved = termios()
    private let wakeRead: Int32
    private let wakeWrite: Int32
    private var thread: OwnThread?

    /// Whether there is a terminal to read from.
    package static var isAvailable: Bool { isatty(STDIN_FILENO) == 1 && tcgetpgrp(STDIN_FILENO) == getpgrp() }

    package init?(input: OperatorInput) {
        guard Self.isAvailable, tcgetattr(STDIN_FILENO, &saved) == 0 else { return nil }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        (wakeRead, wakeWrite) = (ends[0], ends[1])
        var raw = saved
        // Characters at once and not shown; signals such as Ctrl-C stay.
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
        tcsetattr(STDIN_FILENO, TCSANOW, &raw)
        let wakeRead = wakeRead
        thread = OwnThread(name: "keyboard") { Self.read(into: input, until: wakeRead) }
    }

    /// Gives the terminal back as it was.
    package func close() {
        guard let thread = thread.take() else { return }
        var byte: UInt8 = 0
        write(wakeWrite, &byte, 1)
        thread.join()
        tcsetattr(STDIN_FILENO, TCSANOW, &saved)
        Glibc.close(wakeRead)
        Glibc.close(wakeWrite)
    }

    private static func read(into input: OperatorInput, until wake: Int32) {
        var keys = KeyReader(input: input)
        var buffer = [UInt8](repeating: 0, count: 64)
        while true {
            var sources = [
                pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&sources, 2, keys.isWaiting ? Int32(KeyParser.patience.milliseconds) : -1)
            if ready < 0 && errno != EINTR { return }
            if sources[1].revents != 0 { return }
            if ready == 0 {
                keys.timedOut()
                continue
            }
            let count = Glibc.read(STDIN_FILENO, &buffer, buffer.count)
            if count <= 0 { return }
            for byte in buffer[..<count] { keys.read(byte) }
        }
    }
}
