package import SystemPackage

/// What was set for a field, checked.
package enum SettingValue: Hashable, Sendable {
    /// Null: there is none, or the device's own.
    case none
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    /// A number by name.
    case numbers([String: Double])
}

/// A type that settings have.
package protocol SettingType: Sendable {
    /// The value; nil when it is not of the type.
    static func reading(_ value: SettingValue) -> Self?
    var settingValue: SettingValue { get }
}

extension Bool: SettingType {
    package static func reading(_ value: SettingValue) -> Self? {
        guard case .boolean(let value) = value else { return nil }
        return value
    }
    package var settingValue: SettingValue { .boolean(self) }
}

extension Int: SettingType {
    package static func reading(_ value: SettingValue) -> Self? {
        guard case .integer(let value) = value else { return nil }
        return value
    }
    package var settingValue: SettingValue { .integer(self) }
}

extension Double: SettingType {
    package static func reading(_ value: SettingValue) -> Self? {
        guard case .number(let value) = value else { return nil }
        return value
    }
    package var settingValue: SettingValue { .number(self) }
}

extension String: SettingType {
    package static func reading(_ value: SettingValue) -> Self? {
        guard case .text(let value) = value else { return nil }
        return value
    }
    package var settingValue: SettingValue { .text(self) }
}

extension FilePath: SettingType {
    package static func reading(_ value: SettingValue) -> Self? {
        guard case .text(let value) = value else { return nil }
        return FilePath(value)
    }
    package var settingValue: SettingValue { .text(string) }
}

extension Optional: SettingType where Wrapped: SettingType {
    package static func reading(_ value: SettingValue) -> Self? {
        if value == .none { return .some(.none) }
        return Wrapped.reading(value).map { .some($0) }
    }
    package var settingValue: SettingValue { self?.settingValue ?? .none }
}
