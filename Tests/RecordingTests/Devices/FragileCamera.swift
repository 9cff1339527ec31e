import RecordingTypes
import Recording
import Simulation
import Synchronization

/// A simulated camera that is gone after so many pictures of every take, and back when it is opened again.
final class FragileCamera: Camera, TakeAware {
    private let camera: SimulatedCamera
    private let lifetime: Int
    private let left: Atomic<Int>

    init(_ camera: SimulatedCamera, lifetime: Int) {
        self.camera = camera
        self.lifetime = lifetime
        left = Atomic(.max)
    }

    var name: String { camera.name }

    func open() throws -> CameraFormat {
        left.store(.max, ordering: .relaxed)
        return try camera.open()
    }

    func newest() -> CameraFrame? { camera.newest() }

    func picture(at tick: MonotonicTime) -> CameraFrame? {
        left.subtract(1, ordering: .relaxed)
        return camera.picture(at: tick)
    }

    var failure: ReelError? {
        guard left.load(ordering: .relaxed) < 0 else { return camera.failure }
        return ReelError(.unavailable, "read the camera \(name)", cause: "its cable is loose")
    }

    func takeBegins(number: Int, start: MonotonicTime, fps: Int) {
        left.store(lifetime, ordering: .relaxed)
        camera.takeBegins(number: number, start: start, fps: fps)
    }

    func close() { camera.close() }
}
