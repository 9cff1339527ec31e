import RecordingTypes
import Testing

@testable import Simulation

@Suite("A simulated picture shows what is on the table")
struct ScenePainterTests {
    static func paint(
        _ snapshot: SimulatedWorld.Snapshot, _ view: SimulatedView, width: Int, height: Int, take: Int = 1
    ) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Canvas.byteCount(width: width, height: height))
        bytes.withUnsafeMutableBytes {
            ScenePainter(view: view, width: width, height: height).paint(
                snapshot, FrameCode(take: take, frame: 0), into: $0)
        }
        return bytes
    }

    static func snapshot(second: Double) throws -> SimulatedWorld.Snapshot {
        let clock = FakeClock()
        let world = SimulatedWorld(start: clock.time)
        for _ in 0..<Int(second * 50) {
            world.setGoal(world.script.pose(at: clock.time), at: clock.time)
            clock.advance(.milliseconds(20))
        }
        return world.snapshot(at: clock.time)
    }

    /// The middle of all pixels whose red difference is high: the cube is the only red thing.
    static func middleOfRed(_ picture: [UInt8], width: Int, height: Int) -> SIMD2<Double>? {
        let start = width * height + width / 2 * (height / 2)
        var sum = SIMD2<Double>()
        var count = 0.0
        for y in 0..<(height / 2) {
            for x in 0..<(width / 2) where picture[start + y * (width / 2) + x] > 190 {
                sum += SIMD2(Double(2 * x + 1), Double(2 * y + 1))
                count += 1
            }
        }
        return count > 3 ? sum / count : nil
    }

    @Test func theCubeIsDrawnWhereItIs() throws {
        let (width, height) = (640, 480)
        for second in [0.5, 3.4, 4.2, 7.9] {
            let snapshot = try Self.snapshot(second: second)
            #expect(snapshot.isHeld == (second == 3.4 || second == 4.2))
            for view in [SimulatedView.front, .top] {
                let picture = Self.paint(snapshot, view, width: width, height: height)
                guard let middle = Self.middleOfRed(picture, width: width, height: height) else {
                    // Seen from above a held cube hides behind the hand.
                    #expect(view == .top && snapshot.isHeld, "no cube in \(view) at \(second) s")
                    continue
                }
                let projection = view.projection(snapshot, width: width, height: height)
                let pixel = projection.pixel(projection.view(snapshot.cube))
                let away = SIMD2(Double(pixel.x), Double(pixel.y)) - middle
                #expect((away * away).sum() < 20 * 20, "\(view) at \(second) s: \(middle) for \(pixel)")
            }
        }
    }

    @Test func theSameMomentIsTheSamePicture() throws {
        let snapshot = try Self.snapshot(second: 2.2)
        for view in SimulatedView.allCases {
            let picture = Self.paint(snapshot, view, width: 320, height: 240)
            #expect(picture == Self.paint(snapshot, view, width: 320, height: 240))
        }
    }

    @Test func everyViewMovesWithTheArm() throws {
        let (before, after) = (try Self.snapshot(second: 1), try Self.snapshot(second: 3))
        for view in SimulatedView.allCases {
            let first = Self.paint(before, view, width: 320, height: 240)
            let second = Self.paint(after, view, width: 320, height: 240)
            let changed = zip(first, second).count { $0 != $1 }
            #expect(changed > 320 * 240 / 50, "\(view)")
        }
    }

    @Test("luma and chroma stay in the limited range, whatever is drawn")
    func staysInTheLimitedRange() throws {
        for second in stride(from: 0.0, to: 8, by: 1.3) {
            let snapshot = try Self.snapshot(second: second)
            for view in SimulatedView.allCases {
                let picture = Self.paint(snapshot, view, width: 96, height: 64)
                #expect(picture[..<(96 * 64)].allSatisfy { (16...235).contains($0) })
                #expect(picture[(96 * 64)...].allSatisfy { (16...240).contains($0) })
            }
        }
    }

    @Test func theCodeIsReadBackFromThePicture() throws {
        let snapshot = try Self.snapshot(second: 1)
        for view in SimulatedView.allCases {
            for (width, height) in [(64, 64), (160, 120), (640, 480), (1280, 720)] {
                let picture = Self.paint(snapshot, view, width: width, height: height, take: 300)
                let code = picture.withUnsafeBytes {
                    FrameCode.decode(luma: $0, stride: width, width: width, height: height)
                }
                #expect(code == FrameCode(take: 300, frame: 0))
            }
        }
    }
}
