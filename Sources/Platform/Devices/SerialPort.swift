import CLinux
import Glibc
package import RecordingTypes
import SystemPackage

/// A serial port by termios: 8 data bits, no parity, 1 stop bit, no flow control. Works on pseudo-terminals too.
///
/// libserialport would do for hardware, but it opens only what /sys/class/tty lists (0.1.1: `sp_get_port_by_name` of
/// /dev/pts/N is SP_ERR_ARG), so a simulated device on a pseudo-terminal could not be reached with it.
package final class SerialPort {
    package let name: String
    private var descriptor: Int32

    /// Opens the port, for this program alone where the system lets it.
    /// - Throws: `ReelError` naming the port, and the ports that there are.
    package init(path: String, baudRate: Int) throws {
        name = path
        descriptor = Glibc.open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        if descriptor < 0 { throw Self.cannotOpen(path, Errno(rawValue: errno)) }
        guard isatty(descriptor) == 1 else {
            close()
            throw ReelError(
                .usage, "open the serial port", subject: path, cause: "it is not a serial port",
                remedy: Self.portsHere())
        }
        // TIOCEXCL, below, lets root pass; a lock is what pyserial's `exclusive` takes too.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
            close()
            throw ReelError(.resourceBusy, "open the serial port", subject: path)
        }
        // Best effort: refuse others, and have the adapter hand bytes on at once.
        reel_prepare_serial_port(descriptor)
        do {
            try setBaudRate(baudRate)
        } catch {
            close()
            throw error
        }
        tcflush(descriptor, TCIOFLUSH)
    }

    deinit { close() }

    /// Changes the speed, bits a second.
    /// - Throws: `ReelError` naming the port.
    package func setBaudRate(_ rate: Int) throws {
        var settings = termios()
        guard tcgetattr(descriptor, &settings) == 0 else { throw failure("read the settings of the serial port") }
        cfmakeraw(&settings)
        settings.c_cflag |= tcflag_t(CLOCAL | CREAD)
        settings.c_cflag &= ~(tcflag_t(CSTOPB) | tcflag_t(CRTSCTS))
        guard tcsetattr(descriptor, TCSANOW, &settings) == 0 else { throw failure("set up the serial port") }
        let result = reel_set_serial_speed(descriptor, UInt32(clamping: rate))
        if result != 0 {
            throw ReelError(Errno(rawValue: result), "set the serial port to \(rate) bits a second", subject: name)
        }
    }

    /// Hands all bytes to the port; does not wait until they are on the wire.
    /// - Throws: `ReelError` naming the port: unplugged, or it takes nothing any more.
    package func send(_ bytes: RawSpan) throws {
        try bytes.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = write(descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
                if count > 0 {
                    sent += count
                } else if errno == EAGAIN {
                    // At a million bits 100 bytes a millisecond; a port that takes nothing for this long is stuck.
                    guard try wait(for: POLLOUT, until: .now + .milliseconds(200)) else {
                        throw ReelError(
                            .failed, "write to the serial port", subject: name, cause: "it takes no bytes",
                            remedy: "Unplug its USB cable and plug it in again.")
                    }
                } else if errno != EINTR {
                    throw failure("write to the serial port")
                }
            }
        }
    }

    /// Waits for bytes until an instant and returns how many it put into the buffer; 0 when none came in time.
    /// - Throws: `ReelError` naming the port when it is unplugged.
    package func receive(into buffer: UnsafeMutableRawBufferPointer, until deadline: MonotonicTime) throws -> Int {
        while true {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count > 0 { return count }
            if count == 0 { throw unplugged }
            switch errno {
            case EAGAIN: if try !wait(for: POLLIN, until: deadline) { return 0 }
            case EINTR: continue
            default: throw failure("read from the serial port")
            }
        }
    }

    /// Forgets what came in and was not read.
    /// - Throws: `ReelError` naming the port when it is unplugged.
    package func discardInput() throws {
        if tcflush(descriptor, TCIFLUSH) != 0 { throw failure("clear the serial port") }
    }

    /// Gives the port back. Safe to call twice.
    package func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Whether the port became ready in time.
    private func wait(for event: Int32, until deadline: MonotonicTime) throws -> Bool {
        while true {
            let left = max(0, (deadline - .now).nanoseconds)
            let happened = reel_wait_for_descriptor(descriptor, Int16(event), left)
            if happened == 0 { return false }
            if happened > 0 {
                if happened & event != 0 { return true }
                throw unplugged
            }
            if happened != -EINTR {
                throw ReelError(Errno(rawValue: -happened), "wait for the serial port", subject: name)
            }
        }
    }

    private func failure(_ action: String) -> ReelError {
        // A pseudo-terminal whose other side is gone, and many USB adapters that are, say EIO.
        errno == EIO || errno == ENXIO || errno == ENODEV
            ? unplugged : ReelError(Errno(rawValue: errno), action, subject: name)
    }

    private var unplugged: ReelError {
        ReelError(
            .unavailable, "use the serial port", subject: name, cause: "it is gone",
            remedy: "Check its USB cable.")
    }

    private static func cannotOpen(_ path: String, _ cause: Errno) -> ReelError {
        var remedy: String?
        switch cause {
        case .noSuchFileOrDirectory, .noSuchAddressOrDevice: remedy = portsHere()
        case .permissionDenied:
            remedy = "Become a member of its group (often `sudo usermod -aG dialout $USER`), log in anew."
        default: break
        }
        return ReelError(cause, "open the serial port", subject: path, remedy: remedy)
    }

    private static func portsHere() -> String {
        let ports = SerialPortListing.list()
        return ports.isEmpty
            ? "There is no serial port here; check the USB cable and the power."
            : "Ports here: \(ports.map(\.path).joined(separator: ", "))."
    }
}
