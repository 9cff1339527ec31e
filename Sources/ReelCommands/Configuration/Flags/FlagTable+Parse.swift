import RecordingTypes

/// A command line, taken apart but not yet understood.
struct GivenFlags {
    /// Names (without dashes) and values, in the order given; a name may be there more than once, or go into a mapping
    /// ("robot.cameras.front.fps").
    var values: [(name: String, value: String?)] = []
    /// What stands there without a flag.
    var positionals: [String] = []
    /// `--help` or `-h`; then nothing else matters.
    var wantsHelp = false
}

extension FlagTable {
    /// Takes a command line apart as LeRobot's parser does: `--flag value` and `--flag=value`; a flag that is there twice
    /// counts the last time.
    /// - Throws: `ReelError(.usage)` for flags that are not there, with today's name for those that LeRobot once had and the
    ///   nearest for those that are misspelt; for missing values; for words without a flag.
    func parse(_ arguments: [String]) throws -> GivenFlags {
        var given = GivenFlags()
        guard !arguments.contains("--help"), !arguments.contains("-h") else {
            given.wantsHelp = true
            return given
        }
        var unknown: [(name: String, value: String?)] = []
        var rest = arguments[...]
        var takesFlags = true
        while let argument = rest.popFirst() {
            if takesFlags, argument == "--" {
                takesFlags = false
            } else if takesFlags, Self.isFlag(argument) {
                let parts = argument.dropFirst(argument.hasPrefix("--") ? 2 : 0).split(
                    separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let name = parts.first.map(String.init) ?? ""
                var value = parts.count > 1 ? String(parts[1]) : nil
                let flag = named(name)
                if flag?.kind == .presence {
                    value = value ?? "true"
                } else if value == nil, let next = rest.first, !Self.isFlag(next) {
                    value = rest.removeFirst()
                }
                if argument.hasPrefix("--"), flag != nil || holder(of: name) != nil {
                    guard let value else { throw Self.missing(name, flag) }
                    given.values.append((flag?.name ?? name, value))
                } else {
                    unknown.append((name, value))
                }
            } else if positional != nil, given.positionals.isEmpty {
                given.positionals.append(argument)
            } else {
                throw ReelError(
                    .usage, "read the command line", subject: argument, cause: "it is no flag, and no value of one",
                    remedy: "Flags are --name=value or --name value; quote values with spaces in them.")
            }
        }
        guard unknown.isEmpty else { throw refusal(of: unknown, given) }
        return given
    }

    /// A flag, not a value that begins with a dash ("-5", "-dash" as a value is one of its own).
    private static func isFlag(_ argument: String) -> Bool {
        if argument.hasPrefix("--") { return argument.count > 2 }
        // One letter, as LeRobot's have none; so that "-r" is not taken for a value without a word.
        return argument.count == 2 && argument.hasPrefix("-") && argument.dropFirst().allSatisfy(\.isLetter)
    }

    private static func missing(_ name: String, _ flag: RecordFlag?) -> ReelError {
        let kind = flag.map { ", a \($0.kind.rawValue)" } ?? ""
        return ReelError(
            .usage, "read --\(name)", cause: "its value is missing\(kind)",
            remedy: flag?.kind == .boolean ? "Give --\(name)=true or --\(name)=false." : "Give --\(name)=VALUE.")
    }

    // MARK: - Flags that are not there

    /// Why: another robot, whose own flags are unknown then; a flag that LeRobot had once; a slip.
    private func refusal(of unknown: [(name: String, value: String?)], _ given: GivenFlags) -> ReelError {
        let former = unknown.compactMap { FormerFlags.words(for: $0.name, $0.value, in: self) }
        if former.count == unknown.count {
            let types = FormerFlags.types(in: given, self)
            return ReelError(
                .usage, "use \(unknown.map { "--\($0.name)" }.joined(separator: ", "))",
                cause: "these are of another LeRobot than 0.6.1",
                remedy: (former + types).joined(separator: " "))
        }
        if let other = otherType(in: given) { return other }
        if let first = unknown.first(where: { FormerFlags.words(for: $0.name, $0.value, in: self) == nil }) {
            let near = nearest(to: first.name)
            let hint = near.isEmpty ? "" : "Did you mean \(near.map { "--\($0)" }.joined(separator: " or "))? "
            let also = former.isEmpty ? "" : " " + former.joined(separator: " ")
            return ReelError(
                .usage, "use \(first.name.hasPrefix("-") ? "" : "--")\(first.name)", cause: "there is no such flag",
                remedy: "\(hint)--help lists them all.\(also)")
        }
        return ReelError(.usage, "read the command line", cause: "it has unknown flags")
    }

    private func otherType(in given: GivenFlags) -> ReelError? {
        let others = [
            DeviceFlags.robot.name("type"): (DeviceFlags.robot.otherTypes, DeviceFlags.robot.thereAre),
            DeviceFlags.teleoperator.name("type"): (
                DeviceFlags.teleoperator.otherTypes, DeviceFlags.teleoperator.thereAre
            ),
        ]
        for (name, value) in given.values {
            guard let (there, known) = others[name], let value, there.contains(value), let flag = named(name) else {
                continue
            }
            return FlagValue(flag, Setting(.scalar(value)), from: .commandLine).refusal(
                "LeRobot has it, Reel does not yet", remedy: known)
        }
        return nil
    }

    /// Up to three flags that may have been meant: the same word at another place, or a few letters off.
    func nearest(to name: String) -> [String] {
        let name = name.lowercased().replacing("-", with: "_")
        let offered = flags.filter(\.isOffered).map(\.name)
        if let same = offered.first(where: { $0 == name }) { return [same] }
        func last(_ name: String) -> Substring { name.split(separator: ".").last ?? "" }
        let moved = offered.filter { last($0) == last(name) }
        if !moved.isEmpty { return Array(moved.prefix(3)) }
        let ranked = offered.map { ($0, Self.distance(Array(name.utf8), Array($0.utf8))) }
        guard let best = ranked.map(\.1).min(), best <= max(2, name.utf8.count / 5) else { return [] }
        return Array(ranked.filter { $0.1 == best }.map(\.0).prefix(3))
    }

    /// Letters to change, add or take away.
    private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var row = Array(0...other.count)
        for (place, letter) in one.enumerated() {
            var diagonal = row[0]
            row[0] = place + 1
            for column in other.indices {
                let change = diagonal + (letter == other[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(change, row[column] + 1, diagonal + 1)
            }
        }
        return row[other.count]
    }
}
