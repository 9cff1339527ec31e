/// One thing that can be set on a kind of device: a flag of the command line, a key of the configuration file, a line of
/// docs/flags.md, a value of the device's own settings.
package struct SettingField: Sendable {
    /// What a value must look like.
    package enum Kind: Sendable {
        case boolean
        case integer(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        case text
        case path
        /// A serial port, or whatever only one device can be at.
        case port
        /// A number for all, which must be in the range, or one for each of these ("joint"), which may be 0.
        case numberForEach(_ what: String, of: [String], ClosedRange<Double>)
    }

    /// LeRobot's, without the device in front: "num_read_retries".
    package let name: String
    package let kind: Kind
    /// What counts when nothing is given; `.none` where there is nothing, and then it is required or may be null.
    package let standard: SettingValue
    /// May be null.
    package let isOptional: Bool
    /// How one that must be given is given: "Give the arm's serial port, /dev/ttyACM0 for one."; nil where it need not be.
    package let need: String?
    /// What differs from LeRobot, and why; nil for nothing.
    package let difference: String?
    /// What would happen if a robot and its teleoperator were set differently; nil where they may be.
    package let discord: String?
    /// One sentence for `--help`.
    package let help: String
}

/// A field, and where its value belongs in the settings of a device.
package struct SettingOf<Settings>: Sendable {
    package let name: String
    package let help: String
    let kind: SettingField.Kind
    let need: String?
    let difference: String?
    let discord: String?
    let isOptional: Bool
    let read: @Sendable (Settings) -> SettingValue
    /// False when the value is of another type.
    let write: @Sendable (inout Settings, SettingValue) -> Bool

    /// - Parameters:
    ///   - name: LeRobot's, without the device in front.
    ///   - place: where it belongs; what is there in settings that nobody has changed is the default.
    ///   - kind: what a value must look like.
    ///   - need: how it is given, where it must be.
    ///   - difference: what differs from LeRobot.
    ///   - discord: what would happen if robot and teleoperator were set differently.
    ///   - help: one sentence.
    package init<Value: SettingType>(
        _ name: String, _ place: any WritableKeyPath<Settings, Value> & Sendable, _ kind: SettingField.Kind,
        need: String? = nil, difference: String? = nil, discord: String? = nil, _ help: String
    ) {
        self.name = name
        self.help = help
        self.kind = kind
        self.need = need
        self.difference = difference
        self.discord = discord
        isOptional = Value.self is any ExpressibleByNilLiteral.Type
        read = { $0[keyPath: place].settingValue }
        write = { settings, value in
            guard let value = Value.reading(value) else { return false }
            settings[keyPath: place] = value
            return true
        }
    }

    func field(standard: Settings) -> SettingField {
        SettingField(
            name: name, kind: kind, standard: need == nil ? read(standard) : .none, isOptional: isOptional, need: need,
            difference: difference, discord: discord, help: help)
    }
}
