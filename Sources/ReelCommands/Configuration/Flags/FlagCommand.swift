import ArgumentParser

/// A command whose flags are those of a table: `reel record` and the others that take LeRobot's. Its arguments are taken as
/// they come, and the table takes them apart and writes `--help`.
protocol FlagCommand: ParsableCommand {
    static var table: FlagTable { get }
    /// As captured: `@Argument(parsing: .captureForPassthrough)`.
    var arguments: [String] { get }

    /// Does it.
    func run(_ given: GivenFlags) throws
}

extension FlagCommand {
    /// What `--help` prints.
    static var help: String {
        table.help(
            of: configuration.commandName ?? "", abstract: configuration.abstract,
            discussion: configuration.discussion, width: FlagTable.terminalWidth)
    }

    func run() throws {
        let given = try Self.table.parse(arguments)
        if given.wantsHelp { throw CleanExit.message(Self.help) }
        try run(given)
    }
}
