import ArgumentParser

/// The left arm of two.
struct LeftFollowerOptions: FlagGroup {
    @Option(flag: "robot.left_arm_config.port") var port: String?
    @Option(flag: "robot.left_arm_config.disable_torque_on_disconnect") var disableTorqueOnDisconnect: String?
    @Option(flag: "robot.left_arm_config.max_relative_target") var maxRelativeTarget: String?
    @Option(flag: "robot.left_arm_config.use_degrees") var useDegrees: String?
    @Option(flag: "robot.left_arm_config.position_p_coefficient") var positionPCoefficient: String?
    @Option(flag: "robot.left_arm_config.position_i_coefficient") var positionICoefficient: String?
    @Option(flag: "robot.left_arm_config.position_d_coefficient") var positionDCoefficient: String?
    @Option(flag: "robot.left_arm_config.num_read_retries") var numReadRetries: String?
    @Option(flag: "robot.left_arm_config.cameras") var cameras: String?

    var given: [(name: String, value: String?)] {
        [
            ("robot.left_arm_config.port", port),
            ("robot.left_arm_config.disable_torque_on_disconnect", disableTorqueOnDisconnect),
            ("robot.left_arm_config.max_relative_target", maxRelativeTarget),
            ("robot.left_arm_config.use_degrees", useDegrees),
            ("robot.left_arm_config.position_p_coefficient", positionPCoefficient),
            ("robot.left_arm_config.position_i_coefficient", positionICoefficient),
            ("robot.left_arm_config.position_d_coefficient", positionDCoefficient),
            ("robot.left_arm_config.num_read_retries", numReadRetries),
            ("robot.left_arm_config.cameras", cameras),
        ]
    }
}
