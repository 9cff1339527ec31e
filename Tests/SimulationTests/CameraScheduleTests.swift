import RecordingTypes
import Simulation
import Testing

@Suite("A simulated picture is drawn before its row is due and carries that row's number")
struct CameraScheduleTests {
    static let start = MonotonicTime(nanoseconds: 5_000_000_123)

    @Test(arguments: [15, 24, 30, 50, 60])
    func withEqualRatesPictureKIsRowKHalfARowEarly(fps: Int) {
        let schedule = CameraSchedule(take: 3, start: Self.start, cameraFPS: fps, takeFPS: fps)
        for k in [0, 1, 2, 29, 30, 1799, 1_000_000] {
            #expect(schedule.row(of: k) == k)
            #expect(schedule.code(of: k) == FrameCode(take: 3, frame: k))
            let due = Self.start + .nanoseconds(k * 1_000_000_000 / fps)
            let early = (due - schedule.time(of: k)).nanoseconds
            #expect(abs(early - 500_000_000 / Int64(fps)) <= 1)
        }
    }

    @Test func aSlowCameraCarriesTheNearestRow() {
        let schedule = CameraSchedule(take: 1, start: Self.start, cameraFPS: 15, takeFPS: 30)
        #expect((0..<5).map { schedule.row(of: $0) } == [0, 1, 3, 5, 7])
    }

    @Test func aFastCameraCarriesARowTwice() {
        let schedule = CameraSchedule(take: 1, start: Self.start, cameraFPS: 60, takeFPS: 30)
        #expect((0..<6).map { schedule.row(of: $0) } == [0, 0, 1, 1, 2, 2])
    }

    @Test func theRowIsTheOneTheTimeIsNearestTo() {
        for (camera, take) in [(25, 30), (30, 25), (7, 50), (120, 30), (29, 31)] {
            let schedule = CameraSchedule(take: 1, start: Self.start, cameraFPS: camera, takeFPS: take)
            for picture in 1..<200 {
                let rows = (schedule.time(of: picture) - Self.start).seconds * Double(take)
                #expect(abs(Double(schedule.row(of: picture)) - rows) <= 0.5 + 1e-6)
            }
        }
    }

    @Test func aLateCameraLeavesOutWhatItMissed() {
        let schedule = CameraSchedule(take: 1, start: Self.start, cameraFPS: 30, takeFPS: 30)
        for picture in [0, 1, 2, 77, 100_000] {
            #expect(schedule.picture(at: schedule.time(of: picture)) == picture)
            #expect(schedule.picture(at: schedule.time(of: picture + 1) + .nanoseconds(-1)) == picture)
        }
        #expect(schedule.picture(at: Self.start + .seconds(-5)) == 0)
    }
}
