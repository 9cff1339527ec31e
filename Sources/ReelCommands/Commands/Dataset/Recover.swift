import ArgumentParser
import Encoding
import LeRobotDataset
import RecordingTypes
import Spool
import SystemPackage

/// `reel recover`: finishes what a killed session left, and mends what can be mended.
struct Recover: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Finishes what a killed session left, and mends what the dataset's other files know better.",
        discussion: """
            Cut takes are closed, interrupted publishing is completed; a wrong count in info.json, tasks out of order and \
            missing statistics are written anew. reel check says beforehand what there is to do.
            """)

    @Argument(help: "The dataset's directory.") var root: String
    @Flag(
        name: .customLong("discard-recovered"), help: "Remove takes that were cut, rather than keep their whole rows.")
    var discardsRecovered = false
    @Flag(
        name: .customLong("drop-lost"),
        help: "Take episodes out that lack rows or pictures (reel check names them): what is left is a whole dataset.")
    var dropsLost = false

    func run() throws {
        try OpenedSpool.work(
            in: FilePath(root), discardsRecovered: discardsRecovered, tell: { print($0) }, recover)
    }

    private func recover(_ opened: OpenedSpool) throws {
        for take in try opened.spool.takes() where take.state == .failed {
            print("take \(take.number): set aside: \((try? take.info().failure) ?? "its description cannot be read")")
        }
        let waiting = try opened.spool.takes().count { $0.state == .kept }
        let lost = opened.findings.reduce(0) { $0 + $1.lostRows }
        if lost > 0 { print("\(lost.counted("row")) lost") }
        if waiting > 0 {
            let takes = waiting.counted("take waits", "takes wait")
            print("\(takes) to be encoded: reel encode \(ShellWord.path(opened.root))")
        }
        let isMended = try mend(opened.root)
        if opened.findings.isEmpty && !opened.hasFinishedDeletion && !isMended { print("nothing to recover") }
        if opened.lostSomething || isMended { throw ExitCode(3) }
    }

    private func mend(_ path: FilePath) throws -> Bool {
        var isMended = false
        if dropsLost {
            let report = try DatasetCheck.report(root: path, tools: FFmpegVideoTools(), pictures: .none)
            if !report.lost.isEmpty {
                let left = try DatasetRepair.keepWhole(report, in: path, with: FFmpegVideoTools())
                print("taken out: \(Check.text(report.lost)); \(left) are left")
                isMended = true
            }
        }
        let repair = try DatasetRepair.plan(root: path)
        try repair.perform()
        for step in repair.steps { print("mended: \(step)") }
        return isMended || !repair.steps.isEmpty
    }
}
