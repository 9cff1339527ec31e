import ArgumentParser

/// `reel record`: the flags of `lerobot-record`, name for name.
struct Record: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Records episodes with a robot, a teleoperator and cameras.",
        discussion: """
            The flags are those of lerobot-record. Keys while it records: Right or n ends the phase, Left or r records \
            the episode again, Esc or q stops; s and f mark the take as a success or a failure, m types a note on it, u drops the last take \
            as long as it is no episode of the dataset. docs/flags.md says of every flag what Reel does with it.
            """)

    @OptionGroup(title: "Robot") var robot: RobotOptions
    @OptionGroup(title: "Robot with two arms, left") var left: LeftFollowerOptions
    @OptionGroup(title: "Robot with two arms, right") var right: RightFollowerOptions
    @OptionGroup(title: "Teleoperator") var teleoperator: TeleoperatorOptions
    @OptionGroup(title: "Dataset") var dataset: DatasetOptions
    @OptionGroup(title: "Encoder") var encoder: EncoderOptions
    @OptionGroup(title: "Session") var session: SessionOptions
    @OptionGroup(title: "Reel's own") var reel: ReelOptions
    @Flag(name: .customLong("print-config"), help: "Print what was understood as YAML, and stop.")
    var printsConfiguration = false

    /// All flags, with what was given for each.
    var given: [(name: String, value: String?)] {
        let groups: [any FlagGroup] = [robot, left, right, teleoperator, dataset, encoder, session, reel]
        return groups.flatMap(\.given)
    }

    func run() throws {
        let configuration = try RecordConfiguration(arguments: given, in: .machine)
        for note in configuration.notes { StandardError.print("reel: \(note)") }
        if printsConfiguration {
            print(try configuration.yaml(), terminator: "")
            return
        }
        let status = try RecordRun(configuration).run()
        if status != 0 { throw ExitCode(status) }
    }
}
