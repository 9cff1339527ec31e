import ArgumentParser
import RecordingTypes

/// `reel check`: whether a dataset holds what it says.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Checks a dataset: rows, pictures, indices, statistics, spool.")

    @Argument(help: "The dataset's directory.") var root: String
    @Flag(help: "Do not decode the videos; only compare counts and times.") var quick = false

    func run() throws {
        throw ReelError(.failed, "check", subject: root, cause: "this part is not wired yet")
    }
}
