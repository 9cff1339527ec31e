import ArrowTables
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
        let info = try DatasetInfo(path: DatasetLayout.info(in: root))
        let layout = DatasetLayout(root: root, info: info)
        guard (0..<info.totalEpisodes).contains(number) else {
            throw ReelError(
                .usage, "read episode \(number)", subject: root.string,
                cause: info.totalEpisodes == 0
                    ? "the dataset has none yet" : "the dataset has episodes 0 to \(info.totalEpisodes - 1)")
        }
        guard let names = info[feature: "action"]?.names, !names.isEmpty else {
            throw ReelError(
                .mismatch, "read the actions", subject: root.string, cause: "info.json has no names of action values")
        }
        self.names = names
        let row = try Self.row(of: number, layout, info)
        task = row.tasks.first ?? ""
        (times, values) = try Self.read(row, try layout.data(row.data), width: names.count)
    }

    /// Rows.
    package var count: Int { times.count }

    /// What was asked for in row `index`.
    package subscript(index: Int) -> [Float] { Array(values[(index * names.count)..<((index + 1) * names.count)]) }

    private static func row(of number: Int, _ layout: DatasetLayout, _ info: DatasetInfo) throws -> EpisodeRow {
        for path in try EpisodesTable.files(in: layout) {
            if let row = try EpisodesTable.read(path, info: info).first(where: { $0.index == number }) { return row }
        }
        throw ReelError(
            .damaged, "find episode \(number)", subject: layout.episodes.string,
            cause: "info.json counts it, the table of episodes has no row of it")
    }

    /// The rows of the episode in its data file, which may hold others too.
    private static func read(
        _ row: EpisodeRow, _ path: FilePath, width: Int
    ) throws -> (times: [Double], values: [Float]) {
        let reader = try ParquetReader.open(path)
        var times: [Double] = []
        var values: [Float] = []
        do {
            for group in 0..<reader.rowGroupCount {
                let table = try reader.readRowGroup(group, columns: ["episode_index", "timestamp", "action"])
                let episodes = try table.int64s("episode_index")
                guard episodes.contains(Int64(row.index)) else { continue }
                let stamps = try table.float64s("timestamp")
                guard let actions = table["action"].flatMap(NumericValues.init)?.singles, actions.width == width else {
                    throw ReelError(
                        .mismatch, "read the actions",
                        cause: "its rows are not the \(width) numbers that info.json names")
                }
                for index in episodes.indices where episodes[index] == row.index {
                    times.append(stamps[index])
                    values += actions.values[(index * width)..<((index + 1) * width)]
                }
            }
        } catch var error as ReelError {
            error.subject = path.string
            throw error
        }
        guard times.count == row.length, times == times.sorted() else {
            throw ReelError(
                .damaged, "read episode \(row.index)", subject: path.string,
                cause: "\(times.count) rows are there, the table of episodes says \(row.length)")
        }
        return (times, values)
    }
}
