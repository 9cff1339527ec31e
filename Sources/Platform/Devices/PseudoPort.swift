import CLinux
import Glibc
package import RecordingTypes
import Synchronization
import SystemPackage

/// A serial port that is not there: a pseudo-terminal in raw mode, seen from the side of the device. One thread uses it.
package final class PseudoPort: Sendable {
    /// What to open in place of a port: "/dev/pts/3".
    package let path: String
    private let controller: Int32
    /// Kept open, so that the line does not hang up when a program closes it.
    private let terminal: Int32
    private let isClosed = Atomic(false)

    /// - Throws: `ReelError` when the system gives none.
    package init() throws(ReelError) {
        var (controller, terminal) = (Int32(-1), Int32(-1))
        var name = [CChar](repeating: 0, count: 64)
        let result = reel_open_pseudo_terminal(&controller, &terminal, &name)
        if result != 0 { throw ReelError(Errno(rawValue: result), "make a pseudo-terminal") }
        (self.controller, self.terminal) = (controller, terminal)
        path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { close() }

    /// Hangs up: who has it open gets EIO. Safe to call twice.
    package func close() {
        guard !isClosed.exchange(true, ordering: .relaxed) else { return }
        Glibc.close(terminal)
        Glibc.close(controller)
    }

    /// Bits a second that the program on the other side has set.
    package var baudRate: Int { max(1, Int(reel_serial_speed(controller))) }

    /// Waits for bytes, a while at most, and returns how many it put into the buffer.
    package func receive(into buffer: inout [UInt8], patience: Duration) -> Int {
        guard reel_wait_for_descriptor(controller, Int16(POLLIN), patience.nanoseconds) != 0 else { return 0 }
        return max(0, read(controller, &buffer, buffer.count))
    }

    /// Hands the bytes over; those that nobody has room for are lost, as on a wire.
    package func send(_ bytes: [UInt8]) { _ = write(controller, bytes, bytes.count) }
}
