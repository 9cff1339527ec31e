import RecordingTypes
import SystemPackage

/// All that was given, by flag: the command line laid over the configuration file.
struct FlagValues: Sendable {
    private var given: [String: FlagValue] = [:]
    private let table: FlagTable

    /// Puts the command line over the file.
    /// - Parameters:
    ///   - arguments: Names (without dashes) and values, as given; nil for what was not. Of a name that is there twice the
    ///     last counts; parts of mappings ("robot.cameras.front.fps") are put into them afterwards.
    ///   - file: The values of the file of `--config_path`.
    ///   - table: The command's flags.
    /// - Throws: `ReelError(.usage)` for YAML that cannot be read.
    init(
        arguments: [(name: String, value: String?)], over file: [FlagValue] = [], table: FlagTable = .record
    ) throws {
        self.table = table
        for value in file { given[value.flag.name] = value }
        var whole: [String: FlagValue] = [:]
        for case (let name, let argument?) in arguments {
            if let flag = table.named(name) { whole[flag.name] = try FlagValue(flag, argument: argument) }
        }
        for (name, var value) in whole {
            if let below = given[name] { value.setting = below.setting.overlaid(with: value.setting) }
            given[name] = value
        }
        for case (let name, let argument?) in arguments where table.named(name) == nil {
            guard let (flag, path) = table.holder(of: name) else { continue }
            let part = try FlagValue.part(argument, of: name)
            let value = self[flag.name]
            given[flag.name] = FlagValue(flag, value.setting.overlaid(with: part, at: path[...]), from: .commandLine)
        }
    }

    /// Reads the file of `--config_path` if one is named, and puts the command line over it.
    /// - Parameters:
    ///   - arguments: Names (without dashes) and values, as given; nil for what was not.
    ///   - table: The command's flags.
    ///   - surroundings: The machine.
    /// - Throws: `ReelError(.usage)` for what cannot be read, or is no flag of the command.
    init(
        arguments: [(name: String, value: String?)], for table: FlagTable, in surroundings: Surroundings
    ) throws {
        let path = arguments.last { $0.name == "config_path" }.flatMap(\.value)
        let file = try path.map { try ConfigurationFile.values(at: FilePath($0), for: table, in: surroundings) }
        try self.init(arguments: arguments, over: file ?? [], table: table)
    }

    /// What was given, in the table's order.
    var all: [FlagValue] { table.flags.compactMap { given[$0.name] } }

    func isGiven(_ name: String) -> Bool { given[name] != nil }

    /// What was given, else the default.
    subscript(name: String) -> FlagValue {
        if let value = given[name] { return value }
        guard let flag = table.named(name) else { preconditionFailure("no flag \(name) in the table") }
        return FlagValue(standardOf: flag)
    }

    // MARK: - Values of flags that cannot be null

    func text(_ name: String) throws -> String { try self[name].text() ?? "" }

    func boolean(_ name: String) throws -> Bool { try required(name, self[name].boolean()) }

    func integer(_ name: String, _ range: ClosedRange<Int>) throws -> Int {
        try required(name, self[name].integer(range))
    }

    func number(_ name: String, _ range: ClosedRange<Double>) throws -> Double {
        try required(name, self[name].number(range))
    }

    private func required<Value>(_ name: String, _ value: Value?) throws -> Value {
        guard let value else { throw ReelError(.usage, "record", cause: "--\(name) is missing", remedy: "Give it.") }
        return value
    }

    // MARK: - Refusals

    /// Refuses every flag that Reel does not have, and says which ones have no effect.
    /// - Returns: A line for each flag that was given and changes nothing.
    /// - Throws: `ReelError(.usage)` with the reason.
    func refuseWhatIsNotThere() throws -> [String] {
        var notes: [String] = []
        for value in all {
            switch value.flag.treatment {
            case .same, .differs, .own: break
            case .noEffect(let reason):
                try value.checkKind()
                notes.append("--\(value.flag.name) has no effect: \(reason)")
            case .refused(let reason): throw value.refusal(reason)
            case .only(let allowed, let reason):
                if value.setting.isNull && (allowed == nil || value.flag.isOptional) { continue }
                guard let allowed else { throw value.refusal(reason) }
                let isAllowed =
                    value.flag.kind == .boolean
                    ? try value.boolean() == (allowed == "true") : value.setting.text == allowed
                if !isAllowed { throw value.refusal("only \(allowed) is possible: \(reason)") }
            }
        }
        return notes
    }
}

extension FlagValue {
    /// The table's default.
    fileprivate init(standardOf flag: RecordFlag) {
        let written = flag.standard.flatMap { try? FlagValue(flag, argument: $0) }
        self.init(flag, written?.setting ?? Setting(.scalar("null")), from: .standard)
    }

    /// Refuses a value that does not even look like one of the flag's kind.
    fileprivate func checkKind() throws {
        switch flag.kind {
        case .boolean, .presence: _ = try boolean()
        case .integer: _ = try integer(.min ... .max)
        case .number: _ = try number(-.infinity ... .infinity)
        case .text, .path: _ = try text()
        case .mapping: _ = try entries()
        case .numberOrMapping, .list: break
        }
    }
}
