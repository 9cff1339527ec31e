import RecordingTypes
import Robots
import Simulation
import Testing

/// A clock that stands still until it is told to go on.
final class FakeClock {
    var time = MonotonicTime(nanoseconds: 1_000_000_000)
    func advance(_ duration: Duration) { time = time + duration }
}

@Suite("The simulated arm behaves like an arm, the same way for the same seed")
struct SimulatedArmTests {
    static let start = MonotonicTime(nanoseconds: 1_000_000_000)

    @Test func hasLeRobotsNames() throws {
        let arm = SimulatedArm(world: SimulatedWorld(start: Self.start))
        #expect(arm.robotType == "so_follower")
        #expect(
            arm.observationNames == [
                "shoulder_pan.pos", "shoulder_lift.pos", "elbow_flex.pos", "wrist_flex.pos", "wrist_roll.pos",
                "gripper.pos",
            ])
        #expect(SimulatedLeader(world: SimulatedWorld(start: Self.start)).actionNames == arm.observationNames)
    }

    @Test func theLeaderDependsOnSeedAndTimeOnly() {
        let script = PickAndPlace(seed: 4, start: Self.start)
        let again = PickAndPlace(seed: 4, start: Self.start)
        let other = PickAndPlace(seed: 5, start: Self.start)
        let times = (0..<400).map { Self.start + .milliseconds($0 * 137) }
        #expect(times.map(script.pose) == times.reversed().map(again.pose).reversed())
        #expect(times.map(script.pose) != times.map(other.pose))
    }

    @Test func theLeaderMovesSmoothlyWithinTheLimitsAndNoTwoRoundsAreTheSame() {
        let script = PickAndPlace(seed: 1, start: Self.start)
        var before = script.pose(at: Self.start)
        var (lowest, highest, fastest) = (before.values, before.values, SIMD8<Double>())
        for step in 1...4500 {
            let pose = script.pose(at: Self.start + .milliseconds(step * 20))
            lowest = pointwiseMin(lowest, pose.values)
            highest = pointwiseMax(highest, pose.values)
            fastest = pointwiseMax(fastest, pointwiseMax(pose.values - before.values, before.values - pose.values))
            before = pose
        }
        for joint in ArmJoint.allCases {
            // Strictly within the limits: nothing had to be cut off.
            #expect(lowest[joint.rawValue] > joint.range.lowerBound, "\(joint.name)")
            #expect(highest[joint.rawValue] < joint.range.upperBound, "\(joint.name)")
            #expect(fastest[joint.rawValue] / 0.02 < JointLag.servo.speedLimit, "\(joint.name)")
        }
        let first = script.pose(at: Self.start + .seconds(2))
        #expect(first != script.pose(at: Self.start + .seconds(18)))
    }

    @Test func jointsFollowWithALagAndArrive() throws {
        let clock = FakeClock()
        let arm = SimulatedArm(world: SimulatedWorld(start: clock.time), now: { clock.time })
        try arm.connect(asking: nil)
        var before: [Float] = []
        try arm.readObservation(into: &before)
        var goal = before
        goal[0] = 40
        try arm.send(action: goal)
        var now: [Float] = []
        try arm.readObservation(into: &now)
        #expect(now == before)
        clock.advance(.milliseconds(50))
        try arm.readObservation(into: &now)
        #expect(now[0] > before[0] && now[0] < 20)
        clock.advance(.seconds(2))
        try arm.readObservation(into: &now)
        #expect(abs(now[0] - 40) < 0.01)
    }

    @Test func aJointNeverExceedsItsSpeed() {
        let lag = JointLag.servo
        for way in stride(from: -200.0, through: 200, by: 7) {
            let moved = lag.position(from: 10, towards: 10 + way, after: 0.01) - 10
            #expect(abs(moved) <= lag.speedLimit * 0.01 + 1e-9)
            #expect(moved * way >= 0 && abs(moved) <= abs(way))
        }
    }

    @Test func whereAJointIsDoesNotDependOnHowOftenItWasAsked() {
        let lag = JointLag.servo
        var step = 0.0
        for _ in 0..<100 { step = lag.position(from: step, towards: 90, after: 0.004) }
        #expect(abs(step - lag.position(from: 0, towards: 90, after: 0.4)) < 1e-6)
    }

    @Test func goalsBeyondTheLimitsStopAtTheLimits() throws {
        let clock = FakeClock()
        let arm = SimulatedArm(world: SimulatedWorld(start: clock.time), now: { clock.time })
        try arm.connect(asking: nil)
        try arm.send(action: [500, -500, 500, -500, 500, 500])
        clock.advance(.seconds(10))
        var now: [Float] = []
        try arm.readObservation(into: &now)
        for (value, limit) in zip(now, [110, -100, 97, -95, 163, 100] as [Float]) {
            #expect(abs(value - limit) < 0.001)
        }
    }

    @Test func aRowOfTheWrongLengthIsRefused() throws {
        let arm = SimulatedArm(world: SimulatedWorld(start: Self.start))
        #expect(throws: ReelError.self) { try arm.send(action: [0, 0, 0, 0, 0, 0]) }
        try arm.connect(asking: nil)
        #expect(throws: ReelError.self) { try arm.send(action: [0, 0, 0]) }
    }

    @Test func theHandGetsWhereItIsSent() {
        for x in stride(from: 0.15, through: 0.22, by: 0.01) {
            for y in stride(from: -0.1, through: 0.1, by: 0.02) {
                let point = Point(x, y, 0.02)
                let pose = ArmKinematics.pose(gripAt: point, pitch: 88, wristRoll: 0, gripper: 0)
                #expect(pose == pose.withinLimits)
                let away = ArmKinematics(pose).grip - point
                #expect((away * away).sum() < 1e-8)
            }
        }
    }

    @Test("the cube is carried from each round's spot to the next one's")
    func theCubeIsCarried() throws {
        let clock = FakeClock()
        let world = SimulatedWorld(seed: 3, start: clock.time)
        let arm = SimulatedArm(world: world, now: { clock.time })
        let leader = SimulatedLeader(world: world, now: { clock.time })
        try arm.connect(asking: nil)
        try leader.connect(asking: nil)
        var action: [Float] = []
        for round in 0..<4 {
            var heldFor = 0
            for _ in 0..<240 {
                try leader.readAction(into: &action)
                try arm.send(action: action)
                clock.advance(.microseconds(33_333))
                let now = world.snapshot(at: clock.time)
                if now.isHeld {
                    heldFor += 1
                    #expect(now.cube == ArmKinematics(now.pose).grip)
                    #expect(now.pose[.gripper] >= PickAndPlace.gripperOnCube)
                }
            }
            #expect(heldFor > 60)
            let away = world.snapshot(at: clock.time).cube - world.script.cubeSpot(round: round + 1)
            #expect((away * away).sum() < 0.012 * 0.012)
        }
    }
}
