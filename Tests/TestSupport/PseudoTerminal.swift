import Glibc
package import SystemPackage

/// A terminal that nobody sits at: what is written to it is read when the test wants, and it can be stopped as Ctrl-S
/// does.
package final class PseudoTerminal {
    private let controller: Int32
    /// The side that a program writes to.
    package let descriptor: Int32
    package let path: FilePath

    // What <sys/ioctl.h> has as macros.
    private static let unlock: UInt = 0x4004_5431
    private static let number: UInt = 0x8004_5430

    package init(rows: UInt16 = 24, columns: UInt16 = 80) throws {
        controller = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (isLocked, number): (Int32, UInt32) = (0, 0)
        guard controller >= 0, ioctl(controller, Self.unlock, &isLocked) == 0,
            ioctl(controller, Self.number, &number) == 0
        else { throw Errno(rawValue: errno) }
        path = FilePath("/dev/pts/\(number)")
        descriptor = open(path.string, O_RDWR | O_NOCTTY | O_CLOEXEC)
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard descriptor >= 0, ioctl(descriptor, UInt(TIOCSWINSZ), &size) == 0 else { throw Errno(rawValue: errno) }
    }

    deinit {
        close(controller)
        close(descriptor)
    }

    /// What somebody types.
    package func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(controller, bytes, bytes.count)
    }

    /// Ctrl-S: it takes nothing until `goOn`.
    package func stop() { tcflow(descriptor, TCOOFF) }

    /// Ctrl-Q.
    package func goOn() { tcflow(descriptor, TCOON) }

    /// How many bytes were written to it and not read.
    package var unread: Int {
        var count: Int32 = 0
        return ioctl(controller, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }

    /// What was written so far, and what comes until it is so; without it, when nothing has come for ten seconds.
    package func text(until isSo: (String) -> Bool) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if isSo(text) { return text }
            var waiting = pollfd(fd: controller, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 10_000) == 1 else { return text }
            let count = read(controller, &buffer, buffer.count)
            guard count > 0 else { return text }
            bytes += buffer[..<count]
        }
    }
}
