import ArgumentParser
import RecordingTypes

/// `reel consolidate`: joins the episodes' small files.
struct Consolidate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consolidate",
        abstract: "Joins the episodes' small files up to LeRobot's sizes, without re-encoding.")

    @Argument(help: "The dataset's directory.") var root: String

    func run() throws {
        throw ReelError(.failed, "consolidate", subject: root, cause: "this part is not wired yet")
    }
}
