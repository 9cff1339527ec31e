import ArgumentParser
import LeRobotDataset
import RecordingTypes
import SystemPackage

/// `reel edit`: changes a dataset that is there.
struct Edit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Deletes episodes from a dataset, or says of one what it is.",
        discussion: """
            Episodes behind one that is deleted get lower numbers. Numbers, rows and statistics are written anew, pictures are never encoded again. The dataset is the old one \
            or the new one: when this is cut short, the next command (reel recover) finishes it or takes it back. \
            Tasks that no episode has any more stay in the list of tasks. While takes wait to be encoded nothing is \
            deleted. What is said of an episode is kept in meta/reel/episodes.jsonl: an outcome, a note, or that it is not \
            to be trained with, which is the harmless way to be rid of it (reel info says how to train without).
            """)

    @Argument(help: "The dataset's directory.") var root: String
    @Option(
        name: .customLong("delete-episode"),
        help: "An episode to delete, by the number that it has now; may be given several times.")
    var episodes: [Int] = []
    @Option(help: "An episode of which something is said, by its number.") var episode: Int?
    @Option(help: "Of --episode: success, failure or none.") var outcome: String?
    @Option(help: "Of --episode: a note; an empty one takes it back.") var note: String?
    @Option(help: "Of --episode: true where it is not to be trained with, else false.") var excluded: Bool?

    func validate() throws {
        let says = outcome != nil || note != nil || excluded != nil
        guard (episode != nil) == says else {
            throw ValidationError("--episode goes with --outcome, --note or --excluded")
        }
        guard episodes.isEmpty == says else {
            throw ValidationError("give --delete-episode, or --episode with what is said of it")
        }
        if let outcome, !["success", "failure", "none"].contains(outcome) {
            throw ValidationError("--outcome is success, failure or none")
        }
    }

    func run() throws {
        try OpenedSpool.work(in: FilePath(root)) { opened in
            let edits = DatasetEdits(opened)
            if let episode {
                try edits.label(
                    EpisodeLabels.Label(
                        episode: episode, outcome: outcome == "none" ? "" : outcome, note: note?.printable,
                        excluded: excluded))
            } else {
                for line in try edits.delete(Set(episodes)) { print(line) }
            }
            if opened.lostSomething { throw ExitCode(3) }
        }
    }
}
