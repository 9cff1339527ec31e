import DatasetViewer
import Encoding
import LeRobotDataset
import RecordingTypes
import Spool
import SystemPackage

/// Changes of a dataset that is there, under its locks: `reel edit`'s, and the viewer's.
struct DatasetEdits {
    private let opened: OpenedSpool

    init(_ opened: OpenedSpool) { self.opened = opened }

    /// Says something of an episode.
    /// - Throws: `ReelError`: usage when there is no such episode.
    func label(_ label: EpisodeLabels.Label) throws {
        try requireSameNumbers("label an episode")
        let dataset = try Dataset(root: opened.root)
        guard (0..<dataset.info.totalEpisodes).contains(label.episode) else {
            throw ReelError(
                .usage, "label an episode", subject: opened.root.string, cause: "there is no episode \(label.episode)",
                remedy: "It has \(dataset.info.totalEpisodes.counted("episode")).")
        }
        var labels = try EpisodeLabels(in: dataset.layout)
        labels.say(label)
        try labels.write(in: dataset.layout)
    }

    /// Whoever gives the same command again means episodes by the numbers that they had before.
    private func requireSameNumbers(_ action: String) throws {
        guard !opened.hasFinishedDeletion else {
            throw ReelError(
                .mismatch, action, subject: opened.root.string,
                cause: "an earlier deletion had been cut short and is finished just now: episodes have other numbers",
                remedy: "Nothing else was changed. Look at what is there (reel info) first.")
        }
    }

    /// Takes episodes out.
    /// - Returns: What there is to tell, a line each.
    /// - Throws: `ReelError`: busy while takes wait, mismatch when numbers have just changed.
    func delete(_ numbers: Set<Int>) throws -> [String] {
        try requireSameNumbers("delete episodes")
        let waiting = try opened.spool.takes().count { $0.state != .failed }
        guard waiting == 0 else {
            throw ReelError(
                .busy, "delete episodes", subject: opened.root.string,
                cause: "\(waiting.counted("take waits", "takes wait")) to be encoded",
                remedy: "Let them become episodes first: reel encode \(ShellWord.path(opened.root))")
        }
        let writer = try DatasetWriter(root: opened.root)
        let kept = try writer.deleteEpisodes(numbers, with: FFmpegVideoTools())
        let left = writer.info.totalFrames.counted("frame")
        return ["\(numbers.count) deleted, \(writer.info.totalEpisodes.counted("episode")) with \(left) left"]
            + kept.map { "meta/stats.json: \($0.printable) has the statistics of before, nothing else tells them" }
    }
}

/// The viewer's: each change takes the locks for its moment, and says on the terminal what was done.
struct ViewerEdits: DatasetEditor {
    let root: FilePath

    func label(_ label: EpisodeLabels.Label, check: () throws -> Void) throws {
        try OpenedSpool.work(in: root, tell: { StandardError.print("reel: \($0)") }) {
            try check()
            try DatasetEdits($0).label(label)
        }
    }

    func delete(_ episodes: Set<Int>, check: () throws -> Void) throws -> String {
        try OpenedSpool.work(in: root, tell: { StandardError.print("reel: \($0)") }) {
            try check()
            for line in try DatasetEdits($0).delete(episodes) { StandardError.print("reel: \(line)") }
        }
        let flags = episodes.sorted().map { "--delete-episode \($0)" }.joined(separator: " ")
        return "reel edit \(ShellWord.path(root)) \(flags)"
    }
}
