import RecordingTypes
import Simulation
import Synchronization

/// A simulated camera that is not the same when it is opened again.
final class MovedCamera: Camera, TakeAware {
    /// What the second opening brings.
    enum Change {
        case nothingThere
        case anotherSize
    }

    private let camera: SimulatedCamera
    private let change: Change
    private let openings = Atomic<Int>(0)

    init(_ camera: SimulatedCamera, _ change: Change) {
        self.camera = camera
        self.change = change
    }

    var name: String { camera.name }

    func open() throws -> CameraFormat {
        let isFirst = openings.add(1, ordering: .relaxed).oldValue == 0
        if !isFirst && change == .nothingThere {
            throw ReelError(.unavailable, "open the camera \(name)", cause: "there is no /dev/video7")
        }
        var format = try camera.open()
        if !isFirst { format.width *= 2 }
        return format
    }

    func newest() -> CameraFrame? { camera.newest() }

    func picture(at tick: MonotonicTime) -> CameraFrame? { camera.picture(at: tick) }

    var failure: ReelError? { camera.failure }

    func takeBegins(number: Int, start: MonotonicTime, fps: Int) {
        camera.takeBegins(number: number, start: start, fps: fps)
    }

    func close() { camera.close() }
}
