import RecordingTypes
import Recording
import Simulation
import Synchronization

/// A simulated camera that is gone when it is opened again, and then the operator asks for something.
final class AskingCamera: Camera, TakeAware {
    private let camera: SimulatedCamera
    private let request: OperatorInput.Request
    private let input: OperatorInput
    private let openings = Atomic<Int>(0)

    init(_ camera: SimulatedCamera, asks request: OperatorInput.Request, _ input: OperatorInput) {
        self.camera = camera
        self.request = request
        self.input = input
    }

    var name: String { camera.name }

    func open() throws -> CameraFormat {
        guard openings.add(1, ordering: .relaxed).oldValue > 0 else { return try camera.open() }
        input.ask(request)
        throw ReelError(.unavailable, "open the camera \(name)", cause: "it is gone")
    }

    func newest() -> CameraFrame? { camera.newest() }

    func picture(at tick: MonotonicTime) -> CameraFrame? { camera.picture(at: tick) }

    var failure: ReelError? { camera.failure }

    func takeBegins(number: Int, start: MonotonicTime, fps: Int) {
        camera.takeBegins(number: number, start: start, fps: fps)
    }

    func close() { camera.close() }
}
