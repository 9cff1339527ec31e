import RecordingTypes
import Robots
import SystemPackage

/// Reads the flags of robot and teleoperator.
struct ArmReader {
    let values: FlagValues
    let home: LeRobotHome

    /// The joints of an SO arm, as LeRobot names them.
    static let joints = ["shoulder_pan", "shoulder_lift", "elbow_flex", "wrist_flex", "wrist_roll", "gripper"]

    /// The robot with its cameras.
    /// - Throws: `ReelError(.usage)`.
    func robot() throws -> RobotConfiguration {
        let type = try type(
            "robot", RecordFlags.robotTypes, others: RecordFlags.otherRobotTypes,
            missing: "Give --robot.type: \(RecordFlags.robotTypes.joined(separator: ", ")).")
        let id = try values["robot.id"].text()
        let cameras = try cameras("robot.cameras", prefix: "")
        let kind: RobotConfiguration.Kind
        var all = cameras
        switch type {
        case "sim": kind = .simulated
        case "bi_so_follower":
            kind = .twoArms(
                left: try follower("robot.left_arm_config", id: id.map { "\($0)_left" }),
                right: try follower("robot.right_arm_config", id: id.map { "\($0)_right" }))
            all =
                try self.cameras("robot.left_arm_config.cameras", prefix: "left_") + cameras
                + self.cameras("robot.right_arm_config.cameras", prefix: "right_")
        default: kind = .arm(try follower("robot", id: id))
        }
        try checkTogether(all)
        return RobotConfiguration(type: type, id: id, kind: kind, cameras: all)
    }

    /// The teleoperator.
    /// - Throws: `ReelError(.usage)`.
    func teleoperator() throws -> TeleoperatorConfiguration {
        let type = try type(
            "teleop", RecordFlags.teleoperatorTypes, others: RecordFlags.otherTeleoperatorTypes,
            missing: "Give --teleop.type: \(RecordFlags.teleoperatorTypes.joined(separator: ", ")).")
        let id = try values["teleop.id"].text()
        let kind: TeleoperatorConfiguration.Kind
        switch type {
        case "sim": kind = .simulated
        case "bi_so_leader":
            kind = .twoArms(
                left: try leader("teleop.left_arm_config", id: id.map { "\($0)_left" }),
                right: try leader("teleop.right_arm_config", id: id.map { "\($0)_right" }))
        default: kind = .arm(try leader("teleop", id: id))
        }
        return TeleoperatorConfiguration(type: type, id: id, kind: kind)
    }

    // MARK: - Type

    private func type(_ part: String, _ known: [String], others: [String], missing: String) throws -> String {
        let value = values["\(part).type"]
        guard values.isGiven("\(part).type"), let type = try value.text() else {
            throw ReelError(
                .usage, "use a \(part == "robot" ? "robot" : "teleoperator")", cause: "--\(part).type is missing",
                remedy: missing)
        }
        let there = "There are: \(known.joined(separator: ", "))."
        if let today = FormerFlags.type(type, of: part) {
            throw value.refusal("LeRobot calls it \(today) today", remedy: there)
        }
        if others.contains(type) { throw value.refusal("LeRobot has it, Reel does not yet", remedy: there) }
        guard known.contains(type) else { throw value.refusal("there is no such type", remedy: there) }
        for given in values.all where given.flag.name.hasPrefix("\(part).") {
            let types = given.flag.types
            if !types.isEmpty && !types.contains(type) {
                throw given.refusal("it belongs to \(types.joined(separator: ", ")), and \(part).type is \(type)")
            }
        }
        return type
    }

    // MARK: - Arms

    private func follower(_ part: String, id: String?) throws -> FollowerConfiguration {
        FollowerConfiguration(
            port: try port(part),
            calibrationFile: try calibrationFile("robot", .follower, id: id),
            disablesTorqueOnDisconnect: try values.boolean("\(part).disable_torque_on_disconnect"),
            maxRelativeTarget: try relativeTarget(values["\(part).max_relative_target"]),
            usesDegrees: try values.boolean("\(part).use_degrees"),
            positionP: try values.integer("\(part).position_p_coefficient", 0...254),
            positionI: try values.integer("\(part).position_i_coefficient", 0...254),
            positionD: try values.integer("\(part).position_d_coefficient", 0...254),
            readRetries: try values.integer("\(part).num_read_retries", 0...100))
    }

