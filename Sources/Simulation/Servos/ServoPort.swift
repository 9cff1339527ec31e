import Platform
import RecordingTypes
import Robots
import Synchronization

/// Where simulated servos are reached: the device's end of a line. One thread uses it.
package protocol ServoPort: Sendable {
    /// What the user knows it by.
    var path: String { get }
    /// Bits a second.
    var baudRate: Int { get }
    /// Waits for bytes, a while at most, and returns how many it put into the buffer.
    func receive(into buffer: inout [UInt8], patience: Duration) -> Int
    /// Hands the bytes over; those that nobody takes are lost, as on a wire.
    func send(_ bytes: [UInt8])
    /// Gives it back. Safe to call twice.
    func close()
}

extension PseudoPort: ServoPort {}

/// The device's end of a USB cable, as the kernel's serial gadget has it (/dev/ttyGS0). When the cable is pulled it is
/// opened again until it can be.
package final class GadgetPort: ServoPort {
    package let path: String
    /// USB knows no bits a second: those that the servos are set to.
    package let baudRate = STS3215.baudRate
    private let port: Mutex<SerialPort?>

    /// Opens it.
    /// - Throws: `ReelError` naming the path when it is no serial port, or is not there.
    package init(path: String) throws {
        self.path = path
        port = Mutex(try SerialPort(path: path, baudRate: STS3215.baudRate))
    }

    package func receive(into buffer: inout [UInt8], patience: Duration) -> Int {
        let end = MonotonicTime.now + patience
        let count = port.withLock { port -> Int? in
            do {
                if port == nil { port = try SerialPort(path: path, baudRate: baudRate) }
                return try buffer.withUnsafeMutableBytes { try port?.receive(into: $0, until: end) }
            } catch {
                // Nobody is at the other end, or the gadget is gone for the moment.
                port = nil
                return nil
            }
        }
        if count == nil { end.sleepUntil() }
        return count ?? 0
    }

    package func send(_ bytes: [UInt8]) {
        port.withLock { port in
            do { try port?.send(bytes.span.bytes) } catch { port = nil }
        }
    }

    package func close() { port.withLock { $0 = nil } }
}
