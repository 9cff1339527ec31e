import Platform
import RecordingTypes
import Spool
import Testing

@testable import Recording

@Suite("A robot that is not where its leader is goes there before the first tick, and does not jump", .serialized)
struct AlignTests {
    @Test func theWayTakesItsTimeByTheLongestJoint() {
        #expect(Approach.time(from: [0, 0], to: [3, -3], atMost: .seconds(2)) == .zero)
        #expect(Approach.time(from: [0, 0], to: [1, -90], atMost: .seconds(2)) == .seconds(2))
        let half = Approach.time(from: [10], to: [-12.5], atMost: .seconds(2))
        #expect(half == .seconds(1))
        #expect(Approach.time(from: [0], to: [90], atMost: .zero) == .zero)
    }

    private func session(_ leader: Float, align: Duration) async throws -> (ScriptedArm, SessionStage) {
        let stage = try SessionStage()
        let arm = ScriptedArm()
        arm.showsPose = true
        _ = try await stage.record(
            episodes: 2, rows: 60, robot: arm, teleoperator: ScriptedLeader(pose: leader),
            cameras: [try SessionStage.camera()], align: align)
        return (arm, stage)
    }

    @Test func itComesToTheLeaderInSmallStepsAndTheTakeBeginsThere() async throws {
        let (arm, stage) = try await session(40, align: .seconds(1))
        #expect(arm.pose == 40)
        // 53 steps; a machine that is busy makes some of them larger.
        #expect(arm.greatestStep < 20)
        #expect(try stage.states() == [1: .kept, 2: .kept])
        let reader = try TakeReader(take: try #require(try stage.spool.take(1)))
        #expect(try reader.next()?.observation == [40])
        #expect(try stage.end(1).rows == 60)
    }

    @Test func byFlagItJumpsAsLeRobotDoes() async throws {
        let (arm, _) = try await session(40, align: .zero)
        #expect(arm.greatestStep == 40)
    }

    @Test func whereTheyAgreeNoTimeIsLost() async throws {
        let began = MonotonicTime.now
        let (arm, _) = try await session(3, align: .seconds(3600))
        #expect(arm.greatestStep == 3)
        #expect(MonotonicTime.now - began < .seconds(60))
    }

    @Test func afterADeviceHasComeBackItGoesAgain() async throws {
        let stage = try SessionStage()
        let arm = ScriptedArm(failAt: 30)
        _ = try await stage.record(
            episodes: 1, rows: 60, robot: arm, teleoperator: ScriptedLeader(pose: 1000),
            cameras: [try SessionStage.camera()], align: .milliseconds(200))
        // Its observation is the number of the reading, so it is always far away: before the first take and the second.
        #expect(stage.problems == [])
        #expect(try stage.states() == [1: .discarded, 2: .kept])
        #expect(stage.lines.count { $0.contains("comes to where its leader is") } == 2)
    }

    @Test func aKeyEndsTheWay() async throws {
        let stage = try SessionStage()
        let arm = ScriptedArm(askAt: 0, of: stage.input, for: .stop)
        _ = try await stage.record(
            episodes: 1, rows: 60, robot: arm, teleoperator: ScriptedLeader(pose: 1000),
            cameras: [try SessionStage.camera()], align: .seconds(3600))
        #expect(try stage.states() == [1: .discarded])
        #expect(stage.problems == [])
    }
}
