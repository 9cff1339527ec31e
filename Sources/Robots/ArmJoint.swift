/// The joints of an SO-100 or SO-101 arm, in the order of LeRobot's features; the raw value is the place in a row.
package enum ArmJoint: Int, CaseIterable, Sendable {
    case shoulderPan, shoulderLift, elbowFlex, wristFlex, wristRoll, gripper

    /// LeRobot's motor name: "shoulder_pan".
    package var name: String {
        switch self {
        case .shoulderPan: "shoulder_pan"
        case .shoulderLift: "shoulder_lift"
        case .elbowFlex: "elbow_flex"
        case .wristFlex: "wrist_flex"
        case .wristRoll: "wrist_roll"
        case .gripper: "gripper"
        }
    }

    /// LeRobot's feature name: "shoulder_pan.pos".
    package var featureName: String { name + ".pos" }

    /// The motor's number on the bus: 1 to 6 from the base to the gripper.
    package var motorID: UInt8 { UInt8(rawValue + 1) }

    /// How far the joint goes: degrees from the middle, the gripper 0 (closed) to 100 (open). Rounded from the
    /// SO-101's published model (TheRobotStudio/SO-ARM100, Simulation/SO101).
    package var range: ClosedRange<Double> {
        switch self {
        case .shoulderPan: -110...110
        case .shoulderLift: -100...100
        case .elbowFlex: -97...97
        case .wristFlex: -95...95
        case .wristRoll: -157...163
        case .gripper: 0...100
        }
    }
}
