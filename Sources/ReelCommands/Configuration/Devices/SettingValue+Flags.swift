import RecordingTypes
import Robots
import SystemPackage

extension SettingValue {
    /// As it is written: "true", "16", "2.5".
    var words: String {
        switch self {
        case .none: "null"
        case .boolean(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): FlagValue.plain(value)
        case .text(let value): value
        case .numbers(let values):
            "{\(values.sorted { $0.key < $1.key }.map { "\($0.key): \(FlagValue.plain($0.value))" }.joined(separator: ", "))}"
        }
    }
}

extension FlagValue {
    /// What was written, as a setting of a device.
    /// - Throws: `ReelError(.usage)` when it is not of the kind, or outside its bounds.
    func setting(of kind: SettingField.Kind, expandedIn home: LeRobotHome) throws -> SettingValue {
        switch kind {
        case .boolean: .boolean(try required(boolean()))
        case .integer(let range): .integer(try required(integer(range)))
        case .number(let range): .number(try required(number(range)))
        case .text, .port: .text(try required(text()))
        case .path: .text(try home.expanded(required(text())).string)
        case .numberForEach(let what, let names, let range):
            try numbers(what, names, range)
        }
    }

    private func required<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw refusal("it cannot be null") }
        return value
    }

    /// One number, or one for each name.
    private func numbers(_ what: String, _ names: [String], _ range: ClosedRange<Double>) throws -> SettingValue {
        guard let entries = setting.entries else { return .number(try required(number(range))) }
        guard Set(entries.map(\.key)) == Set(names) else {
            throw refusal("it must have each \(what) once: \(names.joined(separator: ", "))")
        }
        let numbers = try entries.map { entry in
            (entry.key, try number(entry.value, called: "\(what) \(entry.key)", 0...max(0, range.upperBound)))
        }
        return .numbers(Dictionary(numbers) { _, last in last })
    }
}

extension DeviceConfiguration {
    /// The ports that it will open.
    var ports: [String] {
        kind.settings.compactMap { name, field in
            guard case .port = field.kind, case .text(let port)? = values[name] else { return nil }
            return port
        }
    }
}
