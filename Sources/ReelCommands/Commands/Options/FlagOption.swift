import ArgumentParser

extension Option where Value == String? {
    /// The option of one flag of the table: its name, its help, its default. What it means is decided later, when the
    /// configuration file is known too.
    init(flag name: String) {
        guard let flag = RecordFlags.named(name) else { preconditionFailure("no flag \(name) in the table") }
        let standard = flag.standard.flatMap { $0.isEmpty ? nil : " (default: \($0))" } ?? ""
        self.init(
            name: .customLong(name), help: ArgumentHelp("\(flag.help)\(standard)", valueName: flag.kind.rawValue))
    }
}

/// A group of options that knows what was given.
protocol FlagGroup: ParsableArguments {
    /// The flags of this group by name, with what was given for each.
    var given: [(name: String, value: String?)] { get }
}
