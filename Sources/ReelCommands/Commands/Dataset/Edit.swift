import ArgumentParser
import Encoding
import LeRobotDataset
import RecordingTypes
import Spool
import SystemPackage

/// `reel edit`: changes a dataset that is there.
struct Edit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Deletes episodes from a dataset; those behind them get lower numbers.",
        discussion: """
            Numbers, rows and statistics are written anew, pictures are never encoded again. The dataset is the old one \
            or the new one: when this is cut short, the next command (reel recover) finishes it or takes it back. \
            Tasks that no episode has any more stay in the list of tasks. While takes wait to be encoded nothing is \
            deleted.
            """)

    @Argument(help: "The dataset's directory.") var root: String
    @Option(
        name: .customLong("delete-episode"),
        help: "An episode to delete, by the number that it has now; may be given several times.")
    var episodes: [Int]

    func run() throws {
        try OpenedSpool.work(in: FilePath(root)) { opened in
            try delete(in: opened)
            if opened.lostSomething { throw ExitCode(3) }
        }
    }

    private func delete(in opened: OpenedSpool) throws {
        // Whoever gives the same command again means episodes by the numbers that they had before.
        guard !opened.hasFinishedDeletion else {
            throw ReelError(
                .mismatch, "delete episodes", subject: root,
                cause: "an earlier deletion had been cut short and is finished just now: episodes have other numbers",
                remedy: "Nothing else was deleted. Look at what is there (reel info) before you delete more.")
        }
        let waiting = try opened.spool.takes().count { $0.state != .failed }
        guard waiting == 0 else {
            throw ReelError(
                .busy, "delete episodes", subject: root,
                cause: "\(waiting.counted("take waits", "takes wait")) to be encoded",
                remedy: "Let them become episodes first: reel encode \(ShellWord.path(opened.root))")
        }
        let numbers = Set(episodes)
        let writer = try DatasetWriter(root: opened.root)
        let kept = try writer.deleteEpisodes(numbers, with: FFmpegVideoTools())
        let left = writer.info.totalFrames.counted("frame")
        print("\(numbers.count) deleted, \(writer.info.totalEpisodes.counted("episode")) with \(left) left")
        for feature in kept {
            print("meta/stats.json: \(feature.printable) has the statistics of before, nothing else tells them")
        }
    }
}
