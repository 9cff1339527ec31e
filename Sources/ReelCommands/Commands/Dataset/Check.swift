import ArgumentParser
import Encoding
import LeRobotDataset
import RecordingTypes
import Spool
import SystemPackage

/// `reel check`: whether a dataset holds what it says. Reads only: no lock, no directory, nothing put in order.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Checks a dataset: rows, pictures, indices, statistics, spool.",
        discussion: "Changes nothing, and needs no right to write. What waits for another command is named.")

    @Argument(help: "The dataset's directory.") var root: String
    @Flag(help: "Do not decode the videos; only compare counts and times.") var quick = false

    func run() throws {
        let path = FilePath(root)
        let report = try DatasetCheck.report(
            root: path, tools: FFmpegVideoTools(), pictures: quick ? .none : .all)
        for finding in report.findings { print(finding) }
        for step in try SpoolRecovery.plan(root: path).steps { print("waits for reel recover: \(step)") }
        for take in try SpoolDirectory(root: path).takes() {
            switch take.state {
            case .kept: print("waits for reel encode: take \(take.number)")
            case .failed: print("set aside: take \(take.number); reel encode --retry-failed tries it again")
            case .recording, .recorded, .discarded: break
            }
        }
        for step in (try? DatasetRepair.plan(root: path))?.steps ?? [] {
            print("reel recover \(ShellWord.path(path)) mends \(step)")
        }
        if !report.lost.isEmpty {
            print("whole: \(Self.text(report.whole))")
            print("lost: \(Self.text(report.lost))")
            if let file = report.unread.first {
                print("\(file) cannot be read here: what is in it may not be lost")
            } else if !report.whole.isEmpty {
                print("reel recover --drop-lost \(ShellWord.path(path)) makes a dataset of the whole ones")
            }
        }
        let errors = report.findings.count { $0.severity == .error }
        print(errors == 0 ? "\(root): all is as it should be" : "\(root): \(errors.counted("error"))")
        if errors > 0 { throw ExitCode(3) }
    }

    /// "episodes 0 to 2, 5"
    static func text(_ episodes: [Int]) -> String {
        var runs: [ClosedRange<Int>] = []
        for episode in episodes {
            if let last = runs.last, last.upperBound + 1 == episode {
                runs[runs.count - 1] = last.lowerBound...episode
            } else {
                runs.append(episode...episode)
            }
        }
        let texts = runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)" }
        return texts.isEmpty ? "no episode" : "episodes \(texts.joined(separator: ", "))"
    }
}
