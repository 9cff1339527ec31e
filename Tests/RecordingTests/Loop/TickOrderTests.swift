import Platform
import RecordingTypes
import Robots
import Spool
import Testing

@testable import Recording

@Suite("A row shows what was when it was taken: its pictures come before the action, and none is later than the row")
struct TickOrderTests {
    /// What was asked of the devices, in order, and the rows that came of it.
    private func record(rows: Int = 5, camera: TellingCamera) -> (story: [String], rows: [Row], ending: TakeEnding?) {
        let intake = TakeIntake.unwritten()
        let loop = ControlLoop(
            robot: TellingArm(camera.story), teleoperator: TellingArm(camera.story, onRead: { camera.standStill() }),
            cameras: [camera], fps: 100,
            intake: intake, input: OperatorInput(),
            status: SessionStatus(fps: 100, episodeCount: 1, cameraNames: ["front"]))
        _ = loop.record(take: 1, start: .now + .milliseconds(5), rowLimit: rows)
        var found: [Row] = []
        var ending: TakeEnding?
        while ending == nil {
            intake.ring.pop { entry in
                switch entry {
                case .tick(let tick):
                    found.append(
                        Row(
                            time: tick.row.time, isLate: tick.row.isLate, picture: tick.frames[0]?.sequence,
                            capturedAt: tick.frames[0]?.capturedAt))
                case .message(.end(_, let end)): ending = end
                case .message: break
                }
            }
        }
        return (camera.story.calls, found, ending)
    }

    private struct Row {
        var time: MonotonicTime
        var isLate: Bool
        var picture: Int64?
        var capturedAt: MonotonicTime?
    }

    @Test func observationThenPicturesThenLeaderThenAction() {
        let (story, rows, _) = record(camera: TellingCamera())
        let ticks = rows.count { !$0.isLate }
        #expect(ticks > 0)
        #expect(story == (0..<ticks).flatMap { _ in ["observe", "picture", "lead", "send"] })
    }

    @Test func noPictureIsLaterThanItsRow() {
        // It captures at the very moment at which it is asked.
        let (_, rows, ending) = record(camera: TellingCamera())
        #expect(ending?.reason == .timeUp)
        for row in rows where !row.isLate {
            #expect(row.capturedAt.map { $0 <= row.time } == true)
        }
    }

    @Test func aPictureStampedAheadOfTheClockIsLeftForALaterRow() {
        let (_, rows, ending) = record(camera: TellingCamera(isAheadAfter: 0))
        #expect(ending?.reason == .timeUp)
        #expect(rows.first?.picture == 0)
        #expect(rows.dropFirst().allSatisfy { $0.picture == nil })
        #expect(ending?.repeatedFrames == [rows.count - 1])
    }

    @Test func aTakeDoesNotBeginWithAPictureFromTheFuture() {
        let (_, rows, ending) = record(camera: TellingCamera(isAheadAfter: -1))
        #expect(rows.isEmpty)
        #expect(ending?.reason == .cameraFailed)
        #expect(ending?.message?.contains("front") == true && ending?.message?.contains("ahead") == true)
    }

    @Test func aProgramThatStoodStillSaysSoAndBlamesNoCamera() {
        // The tick that comes next is 700 ms late, and no camera has anything newer than that.
        let camera = TellingCamera(standsStillAt: 3, for: .milliseconds(700))
        let (_, rows, ending) = record(rows: 200, camera: camera)
        #expect(ending?.reason == .stoodStill)
        #expect(ending?.message?.contains("the program stood still for") == true)
        #expect(rows.allSatisfy { !$0.isLate })
        #expect(ending?.rows == rows.count && rows.count == 4)
    }

    @Test func aSlowCameraMayBeSilentForThreeOfItsPeriods() {
        func limit(_ fps: Double) -> Duration {
            StalePicture.limit(for: CameraFormat(width: 2, height: 2, fps: fps, pixelFormat: .gray))
        }
        #expect(limit(30) == .milliseconds(500))
        #expect(limit(1) == .seconds(3))
        #expect(limit(0) == .milliseconds(500))
    }
}

/// What devices were asked, in order.
private final class Story: @unchecked Sendable {  // One thread's.
    var calls: [String] = []
}

private final class TellingArm: Robot, Teleoperator {
    let robotType = "telling"
    let name = "telling arm"
    let observationNames = ["joint.pos"]
    let actionNames = ["joint.pos"]
    let busCounters = BusCounters()
    let complaints: [String] = []
    private let story: Story

    private let onRead: () -> Void

    init(_ story: Story, onRead: @escaping () -> Void = {}) {
        self.story = story
        self.onRead = onRead
    }

    func connect(asking person: (any CalibrationDialogue)?) throws {}

    func readObservation(into values: inout [Float]) throws { story.calls.append("observe") }

    func readAction(into values: inout [Float]) throws {
        story.calls.append("lead")
        onRead()
    }

    func send(action: [Float]) throws { story.calls.append("send") }

    func disconnect() throws {}
}

/// A camera that captures when it is asked, and whose clock may go ahead after a picture.
private final class TellingCamera: Camera, @unchecked Sendable {  // Asked by one thread.
    let name = "front"
    let story = Story()
    private let lastInTime: Int
    private var sequence = 0
    private let standstill: (picture: Int, time: Duration)?
    private var last: CameraFrame?

    init(isAheadAfter lastInTime: Int = .max) {
        self.lastInTime = lastInTime
        standstill = nil
    }

    /// With this picture the program is stopped for a while, the camera with it: it has nothing newer when it goes on.
    init(standsStillAt picture: Int, for time: Duration) {
        lastInTime = .max
        standstill = (picture, time)
    }

    func open() throws -> CameraFormat { CameraFormat(width: 2, height: 2, fps: 30, pixelFormat: .gray) }

    /// What the leader waits for, where the program is stopped.
    func standStill() {
        guard let standstill, sequence == standstill.picture + 1 else { return }
        (MonotonicTime.now + standstill.time).sleepUntil()
    }

    func newest() -> CameraFrame? { picture(at: .now) }

    func picture(at tick: MonotonicTime) -> CameraFrame? {
        story.calls.append("picture")
        if let standstill, sequence > standstill.picture { return last }
        let frame = StillCamera.frame(sequence, age: sequence > lastInTime ? .seconds(-3600) : .zero, at: tick)
        last = frame
        sequence += 1
        return frame
    }

    var failure: ReelError? { nil }

    func close() {}
}
