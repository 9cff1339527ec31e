import ArgumentParser

/// The teleoperator.
struct TeleoperatorOptions: FlagGroup {
    @Option(flag: "teleop.type") var type: String?
    @Option(flag: "teleop.id") var id: String?
    @Option(flag: "teleop.calibration_dir") var calibrationDir: String?
    @Option(flag: "teleop.port") var port: String?
    @Option(flag: "teleop.use_degrees") var useDegrees: String?
    @Option(flag: "teleop.num_read_retries") var numReadRetries: String?
    @Option(flag: "teleop.left_arm_config.port") var leftArmConfigPort: String?
    @Option(flag: "teleop.left_arm_config.use_degrees") var leftArmConfigUseDegrees: String?
    @Option(flag: "teleop.left_arm_config.num_read_retries") var leftArmConfigNumReadRetries: String?
    @Option(flag: "teleop.right_arm_config.port") var rightArmConfigPort: String?
    @Option(flag: "teleop.right_arm_config.use_degrees") var rightArmConfigUseDegrees: String?
    @Option(flag: "teleop.right_arm_config.num_read_retries") var rightArmConfigNumReadRetries: String?

    var given: [(name: String, value: String?)] {
        [
            ("teleop.type", type),
            ("teleop.id", id),
            ("teleop.calibration_dir", calibrationDir),
            ("teleop.port", port),
            ("teleop.use_degrees", useDegrees),
            ("teleop.num_read_retries", numReadRetries),
            ("teleop.left_arm_config.port", leftArmConfigPort),
            ("teleop.left_arm_config.use_degrees", leftArmConfigUseDegrees),
            ("teleop.left_arm_config.num_read_retries", leftArmConfigNumReadRetries),
            ("teleop.right_arm_config.port", rightArmConfigPort),
            ("teleop.right_arm_config.use_degrees", rightArmConfigUseDegrees),
            ("teleop.right_arm_config.num_read_retries", rightArmConfigNumReadRetries),
        ]
    }
}
