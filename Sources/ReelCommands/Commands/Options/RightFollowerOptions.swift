import ArgumentParser

/// The right arm of two.
struct RightFollowerOptions: FlagGroup {
    @Option(flag: "robot.right_arm_config.port") var port: String?
    @Option(flag: "robot.right_arm_config.disable_torque_on_disconnect") var disableTorqueOnDisconnect: String?
    @Option(flag: "robot.right_arm_config.max_relative_target") var maxRelativeTarget: String?
    @Option(flag: "robot.right_arm_config.use_degrees") var useDegrees: String?
    @Option(flag: "robot.right_arm_config.position_p_coefficient") var positionPCoefficient: String?
    @Option(flag: "robot.right_arm_config.position_i_coefficient") var positionICoefficient: String?
    @Option(flag: "robot.right_arm_config.position_d_coefficient") var positionDCoefficient: String?
    @Option(flag: "robot.right_arm_config.num_read_retries") var numReadRetries: String?
    @Option(flag: "robot.right_arm_config.cameras") var cameras: String?

    var given: [(name: String, value: String?)] {
        [
            ("robot.right_arm_config.port", port),
            ("robot.right_arm_config.disable_torque_on_disconnect", disableTorqueOnDisconnect),
            ("robot.right_arm_config.max_relative_target", maxRelativeTarget),
            ("robot.right_arm_config.use_degrees", useDegrees),
            ("robot.right_arm_config.position_p_coefficient", positionPCoefficient),
            ("robot.right_arm_config.position_i_coefficient", positionICoefficient),
            ("robot.right_arm_config.position_d_coefficient", positionDCoefficient),
            ("robot.right_arm_config.num_read_retries", numReadRetries),
            ("robot.right_arm_config.cameras", cameras),
        ]
    }
}
