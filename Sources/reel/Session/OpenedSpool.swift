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
    let lock: SpoolLock
    /// What recovery found, take by take.
    let findings: [SpoolRecovery.Finding]

    /// Locks the spool and recovers it; says on standard error what was done.
    /// - Parameters:
    ///   - root: the dataset's folder.
    ///   - discardsRecovered: removes takes that were cut.
    /// - Throws: `ReelError`: unavailable when there is no dataset, busy when another process works on it.
    init(root: FilePath, discardsRecovered: Bool = false) throws {
        self.root = root
        spool = SpoolDirectory(root: root)
        guard DurableFiles.exists(root.appending("meta").appending("info.json")) || DurableFiles.exists(spool.path)
        else {
            throw ReelError(
                .unavailable, "open the dataset", subject: root.string, cause: "there is none here",
                remedy: "A dataset's folder has meta/info.json in it.")
        }
        lock = try spool.lock()
        findings = try SpoolRecovery.run(root: root, discardsRecovered: discardsRecovered)
        for finding in findings { StandardError.print("reel: \(finding.text)") }
    }

    /// Removes the spool when nothing waits in it.
    func close() throws { try spool.removeIfEmpty() }

    /// Whether recovery had to leave something behind.
    var lostSomething: Bool { findings.contains { $0.lostRows > 0 || $0.isSetAside } }
}
