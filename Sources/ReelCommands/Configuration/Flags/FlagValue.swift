import RecordingTypes
import SystemPackage

/// A value given for a flag, and where it was given.
struct FlagValue: Sendable {
    enum Origin: Sendable {
        case commandLine
        case file(FilePath)
        /// Nobody gave it; this is the table's default.
        case standard
    }

    let flag: RecordFlag
    var setting: Setting
    let origin: Origin

    /// A value from the command line. Mappings and lists are YAML there; everything else is taken as it is.
    /// - Throws: `ReelError(.usage)` with line and column where the YAML is wrong.
    init(_ flag: RecordFlag, argument: String) throws {
        self.flag = flag
        self.origin = .commandLine
        switch flag.kind {
        case .mapping, .list, .numberOrMapping:
            setting = try Setting(yaml: argument, action: "read --\(flag.name)", subject: nil)
        case .boolean, .integer, .number, .text, .path, .presence:
            setting = Setting(argument.isEmpty ? .quoted(argument) : .scalar(argument))
        }
    }

    /// A part of a mapping from the command line: `--robot.cameras.front.fps=60`.
    /// - Throws: `ReelError(.usage)` with line and column where the YAML is wrong.
    static func part(_ argument: String, of name: String) throws -> Setting {
        guard argument.hasPrefix("{") || argument.hasPrefix("[") else {
            return Setting(argument.isEmpty ? .quoted(argument) : .scalar(argument))
        }
        return try Setting(yaml: argument, action: "read --\(name)", subject: nil)
    }

    init(_ flag: RecordFlag, _ setting: Setting, from origin: Origin) {
        self.flag = flag
        self.setting = setting
        self.origin = origin
    }

    /// Why this value cannot be: "could not use --dataset.fps=0: it must be at least 1".
    func refusal(_ cause: String, remedy: String? = nil) -> ReelError {
        refusal(of: setting, called: nil, cause, remedy: remedy)
    }

    /// Why a part of this value cannot be: "could not use --robot.cameras (camera front, width=641): …".
    func refusal(of part: Setting, called name: String?, _ cause: String, remedy: String? = nil) -> ReelError {
        let written = part.text == nil ? "" : "=\(part.summary)"
        let value = name == nil ? written : ""
        var subject = name.map { $0 + written }
        var dashes = "--"
        if case .file(let path) = origin {
            dashes = ""
            let place = part.place.map { ", \($0)" } ?? ""
            subject = [subject, "\(path)\(place)"].compactMap(\.self).joined(separator: " in ")
        }
        return ReelError(.usage, "use \(dashes)\(flag.name)\(value)", subject: subject, cause: cause, remedy: remedy)
    }
}
