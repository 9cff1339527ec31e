import Encoding
import LeRobotDataset
import Platform
import RecordingTypes
import Spool
import SystemPackage

/// A dataset whose spool this process holds and has put in order: what `encode`, `recover`, `check`, `consolidate` and
/// resuming begin with.
struct OpenedSpool {
    let root: FilePath
    let spool: SpoolDirectory
    /// Both locks: nobody else records, recovers or encodes here.
    private(set) var claim: SpoolClaim
    /// What recovery found, take by take.
    let findings: [SpoolRecovery.Finding]
    /// A `reel edit` had been cut short and was finished just now: episodes have other numbers than before.
    let hasFinishedDeletion: Bool

    /// Locks the spool and recovers it.
    /// - Parameters:
    ///   - root: the dataset's folder.
    ///   - discardsRecovered: removes takes that were cut.
    ///   - tell: gets a line for each thing that was found and done; standard error if nothing else is said.
    /// - Throws: `ReelError`: unavailable when there is no dataset, busy when another process works on it.
    init(
        root: FilePath, discardsRecovered: Bool = false,
        tell: (String) -> Void = { StandardError.print("reel: \($0)") }
    ) throws {
        self.root = root
        spool = SpoolDirectory(root: root)
        guard DurableFiles.exists(root.appending("meta").appending("info.json")) || DurableFiles.exists(spool.path)
        else {
            throw ReelError(
                .unavailable, "open the dataset", subject: root.string, cause: "there is none here",
                remedy: "A dataset's folder has meta/info.json in it.")
        }
        claim = try SpoolClaim(spool) { StandardError.print("reel: \($0)") }
        hasFinishedDeletion = DatasetWriter.hasUnfinishedDeletion(root: root)
        findings = try SpoolRecovery.run(root: root, discardsRecovered: discardsRecovered)
        for finding in findings { tell(finding.text) }
        if hasFinishedDeletion { tell("the deletion of episodes that was cut short is finished") }
    }

    /// Removes the spool when nothing waits in it.
    func close() throws { try spool.removeIfEmpty() }

    /// Whether recovery had to leave something behind.
    var lostSomething: Bool { findings.contains { $0.lostRows > 0 || $0.isSetAside } }
}
