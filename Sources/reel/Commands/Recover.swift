import ArgumentParser
import RecordingTypes

/// `reel recover`: finishes what a killed session left.
struct Recover: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Finishes what a killed session left: cut takes are closed, interrupted publishing is completed.")

    @Argument(help: "The dataset's directory.") var root: String
    @Flag(
        name: .customLong("discard-recovered"), help: "Remove takes that were cut, rather than keep their whole rows.")
    var discardsRecovered = false

    func run() throws {
        throw ReelError(.failed, "recover", subject: root, cause: "this part is not wired yet")
    }
}
