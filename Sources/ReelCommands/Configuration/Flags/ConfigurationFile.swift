import RecordingTypes
import SystemPackage

/// The file of `--config_path`: the flags' names, nested where they have dots.
enum ConfigurationFile {
    /// Reads it.
    /// - Throws: `ReelError(.usage)` for a key that is no flag, with its place; the file system's words when it cannot
    ///   be read.
    static func values(
        at path: FilePath, for table: FlagTable = .record, in surroundings: Surroundings
    ) throws -> [FlagValue] {
        if path.extension == "toml" {
            throw ReelError(
                .usage, "read the configuration", subject: path.string, cause: "TOML is not understood",
                remedy: "Write it as YAML or JSON.")
        }
        let text = try surroundings.read(path)
        let setting = try Setting(yaml: text, action: "read the configuration", subject: path.string)
        var values: [FlagValue] = []
        if !setting.isNull { try collect(setting, below: nil, path, table, into: &values) }
        return values
    }

    private static func collect(
        _ setting: Setting, below prefix: String?, _ path: FilePath, _ table: FlagTable,
        into values: inout [FlagValue]
    ) throws {
        guard let entries = setting.entries else {
            throw error(setting, path, "\(prefix ?? "the whole file") must be a mapping of keys to values")
        }
        for entry in entries {
            let name = prefix.map { "\($0).\(entry.key)" } ?? entry.key
            if table.isGroup(name), entry.value.entries != nil || entry.value.isNull {
                if !entry.value.isNull { try collect(entry.value, below: name, path, table, into: &values) }
            } else if let flag = table.named(name), flag.topic != .files {
                values.append(FlagValue(flag, entry.value, from: .file(path)))
            } else {
                let former = FormerFlags.words(for: name, entry.value.text, in: table)
                let keys = table.keys(below: prefix).joined(separator: ", ")
                throw error(
                    entry.value, path, "\(name) is no configuration value", former ?? "There are: \(keys).")
            }
        }
    }

    private static func error(_ setting: Setting, _ path: FilePath, _ cause: String, _ remedy: String? = nil)
        -> ReelError
    {
        let place = setting.place.map { ", \($0)" } ?? ""
        return ReelError(
            .usage, "read the configuration", subject: "\(path)\(place)", cause: cause, remedy: remedy)
    }
}
