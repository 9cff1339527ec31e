import RecordingTypes
package import SystemPackage

/// What was asked of the robot in one episode, row after row: for replaying it.
package struct EpisodeActions: Sendable {
    /// "shoulder_pan.pos" and so on; the values of a row are in this order.
    package let names: [String]
    /// The task's sentence; empty where the episode has none.
    package let task: String
    /// When each row is due: its `timestamp`, seconds since the episode began.
    package let times: [Double]
    /// Row after row, as many each as there are names.
    private let values: [Float]

    /// Reads episode `number`, counted from 0, of a dataset whoever wrote it.
    /// - Throws: `ReelError`: unavailable when there is no dataset, usage when it has no such episode, damaged or mismatch
    ///   when its files are not what they should be.
    package init(root: FilePath, episode number: Int) throws {
        let dataset = try Dataset(root: root)
        let total = dataset.info.totalEpisodes
        guard (0..<total).contains(number) else {
            throw ReelError(
                .usage, "read episode \(number)", subject: root.string,
                cause: total == 0 ? "the dataset has none yet" : "the dataset has episodes 0 to \(total - 1)")
        }
        guard let feature = dataset.info[feature: "action"], let names = feature.names, !names.isEmpty else {
            throw ReelError(
                .mismatch, "read the actions", subject: root.string, cause: "info.json has no names of action values")
        }
        let row = try Self.row(of: number, dataset)
        let rows = try EpisodeRows(of: row, in: dataset, features: [feature])
        guard let column = rows.columns.first, column.width == names.count else {
            throw ReelError(
                .mismatch, "read the actions", subject: root.string,
                cause: "its rows are not the \(names.count) numbers that info.json names")
        }
        self.names = names
        task = row.tasks.first ?? ""
        (times, values) = (rows.times, column.values)
    }

    /// Rows.
    package var count: Int { times.count }

    /// What was asked for in row `index`.
    package subscript(index: Int) -> [Float] { Array(values[(index * names.count)..<((index + 1) * names.count)]) }

    private static func row(of number: Int, _ dataset: Dataset) throws -> EpisodeRow {
        for path in try dataset.episodesFiles() {
            if let row = try EpisodesTable.read(path, info: dataset.info).first(where: { $0.index == number }) {
                return row
            }
        }
        throw ReelError(
            .damaged, "find episode \(number)", subject: dataset.layout.episodes.string,
            cause: "info.json counts it, the table of episodes has no row of it")
    }
}
