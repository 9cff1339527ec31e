import ArrowTables
import RecordingTypes
import SystemPackage

/// Pictures of an episode that stand in its data file.
package enum EpisodeImages {
    /// The files of one camera (PNG, or what another recorder put there), one a row.
    /// - Throws: `ReelError` naming the file, when they are not as many as the episode has rows.
    package static func read(_ feature: Feature, of row: EpisodeRow, in dataset: Dataset) throws -> [[UInt8]] {
        let path = try dataset.layout.data(row.data)
        let reader = try ParquetReader.open(path)
        var images: [[UInt8]] = []
        for group in 0..<reader.rowGroupCount {
            let episodes = try reader.readRowGroup(group, columns: ["episode_index"]).int64s("episode_index")
            let rows = episodes.indices.filter { episodes[$0] == row.index }
            if rows.isEmpty { continue }
            guard case .structure(let fields)? = try reader.readRowGroup(group, columns: [feature.name])[feature.name],
                case .binary(let all)? = fields.first
            else {
                throw ReelError(
                    .mismatch, "read images", subject: path.string,
                    cause: "\(feature.name.printable) is no column of images")
            }
            images += rows.map { all[$0] }
        }
        guard images.count == row.length else {
            throw ReelError(
                .damaged, "read images", subject: path.string,
                cause: "\(images.count) are there of episode \(row.index), the table of episodes says \(row.length)")
        }
        return images
    }
}
