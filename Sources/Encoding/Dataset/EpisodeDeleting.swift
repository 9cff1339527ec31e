import LeRobotDataset
import Media
package import SystemPackage

/// Takes episodes out of a dataset, without encoding anything again.
package enum EpisodeDeleting {
    /// Deletes the episodes; those behind them get lower numbers. The caller holds the spool's lock and has recovered it.
    /// - Parameters:
    ///   - episodes: their numbers.
    ///   - root: the dataset's folder.
    /// - Returns: how many episodes and frames are left.
    /// - Throws: `ReelError` naming the file; the dataset is as it was then, or `reel recover` finishes it.
    package static func run(_ episodes: Set<Int>, in root: FilePath) throws -> (episodes: Int, frames: Int) {
        let writer = try DatasetWriter(root: root)
        try writer.deleteEpisodes(episodes) { try VideoJoiner.cut($0, of: $1, into: $2) }
        return (writer.info.totalEpisodes, writer.info.totalFrames)
    }
}
