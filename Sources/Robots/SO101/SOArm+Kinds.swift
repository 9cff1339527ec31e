/// SO-100 and SO-101 arms: LeRobot's names, and its settings (lerobot/robots/so_follower/config_so_follower.py,
/// lerobot/teleoperators/so_leader/config_so_leader.py).
extension SOArm {
    static let kinds: DeviceKinds = {
        let follower = DeviceKind<any Robot>(
            types: ["so100_follower", "so101_follower"],
            formerTypes: ["so100": "so100_follower", "so101": "so101_follower", "so_follower": "so101_follower"],
            calibrationFolder: CalibrationPlace.Device.follower.rawValue, standard: SOArmSettings(port: ""),
            settings: [
                port("The arm's serial port: /dev/ttyACM0."),
                SettingOf(
                    "disable_torque_on_disconnect", \.disableTorqueOnDisconnect, .boolean,
                    "Let go of the joints at the end."),
                SettingOf(
                    "max_relative_target", \.maxRelativeTarget,
                    .numberForEach(
                        "joint", of: ArmJoint.allCases.map(\.name), Double.leastNonzeroMagnitude ... .infinity),
                    "The farthest a joint may be sent in one step, for all joints or by name."),
                degrees(difference: nil),
                coefficient("p", \.positionPCoefficient), coefficient("i", \.positionICoefficient),
                coefficient("d", \.positionDCoefficient), retries,
            ]
        ) { settings, request in
            try SOFollower(arm: SOArm(.follower, type: request.type, settings: settings.naming(request)))
        }
        let leader = DeviceKind<any Teleoperator>(
            types: ["so100_leader", "so101_leader"],
            formerTypes: ["so100": "so100_leader", "so101": "so101_leader", "so_leader": "so101_leader"],
            calibrationFolder: CalibrationPlace.Device.leader.rawValue, standard: SOArmSettings(port: ""),
            settings: [
                port("The arm's serial port: /dev/ttyACM1."),
                degrees(difference: "Refused when it is not what the robot's is: the arm would jump."), retries,
            ]
        ) { settings, request in
            SOLeader(arm: SOArm(.leader, type: request.type, settings: settings.naming(request)))
        }
        return DeviceKinds(
            robots: [
                follower,
                follower.pair(
                    types: ["bi_so_follower"],
                    formerTypes: ["bi_so100_follower": "bi_so_follower", "bi_so101_follower": "bi_so_follower"],
                    each: "so101_follower"),
            ],
            teleoperators: [
                leader,
                leader.pair(
                    types: ["bi_so_leader"],
                    formerTypes: ["bi_so100_leader": "bi_so_leader", "bi_so101_leader": "bi_so_leader"],
                    each: "so101_leader"),
            ])
    }()

    private static func port(_ help: String) -> SettingOf<SOArmSettings> {
        SettingOf("port", \.port, .port, need: "Give the arm's serial port, /dev/ttyACM0 for one.", help)
    }

    private static func degrees(difference: String?) -> SettingOf<SOArmSettings> {
        SettingOf(
            "use_degrees", \.useDegrees, .boolean, difference: difference, discord: "the arm would jump",
            "Joints in degrees; else -100 to 100.")
    }

    private static func coefficient(
        _ letter: String, _ place: any WritableKeyPath<SOArmSettings, Int> & Sendable
    ) -> SettingOf<SOArmSettings> {
        SettingOf(
            "position_\(letter)_coefficient", place, .integer(0...254),
            "\(letter.uppercased()) of the motors' position control.")
    }

    private static let retries = SettingOf<SOArmSettings>(
        "num_read_retries", \.readRetries, .integer(0...100), "How often a failed read of the motors is tried again.")
}

extension SOArmSettings {
    /// The same for the arm that was asked for.
    fileprivate func naming(_ request: DeviceRequest) -> SOArmSettings {
        var settings = self
        settings.id = request.id
        settings.calibrationDirectory = request.calibrationDirectory
        return settings
    }
}

extension SOArmSettings.RelativeLimit: SettingType {
    package static func reading(_ value: SettingValue) -> Self? {
        switch value {
        case .number(let limit): .all(limit)
        case .numbers(let limits): .perJoint(limits)
        default: nil
        }
    }

    package var settingValue: SettingValue {
        switch self {
        case .all(let limit): .number(limit)
        case .perJoint(let limits): .numbers(limits)
        }
    }
}
