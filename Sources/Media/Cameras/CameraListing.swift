package import Platform
package import RecordingTypes
import SystemPackage

/// The cameras of this machine.
package enum CameraListing {
    /// One V4L2 device that gives pictures.
    package struct Camera: Equatable, Sendable {
        /// "/dev/video0"; after the next start it can be another.
        package let device: String
        /// "/dev/v4l/by-id/…", which stays the same camera; nil where the system makes none.
        package let stablePath: String?
        /// What the driver calls it.
        package let name: String
        /// What it offers, in its own order; empty where it may not be asked.
        package let modes: [Mode]
        /// Why it could not be asked; nil when it could.
        package let problem: ReelError?
    }

    package typealias Mode = VideoDevice.Mode

    /// Modes in lines, one for each format and size with all its rates: a camera may have hundreds.
    package static func lines(_ modes: [Mode]) -> [String] {
        var lines: [(size: String, rates: [String])] = []
        for mode in modes {
            if lines.last?.size == mode.size {
                lines[lines.count - 1].rates.append(mode.rateText)
            } else {
                lines.append((mode.size, [mode.rateText]))
            }
        }
        return lines.map { "\($0.size) at \($0.rates.joined(separator: ", "))" }
    }

    /// All cameras, in the order of their numbers. Asking does not disturb who uses them.
    package static func list() -> [Camera] {
        let names = (try? Directory.names(in: "/sys/class/video4linux")) ?? []
        let stable = stablePaths()
        return names.compactMap { name in Int(name.dropFirst("video".count)).map { ($0, name) } }
            .sorted { $0.0 < $1.0 }
            .compactMap { camera("/dev/\($0.1)", stablePath: stable["/dev/\($0.1)"]) }
    }

    /// One device; nil when there is none, or none that gives pictures.
    package static func camera(_ device: String) -> Camera? { camera(device, stablePath: stablePaths()[device]) }

    /// Those of the modes that somebody may have meant: a camera may have hundreds. At the wanted size those of the
    /// nearest rates, at the wanted rate those of the nearest sizes; without either the first ones.
    /// - Returns: at most six, in the camera's order.
    static func nearest(_ modes: [Mode], width: Int?, height: Int?, fps: Double?) -> [Mode] {
        func distance(_ mode: Mode) -> (size: Int, rate: Double) {
            (
                abs(mode.width - (width ?? mode.width)) + abs(mode.height - (height ?? mode.height)),
                abs(mode.rate - (fps ?? mode.rate))
            )
        }
        let bySize = modes.indices.sorted {
            let (a, b) = (distance(modes[$0]), distance(modes[$1]))
            return (Double(a.size), a.rate, Double($0)) < (Double(b.size), b.rate, Double($1))
        }
        let byRate = modes.indices.sorted {
            let (a, b) = (distance(modes[$0]), distance(modes[$1]))
            return (a.rate, Double(a.size), Double($0)) < (b.rate, Double(b.size), Double($1))
        }
        var chosen: Set<Int> = []
        for (size, rate) in zip(bySize, byRate) where chosen.count < 6 {
            chosen.insert(size)
            if chosen.count < 6 { chosen.insert(rate) }
        }
        return chosen.sorted().map { modes[$0] }
    }

    /// The cameras in a few words, for errors.
    static var summary: String {
        let cameras = list()
        if cameras.isEmpty { return "No camera is connected." }
        return "Cameras here: \(cameras.map { "\($0.device) (\($0.name))" }.joined(separator: ", "))."
    }

    private static func camera(_ device: String, stablePath: String?) -> Camera? {
        do {
            let asked = try VideoDevice.ask(device)
            return Camera(
                device: device, stablePath: stablePath, name: asked.name, modes: asked.modes,
                problem: nil)
        } catch {
            guard [.permissionDenied, .notPermitted, .resourceBusy].contains(error) else { return nil }
            let problem = ReelError(error, "ask a camera", subject: device)
            return Camera(device: device, stablePath: stablePath, name: systemName(device), modes: [], problem: problem)
        }
    }

    /// The name that the kernel gives without the device being opened.
    private static func systemName(_ device: String) -> String {
        let file = FilePath("/sys/class/video4linux").appending(FilePath(device).lastComponent?.string ?? "")
            .appending("name")
        let bytes = (try? File.read(file)) ?? []
        return String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
    }

    /// Devices and the names under which udev keeps them.
    private static func stablePaths() -> [String: String] {
        let directory = FilePath("/dev/v4l/by-id")
        return SymbolicLink.names(in: directory).mapValues { directory.appending($0).string }
    }
}

extension VideoDevice.Mode {
    /// "MJPG 640×480 at 30"
    var words: String { "\(size) at \(rateText)" }

    fileprivate var size: String { "\(format) \(width)×\(height)" }

    fileprivate var rateText: String {
        rate == rate.rounded() ? "\(Int(rate))" : "\((rate * 10).rounded() / 10)"
    }
}
