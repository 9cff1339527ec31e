import RecordingTypes
import SystemPackage

/// From what was written to what is meant; null is nil where the flag may be null.
extension FlagValue {
    func text() throws -> String? {
        if try isNull() { return nil }
        guard let text = setting.text else { throw refusal("it must be a text") }
        return text
    }

    func path() throws -> FilePath? { try text().map { FilePath($0) } }

    func boolean() throws -> Bool? {
        if try isNull() { return nil }
        return try boolean(setting, called: nil)
    }

    func integer(_ range: ClosedRange<Int>) throws -> Int? {
        if try isNull() { return nil }
        return try integer(setting, called: nil, range)
    }

    func number(_ range: ClosedRange<Double>) throws -> Double? {
        if try isNull() { return nil }
        return try number(setting, called: nil, range)
    }

    /// A time in seconds, as long as one likes ("inf" too): what nobody lives to see is 30 years, which every clock and
    /// counter here can hold.
    func duration() throws -> Duration? {
        if try isNull() { return nil }
        if let text = setting.text, let seconds = Double(text.hasPrefix(".") ? String(text.dropFirst()) : text),
            seconds == .infinity
        {
            return Self.longest
        }
        let seconds = try number(setting, called: nil, 0...(.infinity))
        return seconds < Self.longest.seconds ? .seconds(seconds) : Self.longest
    }

    private static let longest = Duration.seconds(30 * 365 * 86_400)

    /// The entries of a mapping; null is none.
    func entries() throws -> [Setting.Entry] {
        if setting.isNull { return [] }
        guard let entries = setting.entries else {
            throw refusal("it must be a mapping, as in \"{name: {…}}\"")
        }
        return entries
    }

    private func isNull() throws -> Bool {
        guard setting.isNull else { return false }
        guard flag.isOptional else { throw refusal("it cannot be null") }
        return true
    }

    /// The upper end of numbers that have none of their own; it fits what FFmpeg takes.
    static let unlimited = Int(Int32.max)

    // MARK: - Parts of a value

    func boolean(_ part: Setting, called name: String?) throws -> Bool {
        switch part.text?.lowercased() {
        case "true", "yes", "on": return true
        case "false", "no", "off": return false
        default:
            throw refusal(
                of: part, called: name, "it must be true or false")
        }
    }

    func integer(_ part: Setting, called name: String?, _ range: ClosedRange<Int>) throws -> Int {
        guard let text = part.text, let value = Int(text) else {
            throw refusal(
                of: part, called: name, "it must be a whole number")
        }
        guard range.contains(value) else {
            let limits = Self.limits(
                range.lowerBound == .min ? nil : "\(range.lowerBound)",
                range.upperBound >= FlagValue.unlimited ? nil : "\(range.upperBound)")
            throw refusal(of: part, called: name, "it must be \(limits)")
        }
        return value
    }

    func number(_ part: Setting, called name: String?, _ range: ClosedRange<Double>) throws -> Double {
        guard let text = part.text, let value = Double(text), value.isFinite else {
            throw refusal(of: part, called: name, "it must be a number")
        }
        guard range.contains(value) else {
            let limits = Self.limits(
                range.lowerBound.isFinite ? Self.plain(range.lowerBound) : nil,
                range.upperBound.isFinite ? Self.plain(range.upperBound) : nil)
            throw refusal(
                of: part, called: name, "it must be \(limits)")
        }
        return value
    }

    private static func limits(_ lower: String?, _ upper: String?) -> String {
        switch (lower, upper) {
        case (let lower?, let upper?): "from \(lower) to \(upper)"
        case (let lower?, nil): "at least \(lower)"
        case (nil, let upper?): "at most \(upper)"
        case (nil, nil): "a number"
        }
    }

    /// "30" for 30.0.
    static func plain(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    }
}
