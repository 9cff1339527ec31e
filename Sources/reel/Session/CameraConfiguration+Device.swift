import RecordingTypes
import Robots

extension CameraConfiguration {
    /// The camera; a simulated one looks at `world` and has `fps` if nothing else was given.
    /// - Throws: `ReelError(.usage)` for what cannot be.
    func device(fps: Int, in world: SimulatedWorld) throws -> any Camera {
        switch source {
        case .simulated(let view, let faults):
            return try SimulatedCamera(
                name: name, view: SimulatedView(rawValue: view.rawValue) ?? .front, width: width ?? 640,
                height: height ?? 480, fps: self.fps ?? fps, world: world,
                faults: faults.map { try SimulatedFaults($0) } ?? .none)
        case .device, .stream:
            throw ReelError(
                .usage, "use the camera \(name)", cause: "only simulated cameras are there yet",
                remedy: "{type: sim, view: front} is one.")
        }
    }
}
