import ArgumentParser
import Encoding
import LeRobotDataset
import RecordingTypes
import SystemPackage

/// `reel consolidate`: joins the episodes' small files.
struct Consolidate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consolidate",
        abstract: "Joins the episodes' small files up to LeRobot's sizes, without re-encoding.")

    @Argument(help: "The dataset's directory.") var root: String

    func run() throws {
        try OpenedSpool.work(in: FilePath(root)) { opened in
            let report = try DatasetWriter(root: opened.root).consolidate(with: FFmpegVideoTools())
            for (what, files) in [
                ("data", report.dataFiles), ("video", report.videoFiles), ("episode table", report.episodesFiles),
            ] {
                print("\(files.before) \(what) files, now \(files.after)")
            }
            for sentence in report.leftAlone { print(sentence) }
        }
    }
}
