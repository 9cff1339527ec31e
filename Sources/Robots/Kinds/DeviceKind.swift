import RecordingTypes

/// A kind of robot or of teleoperator: what LeRobot calls it, what can be set, and how one is made. The command line, the
/// configuration file, docs/flags.md and the commands for arms are all made from this.
package struct DeviceKind<Made>: Sendable {
    /// LeRobot's names of it: "so100_follower", "so101_follower".
    package let types: [String]
    /// What older LeRobots called it, and what it is called today.
    package let formerTypes: [String: String]
    /// Where LeRobot keeps its calibration file: "robots/so_follower"; nil for a kind that has none.
    package let calibrationFolder: String?
    /// The two of a pair, each with all the fields; none for a device that is one.
    package let parts: [DevicePart]
    /// In the order of `--help`.
    package let fields: [SettingField]
    /// Opens nothing.
    /// - Throws: `ReelError(.usage)` for what cannot be.
    package let make: @Sendable (DeviceRequest) throws -> Made

    /// A kind whose settings are those of `standard`, with what was set for the fields.
    package init<Settings: Sendable>(
        types: [String], formerTypes: [String: String] = [:], calibrationFolder: String? = nil, standard: Settings,
        settings: [SettingOf<Settings>], make: @escaping @Sendable (Settings, DeviceRequest) throws -> Made
    ) {
        self.types = types
        self.formerTypes = formerTypes
        self.calibrationFolder = calibrationFolder
        parts = []
        fields = settings.map { $0.field(standard: standard) }
        self.make = { request in
            var found = standard
            for setting in settings {
                guard let value = request.values[setting.name] else { continue }
                guard setting.write(&found, value) else { throw Self.misfit(setting.name, request) }
            }
            return try make(found, request)
        }
    }

    /// A kind with nothing to set.
    package init(types: [String], make: @escaping @Sendable (DeviceRequest) throws -> Made) {
        self.init(types: types, standard: (), settings: []) { try make($1) }
    }

    /// A pair of `each`.
    fileprivate init(
        of each: DeviceKind, types: [String], formerTypes: [String: String],
        make: @escaping @Sendable (DeviceRequest) throws -> Made
    ) {
        self.types = types
        self.formerTypes = formerTypes
        calibrationFolder = each.calibrationFolder
        parts = PairSide.allCases.map(DevicePart.init)
        fields = each.fields
        self.make = make
    }

    /// The flags' names, without the device in front, each with its field: those of a pair once for each of the two.
    package var settings: [(name: String, field: SettingField)] {
        guard !parts.isEmpty else { return fields.map { ($0.name, $0) } }
        return parts.flatMap { part in fields.map { (part.prefix + $0.name, $0) } }
    }

    private static func misfit(_ name: String, _ request: DeviceRequest) -> ReelError {
        ReelError(.failed, "make a \(request.type)", subject: name, cause: "its value is of another type")
    }
}

/// One of a pair, as LeRobot's configurations have it.
package struct DevicePart: Hashable, Sendable {
    package let side: PairSide

    /// "left_arm_config"
    package var key: String { "\(side.rawValue)_arm_config" }
    /// "left_arm_config."
    package var prefix: String { key + "." }
}

extension DeviceKind where Made == any Robot {
    /// Two of a kind as one robot; `types` are LeRobot's names of the pair, the first of them as it writes to info.json, and
    /// each of the two is made as a `type`.
    package func pair(types: [String], formerTypes: [String: String] = [:], each type: String) -> DeviceKind {
        let (one, name) = (make, types.first ?? "")
        return DeviceKind(of: self, types: types, formerTypes: formerTypes) { request in
            let arms = try PairSide.allCases.map { try one(request.side(DevicePart(side: $0), as: type)) }
            return Pair(name, left: arms[0], right: arms[1])
        }
    }
}

extension DeviceKind where Made == any Teleoperator {
    /// Two of a kind as one teleoperator; as for robots.
    package func pair(types: [String], formerTypes: [String: String] = [:], each type: String) -> DeviceKind {
        let one = make
        return DeviceKind(of: self, types: types, formerTypes: formerTypes) { request in
            let arms = try PairSide.allCases.map { try one(request.side(DevicePart(side: $0), as: type)) }
            return Pair(left: arms[0], right: arms[1])
        }
    }
}
