import RecordingTypes
import Robots
import Spool
import Testing

@testable import Recording

@Suite("A device that fails ends the take with what it has, and the session goes on when it is back", .serialized)
struct FailingDeviceTests {
    private let fps = SessionStage.fps

    @Test(arguments: ["disconnect", "resize", "stall"])
    func aCameraThatFailsLateCostsTheRestOfTheTake(fault: String) async throws {
        let stage = try SessionStage()
        _ = try await stage.record(
            episodes: 3, rows: 100, cameras: [try SessionStage.camera("top", faults: "\(fault)@2:60")])
        #expect(try stage.states() == [1: .kept, 2: .kept, 3: .kept])
        #expect(try stage.end(1).reason == .timeUp)
        let end = try stage.end(2)
        #expect(end.reason == .cameraFailed)
        #expect(end.message?.contains("camera top") == true)
        // A stall is noticed when the last picture is half a second old.
        #expect((55..<100).contains(end.rows))
        #expect(try stage.rowCount(2) == end.rows)
        #expect(end.lostRows == 0)
        #expect(try stage.end(3).rows == 100)
        #expect(stage.problems(of: 2).contains { $0.contains("are kept") })
        #expect(stage.problems == [])
    }

    @Test func aTakeShorterThanASecondIsNotKept() async throws {
        let stage = try SessionStage()
        _ = try await stage.record(
            episodes: 1, rows: 60, cameras: [try SessionStage.camera(faults: "disconnect@1:10")])
        #expect(try stage.states() == [1: .discarded, 2: .kept])
        #expect(try stage.end(2).rows == 60)
        #expect(stage.problems(of: 1).contains { $0.contains("less than a second") })
    }

    @Test func aCameraThatDoesNotComeBackEndsTheSession() async throws {
        let stage = try SessionStage()
        _ = try await stage.record(
            episodes: 3, rows: 100, reconnect: .milliseconds(1),
            cameras: [MovedCamera(try SessionStage.camera(faults: "disconnect@1:70"), .nothingThere)])
        #expect(try stage.states() == [1: .kept])
        #expect(stage.problems.count == 1)
        #expect(stage.problems[0].contains("camera front did not come back"))
        #expect(stage.problems[0].contains("/dev/video7"))
    }

    @Test func aCameraThatComesBackAsAnotherIsNotTaken() async throws {
        let stage = try SessionStage()
        _ = try await stage.record(
            episodes: 3, rows: 100, reconnect: .milliseconds(1),
            cameras: [MovedCamera(try SessionStage.camera(faults: "disconnect@1:70"), .anotherSize)])
        #expect(try stage.states() == [1: .kept])
        #expect(stage.problems.first?.contains("128×48") == true)
    }

    @Test func withoutTimeToWaitTheSessionEndsAtOnce() async throws {
        let stage = try SessionStage()
        _ = try await stage.record(
            episodes: 3, rows: 100, reconnect: .zero, cameras: [try SessionStage.camera(faults: "disconnect@1:70")])
        #expect(try stage.states() == [1: .kept])
        #expect(stage.problems.first?.contains("it was unplugged") == true)
    }

    @Test func aRobotThatFailsIsLetGoOfAndConnectedAgain() async throws {
        let stage = try SessionStage()
        let arm = ScriptedArm(failAt: 60)
        _ = try await stage.record(
            episodes: 2, rows: 80, robot: arm, cameras: [try SessionStage.camera()])
        #expect(try stage.states() == [1: .kept, 2: .kept])
        let end = try stage.end(1)
        #expect(end.reason == .robotFailed)
        #expect(end.message?.contains("scripted arm") == true)
        #expect(end.message?.contains("the bus is silent") == true)
        #expect(end.rows - end.lateTicks == 60)
        #expect(try stage.end(2).rows == 80)
        // Torque goes off before anything else is tried, and at the end.
        #expect(arm.story.prefix(2) == ["connect", "disconnect"])
        #expect(arm.story.dropLast().last == "connect")
        #expect(arm.story.last == "disconnect")
        #expect(stage.problems == [])
    }

    @Test func aTeleoperatorThatFailsIsNamedAndWaitedFor() async throws {
        let stage = try SessionStage()
        _ = try await stage.record(
            episodes: 1, rows: 80, teleoperator: ScriptedLeader(failAt: 20), cameras: [try SessionStage.camera()])
        #expect(try stage.states() == [1: .discarded, 2: .kept])
        #expect(try stage.end(1).message?.contains("scripted leader") == true)
    }

