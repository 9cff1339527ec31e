import RecordingTypes
import Simulation
import Spool
import Synchronization
import Testing

@testable import Recording

@Suite("What a camera cannot help is told")
struct OddCameraTests {
    /// Gives pictures of its own width, and says that so many of every take came damaged.
    private final class OddCamera: Camera, TakeAware {
        private let camera: SimulatedCamera
        private let width: Int
        private let damaged = Atomic<Int>(7)

        init(_ camera: SimulatedCamera, width: Int = 64) { (self.camera, self.width) = (camera, width) }

        var name: String { camera.name }
        var failure: ReelError? { camera.failure }
        var damagedCount: Int { damaged.load(ordering: .relaxed) }

        func open() throws -> CameraFormat {
            var format = try camera.open()
            format.width = width
            return format
        }

        func newest() -> CameraFrame? { camera.newest() }
        func picture(at tick: MonotonicTime) -> CameraFrame? { camera.picture(at: tick) }

        func takeBegins(number: Int, start: MonotonicTime, fps: Int) {
            damaged.add(20, ordering: .relaxed)
            camera.takeBegins(number: number, start: start, fps: fps)
        }

        func close() { camera.close() }
    }

    @Test func picturesThatCameDamagedAreCountedTakeByTake() async throws {
        let stage = try SessionStage()
        _ = try await stage.record(
            episodes: 1, rows: 20, cameras: [OddCamera(try SessionStage.camera("wrist"))])
        #expect(try stage.states() == [1: .kept])
        let told = stage.problems(of: 1)
        #expect(told.count == 1)
        // None of those that were there before it.
        #expect(told.first?.contains("20 pictures of the camera wrist came damaged") == true, "\(told)")
    }

    @Test func picturesThatNoVideoCanHoldAreRefusedBeforeTheFirstTake() async throws {
        let stage = try SessionStage()
        let camera = OddCamera(try SessionStage.camera("top"), width: 65)
        let error = await #expect(throws: ReelError.self) {
            try await stage.record(episodes: 1, rows: 10, cameras: [camera])
        }
        #expect(error?.kind == .usage)
        #expect(error?.cause.contains("65×48") == true)
        #expect(try stage.states() == [:])
    }
}
