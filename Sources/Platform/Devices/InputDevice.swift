import CLinux
import Glibc
package import RecordingTypes
package import SystemPackage

/// A keyboard, foot pedal or the like below every desktop: /dev/input/event…, one thread's. As long as it is open no other
/// program hears its keys (EVIOCGRAB).
package final class InputDevice {
    package let path: FilePath
    /// What the device calls itself.
    package let name: String
    private let descriptor: Int32
    private var bytes = [UInt8](repeating: 0, count: 64 * MemoryLayout<input_event>.size)

    // What <linux/input.h> has as macros.
    private static let grab: UInt = 0x4004_4590
    private static let name: UInt = 0x8040_4506
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
    /// - Parameters:
    ///   - path: "/dev/input/event5", or a name that leads there.
    ///   - expected: what it must call itself; nil takes any.
    /// - Throws: `ReelError` naming the device: it is not there, is none, is another one, or may not be opened.
    package init(path: FilePath, called expected: String? = nil) throws(ReelError) {
        self.path = path
        descriptor = open(path.string, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        let opening = Errno(rawValue: errno)
        var text = [CChar](repeating: 0, count: 64)
        // It has the 0 at its end, or is cut off.
        let length = descriptor < 0 ? -1 : ioctl(descriptor, Self.name, &text)
        name = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard descriptor >= 0 else {
            throw ReelError(opening, "open the input device", subject: path.string, remedy: Self.remedy(for: opening))
        }
        guard length >= 0 else {
            throw ReelError(
                .usage, "open the input device", subject: path.string, cause: "it is no input device",
                remedy: Self.devicesHere)
        }
        guard expected == nil || expected == name else {
            throw ReelError(
                .mismatch, "open the input device", subject: path.string,
                cause: "\(name.printable) is there now, and not \(expected?.printable ?? "")")
        }
        guard ioctl(descriptor, Self.grab, 1) == 0 else {
            throw ReelError(Errno(rawValue: errno), "take the input device", subject: path.string)
        }
    }

    private static func remedy(for cause: Errno) -> String? {
        switch cause {
        case .permissionDenied: "Become a member of its group (`sudo usermod -aG input $USER`), log in anew."
        case .noSuchFileOrDirectory: devicesHere
        default: nil
        }
    }

    /// Those with names that stay.
    private static var devicesHere: String {
        let folder = FilePath("/dev/input/by-id")
        let names = SymbolicLink.names(in: folder).values.sorted().map { folder.appending($0).string }
        return names.isEmpty
            ? "There is none with a name of its own here; all are /dev/input/event…."
            : "Input devices here: \(names.joined(separator: ", "))."
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
