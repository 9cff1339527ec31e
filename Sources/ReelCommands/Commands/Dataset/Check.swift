import ArgumentParser
import Encoding
import LeRobotDataset
import RecordingTypes
import Spool
import SystemPackage

/// `reel check`: whether a dataset holds what it says.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Checks a dataset: rows, pictures, indices, statistics, spool.")

    @Argument(help: "The dataset's directory.") var root: String
    @Flag(help: "Do not decode the videos; only compare counts and times.") var quick = false

    func run() throws {
        let opened = try OpenedSpool(root: FilePath(root))
        let findings = try DatasetCheck.run(
            root: opened.root, inspector: VideoFileInspector(), pictures: quick ? .none : .all)
        let waiting = try opened.spool.takes()
        try opened.close()
        for finding in findings { print(finding) }
        for take in waiting { print("waits: take \(take.number), \(take.state.rawValue)") }
        let errors = findings.count { $0.severity == .error }
        print(errors == 0 ? "\(root): all is as it should be" : "\(root): \(errors) errors")
        if errors > 0 || opened.lostSomething { throw ExitCode(3) }
    }
}
