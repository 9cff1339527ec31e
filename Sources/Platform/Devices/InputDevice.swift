import CLinux
import Glibc
package import RecordingTypes
package import SystemPackage

/// A keyboard, foot pedal or the like below every desktop: /dev/input/event…, one thread's. As long as it is open no other
/// program hears its keys (EVIOCGRAB).
package final class InputDevice {
    package let path: FilePath
    private let descriptor: Int32
    private var bytes = [UInt8](repeating: 0, count: 64 * MemoryLayout<input_event>.size)

    // What <linux/input.h> has as macros.
    private static let version: UInt = 0x8004_4501
    private static let grab: UInt = 0x4004_4590
    private static let keys: UInt16 = 1
    private static let pressed: Int32 = 1

    /// What came of waiting for it.
    package enum Outcome: Equatable {
        /// Keys that went down, by the kernel's numbers (input-event-codes.h); none in time.
        case pressed([UInt16])
        /// It is unplugged.
        case ended
        /// Somebody has ended the wait.
        case woken
    }

    /// Opens it.
    /// - Throws: `ReelError` naming the device: it is not there, is none, or may not be opened.
    package init(path: FilePath) throws(ReelError) {
        self.path = path
        descriptor = open(path.string, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            let cause = Errno(rawValue: errno)
            let remedy =
                cause == .permissionDenied
                ? "Become a member of its group (`sudo usermod -aG input $USER`), log in anew." : nil
            throw ReelError(cause, "open the input device", subject: path.string, remedy: remedy)
        }
        var number: Int32 = 0
        guard ioctl(descriptor, Self.version, &number) == 0 else {
            throw ReelError(
                .usage, "open the input device", subject: path.string, cause: "it is no input device",
                remedy: "Those are /dev/input/event… and the names in /dev/input/by-id.")
        }
        guard ioctl(descriptor, Self.grab, 1) == 0 else {
            throw ReelError(Errno(rawValue: errno), "take the input device", subject: path.string)
        }
    }

    deinit { close(descriptor) }

    /// Waits for keys.
    /// - Parameters:
    ///   - poll: another thread can end the wait with it.
    ///   - patience: how long at most; nil waits until something comes.
    /// - Returns: what came.
    package func wait(_ poll: WakeablePoll, patience: Duration?) -> Outcome {
        switch poll.read(from: descriptor, into: &bytes, patience: patience) {
        case .quiet: return .pressed([])
        case .ended: return .ended
        case .woken: return .woken
        case .bytes(let count):
            let size = MemoryLayout<input_event>.size
            return .pressed(
                stride(from: 0, through: count - size, by: size).compactMap { place in
                    let event = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: input_event.self) }
                    return event.type == Self.keys && event.value == Self.pressed ? event.code : nil
                })
        }
    }
}
