import ArgumentParser
import RecordingTypes

/// `reel info`: what a dataset and its spool hold.
struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Says what a dataset holds, and what waits in its spool.")

    @Argument(help: "The dataset's directory.") var root: String
    @Flag(help: "As JSON.") var json = false

    func run() throws {
        throw ReelError(.failed, "read the dataset", subject: root, cause: "this part is not wired yet")
    }
}