    @Test func anArmWithoutItsLeaderIsLetGoOfUntilTheLeaderIsBack() async throws {
        let stage = try SessionStage()
        let arm = ScriptedArm()
        _ = try await stage.record(
            episodes: 2, rows: 80, robot: arm, teleoperator: ScriptedLeader(failAt: 60, refusals: 1),
            cameras: [try SessionStage.camera()])
        #expect(try stage.states() == [1: .kept, 2: .kept])
        // Nobody connects it while the leader refuses; closing it twice does no harm.
        #expect(arm.story == ["connect", "disconnect", "disconnect", "connect", "disconnect"])
        #expect(stage.problems == [])
    }

    /// On the control thread, where the question would wait for an answer that the session's keys never give.
    @Test func onlyTheFirstConnectionMayAskSomebody() async throws {
        let stage = try SessionStage()
        let arm = ScriptedArm(failAt: 60)
        _ = try await stage.record(
            episodes: 2, rows: 80, robot: arm, cameras: [try SessionStage.camera()], person: NobodyAtAll())
        #expect(arm.askedSomebody == [true, false])
    }

    @Test func anArmThatMayStillHoldIsToldOf() async throws {
        let stage = try SessionStage()
        let arm = ScriptedArm(failAt: 60)
        arm.whyItHolds = "motor 3 may still hold"
        _ = try await stage.record(
            episodes: 1, rows: 80, robot: arm, cameras: [try SessionStage.camera()])
        #expect(stage.lines.contains { $0.contains("motor 3 may still hold") })
        #expect(try stage.states() == [1: .kept])
    }

    @Test func aFailureInTheResetPhaseIsWaitedForToo() async throws {
        let stage = try SessionStage()
        _ = try await stage.record(
            episodes: 2, rows: 60, resetRows: 20, robot: ScriptedArm(failAt: 65), cameras: [try SessionStage.camera()])
        #expect(try stage.states() == [1: .kept, 2: .kept])
        #expect(try [stage.end(1).reason, stage.end(2).reason] == [.timeUp, .timeUp])
        #expect(stage.problems == [])
    }

    @Test func whileItWaitsTheOperatorCanEndTheSession() async throws {
        let stage = try SessionStage()
        _ = try await stage.record(
            episodes: 3, rows: 100, reconnect: .seconds(3600),
            cameras: [
                AskingCamera(try SessionStage.camera(faults: "disconnect@1:70"), asks: .stop, stage.input)
            ])
        #expect(try stage.states() == [1: .kept])
        #expect(stage.problems == [])
    }

    @Test(arguments: [10, 60])
    func takesThatEndAlikeEndTheSessionInTheEnd(lifetime: Int) async throws {
        let stage = try SessionStage()
        let session = try await stage.record(
            episodes: 100, rows: 80, cameras: [FragileCamera(try SessionStage.camera(), lifetime: lifetime)])
        #expect(session.takes.all.map(\.take) == [1, 2, 3])
        #expect(stage.problems.count == 1)
        #expect(stage.problems.first?.contains("3 takes in a row") == true)
        #expect(stage.problems.first?.contains("its cable is loose") == true)
    }

    @Test func aRingForLessThanTwoPicturesOfEachCameraIsRefusedBeforeTheFirstTake() async throws {
        let stage = try SessionStage()
        // Two pictures of 64×48 in 4:2:0 are 9216 bytes.
        let error = await #expect(throws: ReelError.self) {
            try await stage.record(episodes: 1, rows: 10, cameras: [try SessionStage.camera()], ringBytes: 9215)
        }
        #expect(error?.kind == .usage)
        #expect(error?.remedy?.contains("--reel.ring_mb=1 ") == true)
        #expect(try stage.states() == [:])
        // Two rows, whose pictures fit however slow the disk is.
        _ = try await stage.record(episodes: 1, rows: 2, cameras: [try SessionStage.camera()], ringBytes: 9216)
        #expect(try stage.states() == [1: .kept])
        #expect(try stage.end(1).reason == .timeUp)
        #expect(try stage.rowCount(1) == 2)
    }
}

/// Somebody who is never to be asked.
private final class NobodyAtAll: CalibrationDialogue {
    func say(_ text: String) { Issue.record("told \(text)") }
    func ask(_ prompt: String) throws -> String {
        Issue.record("asked \(prompt)")
        return ""
    }
    func show(_ ranges: [JointTravel]) {}
    func isEnterPressed() throws -> Bool { true }
}
