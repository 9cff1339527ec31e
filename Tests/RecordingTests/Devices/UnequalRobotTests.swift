import RecordingTypes
import Robots
import Spool
import Testing

@testable import Recording

@Suite("A robot observes what it observes and is told what it is told", .serialized)
struct UnequalRobotTests {
    @Test func sevenValuesAreObservedAndTwoAreTold() async throws {
        let stage = try SessionStage()
        let (robot, leader) = (UnequalRobot(), UnequalLeader(["arm.pos", "wheel.vel"]))
        // It comes to where its leader is first, in small steps, as far as it observes what it is told.
        robot.pose = -40
        _ = try await stage.record(
            episodes: 1, rows: 20, robot: robot, teleoperator: leader, cameras: [], align: .milliseconds(300))
        let session = try stage.spool.session()
        #expect(session.observation == .observation(robot.observationNames) && session.observation.count == 7)
        #expect(session.action == .action(["arm.pos", "wheel.vel"]))
        let reader = try TakeReader(take: try #require(try stage.spool.take(1)))
        var rows = 0
        while let row = try reader.next() {
            #expect(row.observation.count == 7 && row.observation[3] == 3 && row.observation[6] == robot.pose)
            #expect(row.action == [5, 0.5])
            rows += 1
        }
        #expect(rows == 20)
        #expect(robot.actions.first?[0] ?? 0 < -30 && robot.actions.last == [5, 0.5])
        #expect(robot.actions.allSatisfy { $0.count == 2 && $0[1] == 0.5 })
    }

    @Test func aLeaderOfSomethingElseIsRefusedBeforeAnythingIsOpened() async throws {
        let stage = try SessionStage()
        let robot = UnequalRobot()
        let error = await #expect(throws: ReelError.self) {
            try await stage.record(
                episodes: 1, rows: 10, robot: robot, teleoperator: UnequalLeader(["arm.pos", "wheel.pos"]), cameras: [])
        }
        #expect(error?.kind == .mismatch && error?.cause.contains("wheel.vel") == true)
        #expect(robot.connections == 0)
    }
}

/// Observes five sensors, its wheel's speed and where its arm is; is told where the arm shall be and how fast the wheel.
private final class UnequalRobot: Robot, @unchecked Sendable {  // One thread's at a time.
    let robotType = "unequal"
    let name = "unequal robot"
    let observationNames = (0..<5).map { "sensor_\($0)" } + ["battery", "arm.pos"]
    let actionNames = ["arm.pos", "wheel.vel"]
    var pose: Float = 0
    private(set) var actions: [[Float]] = []
    private(set) var connections = 0

    func connect(asking person: (any CalibrationDialogue)?) throws { connections += 1 }

    func readObservation(into values: inout [Float]) throws {
        for index in 0..<6 { values[index] = Float(index) }
        values[6] = pose
    }

    func send(action: [Float]) throws {
        actions.append(action)
        pose = action[0]
    }

    func disconnect() throws {}
}

private final class UnequalLeader: Teleoperator, @unchecked Sendable {  // As above.
    let name = "unequal leader"
    let actionNames: [String]

    init(_ names: [String]) { actionNames = names }

    func connect(asking person: (any CalibrationDialogue)?) throws {}

    func readAction(into values: inout [Float]) throws { (values[0], values[1]) = (5, 0.5) }

    func disconnect() throws {}
}
