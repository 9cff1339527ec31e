import Robots
import func Glibc.atan2
import func Glibc.cos
import func Glibc.sin

/// The parts that stand on the simulated table at one moment.
struct Scene {
    private(set) var boxes: [Box] = []
    private(set) var rods: [Rod] = []

    private static let printed = Paint(0.98, 0.66, 0.12)
    private static let servo = Paint(0.17, 0.18, 0.20)
    private static let cubePaint = Paint(0.86, 0.16, 0.14)
    private static let up = Point(0, 0, 1)
    private static let ahead = Point(1, 0, 0)
    private static let left = Point(0, 1, 0)

    /// The arm in its pose and the cube where it is.
    init(_ snapshot: SimulatedWorld.Snapshot) {
        let arm = ArmKinematics(snapshot.pose)
        addBase()
        addTurret(arm)
        addArm(arm)
        addHand(arm, gripper: snapshot.pose[.gripper])
        addCube(snapshot, arm)
    }

    private mutating func addBase() {
        let axes = (Self.ahead, Self.left, Self.up)
        boxes.append(
            Box(centre: Point(-0.018, 0, 0.009), axes: axes, half: Point(0.058, 0.050, 0.009), paint: Self.printed))
        boxes.append(
            Box(centre: Point(-0.018, 0, 0.038), axes: axes, half: Point(0.036, 0.026, 0.020), paint: Self.servo))
    }

    private mutating func addTurret(_ arm: ArmKinematics) {
        boxes.append(
            Box(
                centre: Point(0, 0, 0.080) + arm.outward * 0.006, axes: (arm.outward, arm.sideways, Self.up),
                half: Point(0.032, 0.030, 0.022), paint: Self.printed))
        addJoint(at: arm.shoulder, along: arm.sideways, halfLength: 0.028, radius: 0.021)
    }

    private mutating func addArm(_ arm: ArmKinematics) {
        boxes.append(
            Box(
                from: arm.shoulder, to: arm.elbow, sideways: arm.sideways, across: 0.034, high: 0.026,
                paint: Self.printed))
        addJoint(at: arm.elbow, along: arm.sideways, halfLength: 0.023, radius: 0.019)
        boxes.append(
            Box(from: arm.elbow, to: arm.wrist, sideways: arm.sideways, across: 0.028, high: 0.024, paint: Self.printed)
        )
        addJoint(at: arm.wrist, along: arm.sideways, halfLength: 0.019, radius: 0.017)
    }

    private mutating func addHand(_ arm: ArmKinematics, gripper: Double) {
        let (forward, sideways) = (arm.handForward, arm.handSideways)
        boxes.append(
            Box(
                from: arm.wrist + forward * 0.010, to: arm.wrist + forward * 0.068, sideways: sideways, across: 0.044,
                high: 0.030, paint: Self.servo))
        let inner = PickAndPlace.cubeEdge / 2 + 0.0035
        boxes.append(
            Box(
                from: arm.wrist + forward * 0.064 - sideways * inner,
                to: arm.wrist + forward * 0.158 - sideways * inner, sideways: sideways, across: 0.007, high: 0.024,
                paint: Self.printed))
        // The other jaw turns about a hinge beside the hand's middle and is parallel to the first one on the cube.
        let angle = (gripper - PickAndPlace.gripperOnCube) / 100 * 60 * .pi / 180
        let jaw = forward * cos(angle) + sideways * sin(angle)
        let hinge = arm.wrist + forward * 0.064 + sideways * inner
        boxes.append(
            Box(
                from: hinge, to: hinge + jaw * 0.094, sideways: sideways * cos(angle) - forward * sin(angle),
                across: 0.007, high: 0.024, paint: Self.printed))
    }

    private mutating func addCube(_ snapshot: SimulatedWorld.Snapshot, _ arm: ArmKinematics) {
        let half = PickAndPlace.cubeEdge / 2
        let turn = atan2(snapshot.cube.y, snapshot.cube.x)
        let lying = (Point(cos(turn), sin(turn), 0), Point(-sin(turn), cos(turn), 0), Self.up)
        boxes.append(
            Box(
                centre: snapshot.cube,
                axes: snapshot.isHeld ? (arm.handForward, arm.handSideways, arm.handUp) : lying,
                half: Point(half, half, half), paint: Self.cubePaint))
    }

    private mutating func addJoint(at point: Point, along axis: Point, halfLength: Double, radius: Double) {
        rods.append(
            Rod(start: point - axis * halfLength, end: point + axis * halfLength, radius: radius, paint: Self.servo))
    }
}
