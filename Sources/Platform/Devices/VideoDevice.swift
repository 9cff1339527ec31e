import CLinux
import RecordingTypes
package import SystemPackage

/// A V4L2 device as the kernel describes it.
package struct VideoDevice: Sendable {
    /// What the driver calls it.
    package let name: String
    /// What it offers, in its own order; at most 512.
    package let modes: [Mode]

    /// A format, size and rate.
    package struct Mode: Hashable, Sendable {
        /// V4L2's four letters: "MJPG".
        package let format: String
        package let width: Int
        package let height: Int
        /// Pictures a second; 0 when the device does not say.
        package let rate: Double

        package init(format: String, width: Int, height: Int, rate: Double) {
            (self.format, self.width, self.height, self.rate) = (format, width, height, rate)
        }
    }

    /// Asks it, without taking it from a program that uses it.
    /// - Throws: `Errno`; `.operationNotSupportedByDevice` when it gives no pictures.
    package static func ask(_ path: String) throws(Errno) -> VideoDevice {
        var name = [CChar](repeating: 0, count: 32)
        var count: Int32 = 0
        let empty = reel_video_mode(format: (0, 0, 0, 0, 0), width: 0, height: 0, rate: 0)
        var modes = [reel_video_mode](repeating: empty, count: 512)
        let result = reel_video_device(path, &name, &modes, Int32(modes.count), &count)
        guard result == 0 else { throw Errno(rawValue: result) }
        return VideoDevice(name: text(name), modes: modes.prefix(Int(count)).map(Mode.init))
    }

    fileprivate static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension VideoDevice.Mode {
    fileprivate init(_ mode: reel_video_mode) {
        // Formats of fewer letters are filled up with spaces.
        let letters = [mode.format.0, mode.format.1, mode.format.2, mode.format.3].filter { $0 != 0x20 }
        self.init(
            format: VideoDevice.text(letters), width: Int(mode.width), height: Int(mode.height), rate: mode.rate)
    }
}
