import ArgumentParser
import Foundation
import LeRobotDataset
import RecordingTypes
import Spool
import SystemPackage

/// `reel info`: what a dataset and its spool hold.
struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Says what a dataset holds, and what waits in its spool.")

    @Argument(help: "The dataset's directory.") var root: String
    @Flag(help: "As JSON.") var json = false

    func run() throws {
        let summary = try DatasetSummary(root: FilePath(root))
        let takes = try SpoolDirectory(root: summary.root).takes()
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(Report(summary, takes)), as: UTF8.self))
        } else {
            print(summary)
            for problem in summary.problems { print("cannot be read: \(problem)") }
            for state in TakeState.allCases {
                let count = takes.count { $0.state == state }
                if count > 0 { print("spool: \(count.counted("take")) \(state.rawValue)") }
            }
        }
        if !summary.problems.isEmpty { throw ExitCode(3) }
    }

    /// What `--json` prints.
    private struct Report: Encodable {
        var root: String
        var episodes: Int
        var frames: Int
        var fps: Int
        var seconds: Double
        var robotType: String?
        var episodesByTask: [String: Int]
        var bytes: Int
        var lateTicks: Int?
        var repeatedPictures: [String: Int]?
        /// By state: recording, recorded, kept, discarded, failed.
        var takesWaiting: [String: Int]

        init(_ summary: DatasetSummary, _ takes: [Take]) {
            root = summary.root.string
            episodes = summary.info.totalEpisodes
            frames = summary.info.totalFrames
            fps = summary.info.fps
            seconds = summary.seconds
            robotType = summary.info.robotType
            episodesByTask = Dictionary(uniqueKeysWithValues: summary.tasks.map { ($0.key, $0.value) })
            bytes = summary.bytes
            lateTicks = summary.timing?.lateTicks
            repeatedPictures = summary.timing.map {
                Dictionary(uniqueKeysWithValues: $0.repeatedPictures.map { ($0.key, $0.value) })
            }
            takesWaiting = Dictionary(takes.map { ($0.state.rawValue, 1) }, uniquingKeysWith: +)
        }
    }
}
