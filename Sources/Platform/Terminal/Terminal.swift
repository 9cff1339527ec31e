import CLinux
import Glibc
import RecordingTypes

/// What there is to know of a terminal behind a descriptor.
package enum Terminal {
    /// Whether a terminal is there.
    package static func isOne(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Whether a terminal is there and this process is the one that it belongs to now.
    package static func isOurs(_ descriptor: Int32) -> Bool {
        isOne(descriptor) && tcgetpgrp(descriptor) == getpgrp()
    }

    /// Its width in columns now; 80 where nobody says (a serial console, a pseudo-terminal without a size).
    package static func columns(of descriptor: Int32) -> Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Its width in columns now; nil where there is no terminal.
    package static func columnsIfOne(_ descriptor: Int32) -> Int? { isOne(descriptor) ? columns(of: descriptor) : nil }

    /// Writes all of the text. That can take for ever: a terminal takes nothing after Ctrl-S, or when its connection
    /// hangs.
    package static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                // Somebody who shares the terminal made it so.
                _ = reel_wait_for_descriptor(descriptor, Int16(POLLOUT), 100_000_000)
            } else if errno != EINTR {
                // Nobody is there any more.
                return
            }
        }
    }

    /// Writes all of the text, but to a terminal that takes nothing for so long no more of it.
    /// - Returns: whether all of it is written, or as good as: whoever is no longer there is not waited for.
    @discardableResult
    package static func write(_ text: String, to descriptor: Int32, within patience: Duration) -> Bool {
        guard isOne(descriptor) else {
            write(text, to: descriptor)
            return true
        }
        let done = Semaphore()
        _ = OwnThread(name: "last words") {
            write(text, to: descriptor)
            done.post()
        }
        return done.wait(until: .now + patience)
    }
}

extension StringProtocol {
    /// Columns that a terminal needs to show it: 2 for the wide letters of East Asia and for emoji, 0 for marks that
    /// are drawn over the letter before them.
    package var cells: Int { reduce(0) { $0 + $1.cells } }

    /// As much of its beginning as fits so many columns, with an ellipsis where something was cut.
    package func cut(to width: Int) -> String {
        guard cells > width else { return String(self) }
        var (text, used) = ("", 0)
        for character in self {
            guard used + character.cells < width else { break }
            text.append(character)
            used += character.cells
        }
        return width > 0 ? text + "…" : ""
    }
}

extension Character {
    /// Columns that a terminal needs to show it.
    package var cells: Int {
        guard let scalar = unicodeScalars.first else { return 0 }
        switch scalar.properties.generalCategory {
        case .control, .format, .nonspacingMark, .enclosingMark: return 0
        default: return scalar.properties.isEmojiPresentation || Self.isWide(scalar.value) ? 2 : 1
        }
    }

    /// Unicode's East Asian Width "wide" and "fullwidth", by blocks (UAX #11).
    private static func isWide(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
