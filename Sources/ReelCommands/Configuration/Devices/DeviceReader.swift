import RecordingTypes
import Robots

/// Reads the flags of robot and teleoperator, by what their kinds say of themselves.
struct DeviceReader {
    let values: FlagValues
    let home: LeRobotHome

    /// The robot with its cameras.
    /// - Throws: `ReelError(.usage)`.
    func robot() throws -> RobotConfiguration {
        let role = DeviceFlags.robot
        let device = try device(role, missing: "use a robot")
        let parts = device.kind.parts
        var all = try cameras(role.name("cameras"), prefix: "")
        for part in parts {
            let own = try cameras(role.name(part.prefix + "cameras"), prefix: part.side.name(""))
            all = part.side == .left ? own + all : all + own
        }
        try checkTogether(all)
        return RobotConfiguration(device: device, cameras: all)
    }

    /// The teleoperator.
    /// - Throws: `ReelError(.usage)`.
    func teleoperator() throws -> TeleoperatorConfiguration {
        try device(DeviceFlags.teleoperator, missing: "use a teleoperator")
    }

    /// A device of one of these kinds; `missing` is what cannot be done without a type.
    func device<Made>(_ role: DeviceFlags<Made>, missing: String) throws -> DeviceConfiguration<Made> {
        let (type, kind) = try kind(role, missing: missing)
        var settings: [String: SettingValue] = [:]
        for (name, field) in kind.settings { settings[name] = try setting(role.name(name), field) }
        return DeviceConfiguration(
            kind: kind, type: type, id: try values[role.name("id")].text(),
            calibrationDirectory: try kind.calibrationFolder.map {
                try home.calibrations(in: $0, given: values[role.name("calibration_dir")].text())
            }, values: settings)
    }

    private func kind<Made>(
        _ role: DeviceFlags<Made>, missing: String
    ) throws -> (type: String, kind: DeviceKind<Made>) {
        let name = role.name("type")
        let value = values[name]
        guard values.isGiven(name), let type = try value.text() else {
            throw ReelError(
                .usage, missing, cause: "--\(name) is missing",
                remedy: "Give --\(name): \(role.types.joined(separator: ", ")).")
        }
        if let today = role.formerTypes[type] {
            throw value.refusal("LeRobot calls it \(today) today", remedy: role.thereAre)
        }
        if role.otherTypes.contains(type) {
            throw value.refusal("LeRobot has it, Reel does not yet", remedy: role.thereAre)
        }
        guard let kind = role.kind(of: type) else {
            throw value.refusal("there is no such type", remedy: role.thereAre)
        }
        for given in values.all where given.flag.name.hasPrefix(role.name("")) {
            let types = given.flag.types
            if !types.isEmpty && !types.contains(type) {
                throw given.refusal("it belongs to \(types.joined(separator: ", ")), and \(name) is \(type)")
            }
        }
        return (type, kind)
    }

    // MARK: - Settings

    private func setting(_ name: String, _ field: SettingField) throws -> SettingValue {
        guard values.isGiven(name) else {
            if let need = field.need { throw Self.isMissing(name, need) }
            return field.standard
        }
        let value = values[name]
        if field.isOptional && value.setting.isNull { return .none }
        if let need = field.need, try value.text()?.isEmpty ?? true { throw Self.isMissing(name, need) }
        return try value.setting(of: field.kind, expandedIn: home)
    }

    private static func isMissing(_ name: String, _ need: String) -> ReelError {
        ReelError(.usage, "use the arm", cause: "--\(name) is missing", remedy: need)
    }

    // MARK: - Together

    /// Whether the one can lead the other.
    /// - Throws: `ReelError(.usage)`.
    func check(_ robot: RobotConfiguration, with teleoperator: TeleoperatorConfiguration) throws {
        let action = "teleoperate \(robot.device.type) with \(teleoperator.type)"
        guard robot.device.kind.parts == teleoperator.kind.parts else {
            let pairs = [DeviceFlags.teleoperator.pairs, DeviceFlags.robot.pairs].map { $0.joined(separator: ", ") }
            throw ReelError(
                .usage, action, cause: "one has two arms and the other has one",
                remedy: "\(pairs[0]) goes with \(pairs[1]), all others with one arm.")
        }
        var ports: Set<String> = []
        for port in robot.device.ports + teleoperator.ports where !ports.insert(port).inserted {
            throw ReelError(.usage, "use the arms", subject: port, cause: "two arms are said to be at this port")
        }
        for (name, field) in robot.device.kind.settings {
            guard let discord = field.discord, let mine = robot.device.values[name],
                let theirs = teleoperator.values[name], mine != theirs
            else { continue }
            throw ReelError(
                .usage, action,
                cause: "one has \(field.name)=\(mine.words) and the other \(theirs.words), so \(discord)",
                remedy: "Give both the same.")
        }
    }
}
