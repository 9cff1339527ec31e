import ArgumentParser

/// The robot and its cameras.
struct RobotOptions: FlagGroup {
    @Option(flag: "robot.type") var type: String?
    @Option(flag: "robot.id") var id: String?
    @Option(flag: "robot.calibration_dir") var calibrationDir: String?
    @Option(flag: "robot.cameras") var cameras: String?
    @Option(flag: "robot.port") var port: String?
    @Option(flag: "robot.disable_torque_on_disconnect") var disableTorqueOnDisconnect: String?
    @Option(flag: "robot.max_relative_target") var maxRelativeTarget: String?
    @Option(flag: "robot.use_degrees") var useDegrees: String?
    @Option(flag: "robot.position_p_coefficient") var positionPCoefficient: String?
    @Option(flag: "robot.position_i_coefficient") var positionICoefficient: String?
    @Option(flag: "robot.position_d_coefficient") var positionDCoefficient: String?
    @Option(flag: "robot.num_read_retries") var numReadRetries: String?

    var given: [(name: String, value: String?)] {
        [
            ("robot.type", type),
            ("robot.id", id),
            ("robot.calibration_dir", calibrationDir),
            ("robot.cameras", cameras),
            ("robot.port", port),
            ("robot.disable_torque_on_disconnect", disableTorqueOnDisconnect),
            ("robot.max_relative_target", maxRelativeTarget),
            ("robot.use_degrees", useDegrees),
            ("robot.position_p_coefficient", positionPCoefficient),
            ("robot.position_i_coefficient", positionICoefficient),
            ("robot.position_d_coefficient", positionDCoefficient),
            ("robot.num_read_retries", numReadRetries),
        ]
    }
}
