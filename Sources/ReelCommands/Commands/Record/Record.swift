import ArgumentParser

/// `reel record`: the flags of `lerobot-record`, name for name.
struct Record: FlagCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Records episodes with a robot, a teleoperator and cameras.",
        discussion: """
            The flags are those of lerobot-record. Keys while it records: Right or n ends the phase, Left or r records \
            the episode again, Esc or q stops; s and f mark the take as a success or a failure, m types a note on it, u drops the last take \
            as long as it is no episode of the dataset, p shows the page's address as a QR code. docs/flags.md says of every flag what Reel does with it.
            """)

    static let table = FlagTable(
        RecordFlags.all + [
            RecordFlag("print-config", .presence, .files, .own, "Print what was understood as YAML, and stop.")
        ])

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

    func run(_ given: GivenFlags) throws {
        let configuration = try RecordConfiguration(arguments: given.values, in: .machine)
        for note in configuration.notes { StandardError.print("reel: \(note)") }
        if given.values.contains(where: { $0.name == "print-config" }) {
            print(try configuration.yaml(), terminator: "")
            return
        }
        let status = try RecordRun(configuration).run()
        if status != 0 { throw ExitCode(status) }
    }
}
