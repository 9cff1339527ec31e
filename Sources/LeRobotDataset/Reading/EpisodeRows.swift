import ArrowTables
import RecordingTypes
import SystemPackage

/// Numbers of one episode, row after row, as the data files have them: for replaying and for looking at.
package struct EpisodeRows: Sendable {
    /// A feature of plain numbers.
    package struct Column: Sendable {
        package let feature: Feature
        /// Numbers in a row.
        package let width: Int
        /// Row after row.
        package let values: [Float]
    }

    /// When each row is due: its `timestamp`, seconds since the episode began.
    package let times: [Double]
    package let columns: [Column]

    /// Reads these features, those of them that are numbers, of the episode in its data file, which may hold others too.
    /// - Throws: `ReelError` naming the file: damaged or mismatch when it is not what it should be.
    package init(of row: EpisodeRow, in dataset: Dataset, features: [Feature]) throws {
        let path = try dataset.layout.data(row.data)
        let features = features.filter(NumericValues.holds)
        let reader = try ParquetReader.open(path)
        var times: [Double] = []
        var values = [[Float]](repeating: [], count: features.count)
        var widths = [Int](repeating: 1, count: features.count)
        do {
            for group in 0..<reader.rowGroupCount {
                let table = try reader.readRowGroup(
                    group, columns: ["episode_index", "timestamp"] + features.map(\.name))
                let episodes = try table.int64s("episode_index")
                let rows = episodes.indices.filter { episodes[$0] == row.index }
                if rows.isEmpty { continue }
                let stamps = try table.float64s("timestamp")
                times += rows.map { stamps[$0] }
                for (place, feature) in features.enumerated() {
                    let expected = feature.shape.reduce(1, *)
                    guard let all = table[feature.name].flatMap(NumericValues.init)?.singles, all.width == expected
                    else {
                        throw ReelError(
                            .mismatch, "read \(feature.name.printable)",
                            cause: "its rows are not the \(expected.counted("number")) that info.json names")
                    }
                    widths[place] = all.width
                    for index in rows { values[place] += all.values[(index * all.width)..<((index + 1) * all.width)] }
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
        self.times = times
        columns = features.indices.map { Column(feature: features[$0], width: widths[$0], values: values[$0]) }
    }
}
