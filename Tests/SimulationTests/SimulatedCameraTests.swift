import Platform
import RecordingTypes
import Simulation
import Testing

@Suite("A simulated camera shows the world and names the row")
struct SimulatedCameraTests {
    static func code(of frame: CameraFrame) -> FrameCode? {
        FrameCode.decode(
            luma: frame.planes[0].bytes, stride: frame.planes[0].stride, width: frame.width, height: frame.height)
    }

    /// Waits for a picture that satisfies the condition; the test's own time limit ends it otherwise.
    static func picture(
        of camera: SimulatedCamera, where isRight: (CameraFrame) -> Bool
    ) async throws -> CameraFrame {
        while true {
            if let frame = camera.newest(), isRight(frame) { return frame }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: SimulatedView.allCases)
    func picturesCarryTheTakeAndItsRows(view: SimulatedView) async throws {
        let camera = try SimulatedCamera(
            name: "a", view: view, width: 160, height: 120, fps: 50, world: SimulatedWorld())
        let format = try camera.open()
        defer { camera.close() }
        #expect(format == CameraFormat(width: 160, height: 120, fps: 50, pixelFormat: .yuv420p))
        let first = try #require(camera.newest())
        #expect(Self.code(of: first)?.take == 0)
        #expect(first.planes.map(\.stride) == [160, 80, 80])
        #expect(first.byteCount == 160 * 120 * 3 / 2)

        let start = MonotonicTime.now + .milliseconds(30)
        camera.takeBegins(number: 7, start: start, fps: 50)
        let inTake = try await Self.picture(of: camera) { Self.code(of: $0)?.take == 7 }
        let later = try await Self.picture(of: camera) { (Self.code(of: $0)?.frame ?? 0) > 3 }
        for frame in [inTake, later] {
            let row = try #require(Self.code(of: frame)?.frame)
            // Drawn when its time had come, never earlier.
            #expect(frame.capturedAt >= start + .milliseconds(Int(row) * 20 - 10))
        }
        #expect(later.sequence >= inTake.sequence)
    }

    @Test("what is being drawn when a take begins is for none of its rows", .timeLimit(.minutes(1)))
    func drawingWhenATakeBegins() async throws {
        // Asked for more pictures than it can draw, it always draws one.
        let camera = try SimulatedCamera(
            name: "a", view: .front, width: 640, height: 480, fps: 1000, world: SimulatedWorld())
        _ = try camera.open()
        defer { camera.close() }
        for take in 1...10 {
            camera.takeBegins(number: take, start: .now, fps: 1000)
            let before = try #require(camera.newest()).sequence
            let next = try await Self.picture(of: camera) { $0.sequence > before }
            #expect(Self.code(of: next).map { Int($0.take) } == take)
        }
    }

    @Test(.timeLimit(.minutes(1))) func aDisconnectedCameraSaysSoAndEnds() async throws {
        let camera = try SimulatedCamera(
            name: "front", view: .front, width: 160, height: 120, fps: 100, world: SimulatedWorld(),
            faults: SimulatedFaults("disconnect@2:5"))
        _ = try camera.open()
        defer { camera.close() }
        camera.takeBegins(number: 2, start: .now, fps: 100)
        while camera.failure == nil { try await Task.sleep(for: .milliseconds(2)) }
        let last = try #require(camera.newest())
        #expect((Self.code(of: last)?.frame ?? 99) < 5)
        #expect(camera.failure?.description.contains("front") == true)
    }

    @Test func faultsAreReadFromText() throws {
        let faults = try SimulatedFaults("stall@1:30,resize@3:10")
        #expect(
            faults
                == SimulatedFaults(
                    stall: .init(take: 1, frame: 30), disconnect: nil, resize: .init(take: 3, frame: 10)))
        for wrong in ["stall", "stall@1", "stop@1:2", "stall@a:b", "stall@1:2:3"] {
            #expect(throws: ReelError.self) { try SimulatedFaults(wrong) }
        }
    }

    @Test func sizesThatCannotBeAreRefused() {
        for (width, height, fps) in [(641, 480, 30), (0, 480, 30), (640, 480, 0), (640, 9000, 30)] {
            #expect(throws: ReelError.self) {
                try SimulatedCamera(
                    name: "a", view: .top, width: width, height: height, fps: fps, world: SimulatedWorld())
            }
        }
    }

    @Test func closingTwiceIsFine() throws {
        let camera = try SimulatedCamera(name: "a", view: .top, width: 64, height: 64, fps: 30, world: SimulatedWorld())
        _ = try camera.open()
        camera.close()
        camera.close()
    }
}
