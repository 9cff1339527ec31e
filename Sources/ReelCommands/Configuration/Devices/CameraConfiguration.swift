/// One camera of `--robot.cameras`, checked.
struct CameraConfiguration: Equatable, Sendable {
    /// Where its pictures come from.
    enum Source: Equatable, Sendable {
        /// A V4L2 device; the four letters ask for a format ("MJPG").
        case device(path: String, fourcc: String?)
        /// Whatever FFmpeg opens: a network camera, a file, a screen. `format` is FFmpeg's input format.
        case stream(url: String, format: String?, options: [String: String], loops: Bool)
        /// The simulated arm seen from there; `faults` is what it does wrong, as `SimulatedFaults` reads it.
        case simulated(view: View, faults: String? = nil)
    }

    enum View: String, CaseIterable, Sendable {
        case front, top, wrist
    }

    /// The name in the dataset, with the arm's side in front where it belongs to one of two arms.
    var name: String
    var source: Source
    /// Pixels after rotation; nil takes what comes.
    var width: Int?
    /// Pixels after rotation; nil takes what comes.
    var height: Int?
    /// Pictures a second; nil takes what comes.
    var fps: Double?
    /// Degrees clockwise: 0, 90, 180 or -90.
    var rotation: Int
    /// How long it is read before its pictures count.
    var warmUp: Duration

    /// What must not be opened twice.
    var device: String? {
        guard case .device(let path, _) = source else { return nil }
        return path
    }
}