    private func leader(_ part: String, id: String?) throws -> LeaderConfiguration {
        LeaderConfiguration(
            port: try port(part),
            calibrationFile: try calibrationFile("teleop", .leader, id: id),
            usesDegrees: try values.boolean("\(part).use_degrees"),
            readRetries: try values.integer("\(part).num_read_retries", 0...100))
    }

    private func port(_ part: String) throws -> String {
        guard values.isGiven("\(part).port"), let port = try values["\(part).port"].text(), !port.isEmpty else {
            throw ReelError(
                .usage, "use the arm", cause: "--\(part).port is missing",
                remedy: "Give the arm's serial port, /dev/ttyACM0 for one.")
        }
        return port
    }

    private func calibrationFile(_ part: String, _ device: CalibrationPlace.Device, id: String?) throws -> FilePath {
        try home.calibrationFile(of: device, id: id, directory: values["\(part).calibration_dir"].text())
    }

    private func relativeTarget(_ value: FlagValue) throws -> FollowerConfiguration.RelativeTarget? {
        if value.setting.isNull { return nil }
        guard let entries = value.setting.entries else {
            return try value.number(Double.leastNonzeroMagnitude ... .infinity).map { .all($0) }
        }
        let names = entries.map(\.key)
        guard Set(names) == Set(Self.joints) else {
            throw value.refusal("it must have each joint once: \(Self.joints.joined(separator: ", "))")
        }
        return .each(
            try Dictionary(
                uniqueKeysWithValues: entries.map {
                    ($0.key, try value.number($0.value, called: "joint \($0.key)", 0 ... .infinity))
                }))
    }

    // MARK: - Cameras

    private func cameras(_ name: String, prefix: String) throws -> [CameraConfiguration] {
        let value = values[name]
        return try value.entries().map {
            try CameraReader(flag: value, name: $0.key, setting: $0.value).camera(prefix: prefix)
        }
    }

    private func checkTogether(_ cameras: [CameraConfiguration]) throws {
        var devices: [String: String] = [:]
        var names: Set<String> = []
        for camera in cameras {
            if !names.insert(camera.name).inserted {
                throw ReelError(
                    .usage, "use the cameras", subject: camera.name, cause: "two cameras would have this name")
            }
            guard let device = camera.device else { continue }
            if let other = devices.updateValue(camera.name, forKey: device) {
                throw ReelError(
                    .usage, "use the camera \(camera.name)", subject: device,
                    cause: "the camera \(other) has it already")
            }
        }
    }

    // MARK: - Together

    /// Whether the one can lead the other.
    /// - Throws: `ReelError(.usage)`.
    func check(_ robot: RobotConfiguration, with teleoperator: TeleoperatorConfiguration) throws {
        let arms = robot.followers
        let leaders = teleoperator.leaders
        if max(1, arms.count) != max(1, leaders.count) {
            throw ReelError(
                .usage, "teleoperate \(robot.type) with \(teleoperator.type)",
                cause: "one has two arms and the other has one",
                remedy: "bi_so_leader goes with bi_so_follower, all others with one arm.")
        }
        var ports: Set<String> = []
        for port in arms.map(\.port) + leaders.map(\.port) where !ports.insert(port).inserted {
            throw ReelError(.usage, "use the arms", subject: port, cause: "two arms are said to be at this port")
        }
        for (arm, leader) in zip(arms, leaders) where arm.usesDegrees != leader.usesDegrees {
            throw ReelError(
                .usage, "teleoperate \(robot.type) with \(teleoperator.type)",
                cause: "one has use_degrees=true and the other false, so the arm would jump",
                remedy: "Give both the same.")
        }
    }
}
