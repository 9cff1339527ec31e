import RecordingTypes
import Robots

/// One arm, or a pair: a robot's or a teleoperator's, as LeRobot's calibrate and setup-motors take it.
enum ArmOptions {
    static let table = FlagTable.of([.robot, .teleoperator])

    /// The arms, left before right.
    /// - Throws: `ReelError(.usage)` unless a robot or a teleoperator with arms was given, and not both.
    static func arms(_ given: GivenFlags) throws -> [any MotorArm] {
        let surroundings = Surroundings.machine
        let values = try FlagValues(arguments: given.values, for: table, in: surroundings)
        let reader = DeviceReader(values: values, home: LeRobotHome(surroundings: surroundings))
        let arms: [any MotorArm]
        switch (values.isGiven("robot.type"), values.isGiven("teleop.type")) {
        case (true, false): arms = try reader.robot().device.device().arms
        case (false, true): arms = try reader.teleoperator().device().arms
        default:
            throw ReelError(
                .usage, "choose the arm", cause: "either --robot.type or --teleop.type must be given, and not both")
        }
        guard !arms.isEmpty else {
            throw ReelError(
                .usage, "choose the arm", cause: "the simulated arm in Reel has no motors",
                remedy: "`reel simulate-arm` makes one that has, behind a port.")
        }
        return arms
    }
}
