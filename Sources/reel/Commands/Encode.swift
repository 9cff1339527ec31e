import ArgumentParser
import RecordingTypes

/// `reel encode`: encodes and publishes the takes that wait in a dataset's spool.
struct Encode: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode",
        abstract: "Encodes the takes that wait and publishes them as episodes.",
        discussion: "Needs no robot: a spool can be copied to another machine and encoded there.")

    @Argument(help: "The dataset's directory.") var root: String
    @Option(
        name: .customLong("start-episode"),
        help: "The first waiting take to encode, counted from 0 in the order recorded.")
    var startEpisode: Int?
    @Option(name: .customLong("end-episode"), help: "The waiting take to stop before.")
    var endEpisode: Int?

    func validate() throws {
        if let startEpisode, startEpisode < 0 { throw ValidationError("--start-episode must be at least 0.") }
        if let endEpisode, endEpisode <= startEpisode ?? 0 {
            throw ValidationError("--end-episode must be more than --start-episode.")
        }
    }

    func run() throws {
        throw ReelError(.failed, "encode", subject: root, cause: "this part is not wired yet")
    }
}
