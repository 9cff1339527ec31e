package import LeRobotDataset
import Media
package import SystemPackage

/// Joins a dataset's small files up to LeRobot's sizes, by copying packets and row groups.
package enum DatasetConsolidation {
    /// Consolidates the dataset in `root`; does nothing when there is nothing to join.
    /// - Parameter root: the dataset's folder.
    /// - Returns: how many files there were and are.
    /// - Throws: `ReelError` naming the file; the dataset is as it was then.
    @discardableResult
    package static func run(root: FilePath) throws -> ConsolidationReport {
        try DatasetWriter(root: root).consolidate { paths, result in
            try VideoJoiner.join(paths, into: result).map { ($0.from, $0.to) }
        }
    }
}
