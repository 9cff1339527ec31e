import Robots
import Simulation

/// Robots or teleoperators as flags: `--robot.*` and `--teleop.*` are made from their kinds, and so is what is said of types.
struct DeviceFlags<Made>: Sendable {
    /// What stands in front of the flags: "robot".
    let part: String
    let topic: RecordFlag.Topic
    let kinds: [DeviceKind<Made>]
    /// What LeRobot has, of which Reel may have less.
    let leRobotTypes: [String]
    /// Today's names of types that older LeRobots had and Reel has not.
    let otherFormerTypes: [String: String]

    /// "robot.port"
    func name(_ name: String) -> String { "\(part).\(name)" }

    /// The types that there are, in the order of the kinds.
    var types: [String] { kinds.flatMap(\.types) }

    /// LeRobot has these too; Reel does not.
    var otherTypes: [String] { leRobotTypes.filter { !types.contains($0) } }

    /// Today's names by those that older LeRobots had.
    var formerTypes: [String: String] {
        kinds.reduce(otherFormerTypes) { $0.merging($1.formerTypes) { _, known in known } }
    }

    /// The types of pairs.
    var pairs: [String] { kinds.filter { !$0.parts.isEmpty }.flatMap(\.types) }

    /// For messages.
    var thereAre: String { "There are: \(types.joined(separator: ", "))." }

    func kind(of type: String) -> DeviceKind<Made>? { kinds.first { $0.types.contains(type) } }
}

extension DeviceFlags where Made == any Robot {
    static var robot: Self {
        Self(
            part: "robot", topic: .robot, kinds: DeviceKinds.all.robots, leRobotTypes: LeRobotTypes.robots,
            otherFormerTypes: LeRobotTypes.formerRobots)
    }
}

extension DeviceFlags where Made == any Teleoperator {
    static var teleoperator: Self {
        Self(
            part: "teleop", topic: .teleoperator, kinds: DeviceKinds.all.teleoperators,
            leRobotTypes: LeRobotTypes.teleoperators, otherFormerTypes: LeRobotTypes.formerTeleoperators)
    }
}

extension DeviceFlags {
    /// The rows of the table.
    /// - Parameters:
    ///   - what: "robot", for the help.
    ///   - cameras: makes the flag of a device's cameras, or of one of a pair's; nil for devices without.
    /// - Returns: what all kinds have, then what each one brings, then what the two of a pair have.
    func flags(_ what: String, cameras: ((_ name: String, _ types: [String], _ isOfPart: Bool) -> RecordFlag)? = nil)
        -> [RecordFlag]
    {
        let all = types.joined(separator: ", ")
        var flags = [
            RecordFlag(
                name("type"), .text, topic, .differs("Reel has \(all); the others are refused."),
                "Which \(what): \(all)."),
            RecordFlag(
                name("id"), .text, topic, isOptional: true, "Name of this arm; its calibration file has it."),
            RecordFlag(
                name("calibration_dir"), .path, topic, isOptional: true,
                types: kinds.filter { $0.calibrationFolder != nil }.flatMap(\.types),
                "Directory of the calibration file, if not LeRobot's."),
        ]
        if let cameras { flags.append(cameras(name("cameras"), [], false)) }
        flags += kinds.filter(\.parts.isEmpty).reduce([]) { Self.merged($0, rows($1, prefix: "")) }
        let pairs = kinds.filter { !$0.parts.isEmpty }
        for part in pairs.first?.parts ?? [] {
            flags += pairs.reduce([]) { Self.merged($0, rows($1, prefix: part.prefix)) }
            if let cameras { flags.append(cameras(name(part.prefix + "cameras"), self.pairs, true)) }
        }
        return flags
    }

    private func rows(_ kind: DeviceKind<Made>, prefix: String) -> [RecordFlag] {
        kind.fields.map { RecordFlag($0, name: name(prefix + $0.name), topic, types: kind.types) }
    }

    /// Two kinds may have a setting of one name: it is one flag then, of the types of both.
    private static func merged(_ flags: [RecordFlag], _ more: [RecordFlag]) -> [RecordFlag] {
        var flags = flags
        for flag in more {
            if let index = flags.firstIndex(where: { $0.name == flag.name }) {
                flags[index] = flags[index].shared(with: flag)
            } else {
                flags.append(flag)
            }
        }
        return flags
    }
}

extension RecordFlag {
    /// A field's flag.
    init(_ field: SettingField, name: String, _ topic: Topic, types: [String]) {
        let kind: Kind =
            switch field.kind {
            case .boolean: .boolean
            case .integer: .integer
            case .number: .number
            case .text, .port: .text
            case .path: .path
            case .numberForEach: .numberOrMapping
            }
        self.init(
            name, kind, topic, standard: field.standard == .none ? nil : field.standard.words,
            isOptional: field.isOptional, field.difference.map { .differs($0) } ?? .same, types: types, field.help)
    }

    /// The same flag for the types of another kind, too. Each kind reads it by its own field; what differs is said.
    fileprivate func shared(with other: RecordFlag) -> RecordFlag {
        let note =
            other.standard == standard
            ? "" : " (\(other.types.joined(separator: ", ")): \(other.standard ?? "no default"))"
        return RecordFlag(
            name, kind, topic, standard: standard, leRobotStandard: leRobotStandard,
            isOptional: isOptional || other.isOptional, treatment, types: types + other.types, help + note)
    }
}
