import ArgumentParser
import Encoding
import RecordingTypes
import Spool
import SystemPackage

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
        let opened = try OpenedSpool(root: FilePath(root), discardsRecovered: discardsRecovered) { print($0) }
        for take in try opened.spool.takes() where take.state == .failed {
            print("take \(take.number): set aside: \((try? take.info().failure) ?? "its description cannot be read")")
        }
        let waiting = try opened.spool.takes().count { $0.state == .kept }
        let lost = opened.findings.reduce(0) { $0 + $1.lostRows }
        if opened.findings.isEmpty && !opened.hasFinishedDeletion { print("nothing to recover") }
        if lost > 0 { print("\(lost) rows lost") }
        if waiting > 0 { print("\(waiting) takes wait to be encoded: reel encode \(root)") }
        try opened.close()
        if opened.lostSomething { throw ExitCode(3) }
    }
}
