/// Where a simulated camera is.
package enum SimulatedView: String, CaseIterable, Sendable {
    /// Before the table, looking at the arm.
    case front
    /// Above the table, looking down; the arm's base is at the lower edge.
    case top
    /// On the hand, looking past the jaws; it moves with the arm.
    case wrist

    /// Whether what it sees of the backdrop is always the same.
    var isFixed: Bool { self != .wrist }

    /// How it sees the scene now.
    func projection(_ snapshot: SimulatedWorld.Snapshot, width: Int, height: Int) -> Projection {
        switch self {
        case .front:
            return Projection(
                from: Point(0.52, -0.30, 0.33), to: Point(0.085, 0.01, 0.085), up: Point(0, 0, 1), fieldOfView: 42,
                width: width, height: height)
        case .top:
            return Projection(
                from: Point(0.13, 0, 0.74), to: Point(0.131, 0, 0), up: Point(1, 0, 0), fieldOfView: 42, width: width,
                height: height)
        case .wrist:
            let arm = ArmKinematics(snapshot.pose)
            let lens = arm.wrist + arm.handUp * 0.058 + arm.handForward * 0.012
            return Projection(
                from: lens, to: arm.grip + arm.handForward * 0.01, up: arm.handUp, fieldOfView: 62, width: width,
                height: height)
        }
    }
}
