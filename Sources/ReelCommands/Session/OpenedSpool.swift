import ArgumentParser
import Encoding
import LeRobotDataset
import Platform
import RecordingTypes
import Spool
import SystemPackage

/// A dataset that this process alone may change, with its spool: what `encode`, `recover`, `consolidate`, `edit` and
/// resuming begin with. Opening it takes the locks, and nothing else.
struct OpenedSpool {
    let root: FilePath
    let spool: SpoolDirectory
    /// Both locks: nobody else records, recovers or encodes here.
    private(set) var claim: SpoolClaim
    /// What recovery found, take by take.
    private(set) var findings: [SpoolRecovery.Finding] = []
    /// A `reel edit` had been cut short and was finished just now: episodes have other numbers than before.
    private(set) var hasFinishedDeletion = false

    /// Locks the spool of a dataset. It is looked first whether that is a dataset for this Reel: of one that it cannot
    /// change, nothing is changed.
    /// - Throws: `ReelError`: unavailable when there is none, mismatch when it is of another version, busy when another
    ///   process works on it.
    /// - Parameters:
    ///   - root: the dataset's folder.
    ///   - tell: gets a line when another process must be waited for.
    init(root: FilePath, tell: (String) -> Void = { StandardError.print("reel: \($0)") }) throws {
        self.root = root
        spool = SpoolDirectory(root: root)
        if File.exists(DatasetLayout.info(in: root)) {
            _ = try Dataset(root: root)
        } else if !File.exists(spool.path) {
            throw ReelError(
                .unavailable, "open the dataset", subject: root.string, cause: "there is none here",
                remedy: "A dataset's folder has meta/info.json in it.")
        }
        claim = try SpoolClaim(spool, onWait: tell)
    }

    /// Puts the spool in order, and finishes what was cut short.
    /// - Parameters:
    ///   - discardsRecovered: removes takes that were cut.
    ///   - tell: gets a line for each thing that was found and done.
    /// - Throws: `ReelError` when the disk fails.
    mutating func recover(
        discardsRecovered: Bool = false, tell: (String) -> Void = { StandardError.print("reel: \($0)") }
    ) throws {
        let plan = try SpoolRecovery.plan(root: root)
        findings = try plan.perform(discardsRecovered: discardsRecovered)
        hasFinishedDeletion = plan.steps.contains {
            if case .finish(let work) = $0 { work.kind == .deleting && work.isDecided } else { false }
        }
        for finding in findings { tell(finding.text) }
        if hasFinishedDeletion { tell("the deletion of episodes that was cut short is finished") }
    }

    /// Opens and recovers the spool, works on it, and removes it when nothing waits in it. Where there was no spool,
    /// none is left by work that fails either.
    /// - Throws: What `init`, `recover` and `body` throw.
    static func work(
        in root: FilePath, discardsRecovered: Bool = false,
        tell: (String) -> Void = { StandardError.print("reel: \($0)") }, _ body: (OpenedSpool) throws -> Void
    ) throws {
        let wasThere = File.exists(SpoolDirectory(root: root).path)
        var opened = try OpenedSpool(root: root, tell: tell)
        do {
            try opened.recover(discardsRecovered: discardsRecovered, tell: tell)
            try body(opened)
        } catch let code as ExitCode {
            // Done, with something to tell.
            try opened.spool.removeIfEmpty()
            throw code
        } catch {
            if !wasThere { _ = try? opened.spool.removeIfEmpty() }
            throw error
        }
        try opened.spool.removeIfEmpty()
    }

    /// Whether recovery had to leave something behind.
    var lostSomething: Bool { findings.contains { $0.lostRows > 0 || $0.isSetAside } }
}
