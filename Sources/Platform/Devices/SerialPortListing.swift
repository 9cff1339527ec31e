import SystemPackage

/// The serial ports of USB adapters that are plugged in: for `find-port`, and for errors that say what there is.
package enum SerialPortListing {
    package struct Entry: Hashable, Sendable {
        /// "/dev/ttyACM0"
        package let path: String
        /// The name that stays the same wherever it is plugged in, where udev gives one: "usb-1a86_USB_…-if00".
        package let stableName: String?
    }

    /// All of them, sorted by path; empty when there is none.
    package static func list() -> [Entry] {
        let devices = FilePath("/dev")
        let stableNames = SymbolicLink.names(in: "/dev/serial/by-id")
        let names = (try? Directory.names(in: devices)) ?? []
        return names.filter { $0.hasPrefix("ttyACM") || $0.hasPrefix("ttyUSB") }.map {
            let path = devices.appending($0).string
            return Entry(path: path, stableName: stableNames[path])
        }
    }
}
