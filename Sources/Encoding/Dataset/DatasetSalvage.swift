import LeRobotDataset
import Media
package import SystemPackage

/// Makes a whole dataset of what is whole in a damaged one.
package enum DatasetSalvage {
    /// Keeps only these episodes; the caller holds the spool's lock and has recovered it.
    /// - Returns: how many are left.
    /// - Throws: `ReelError` naming the file; the dataset is as it was then, or `reel recover` finishes it.
    package static func keepOnly(_ whole: Set<Int>, in root: FilePath) throws -> Int {
        try DatasetRepair.keepOnly(whole, in: root) { try VideoJoiner.cut($0, of: $1, into: $2) }
    }
}
