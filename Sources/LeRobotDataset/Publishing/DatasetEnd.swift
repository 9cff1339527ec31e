import ArrowTables
import OrderedCollections
import Platform
import RecordingTypes
import SystemPackage

/// What must be known of a dataset to add an episode: read once, then kept up with each episode, so that no episode has
/// to look at those before it.
struct DatasetEnd {
    /// In order of their numbers.
    var tasks: [String]
    /// Of all episodes together; with what stands in stats.json the next aggregate is as exact as one of all episodes.
    var statistics: DatasetStatistics
    /// What the table of episodes has, when there is one: all of its files must have the same columns.
    let episodesSchema: TableSchema?
    /// The last file of each kind, or nil when there is none.
    var data: FileIndex?
    var episodes: FileIndex?
    var captureTimes: FileIndex?
    /// By feature.
    var videos: [String: FileIndex]

    /// Reads it from the files.
    /// - Throws: `ReelError` (damaged) when the table of episodes does not end where info.json says.
    init(_ dataset: Dataset) throws {
        let (layout, info) = (dataset.layout, dataset.info)
        let known = try dataset.tasks()
        tasks = known
        // The last file alone is looked for and read: its last row says how many rows must lie before it.
        let table = try ParquetFiles.last(in: layout.episodes).map { try ParquetReader.open($0) }
        episodesSchema = table?.schema
        let last = try table.flatMap { try EpisodesTable.read($0, info: info, statistics: false).last }
        guard (last.map { $0.index + 1 } ?? 0) == info.totalEpisodes, (last?.end ?? 0) == info.totalFrames else {
            let found = last.map { "episode \($0.index) that ends at frame \($0.end)" } ?? "nothing"
            throw ReelError(
                .damaged, "continue the dataset", subject: layout.episodes.string,
                cause:
                    "info.json has \(info.totalEpisodes.counted("episode")) and \(info.totalFrames.counted("frame")), "
                    + "the table of episodes ends with \(found)",
                remedy:
                    "`reel check \(ShellWord.path(layout.root))` says what is there, "
                    + "`reel recover \(ShellWord.path(layout.root))` mends what can be mended."
            )
        }
        if let column = table.flatMap({ EpisodesTable.unknownColumn(of: $0.schema, info) }) {
            throw ReelError(
                .mismatch, "continue the dataset", subject: layout.episodes.string,
                cause: "its column \(column) is of a type that Reel does not write",
                remedy: "Take the column out, or record into another dataset.")
        }
        // A new list would begin with the new task, and their rows would be taken for that one.
        if info.totalEpisodes > 0, known.isEmpty {
            throw ReelError(
                .damaged, "continue the dataset", subject: layout.tasks.string,
                cause: "it has \(info.totalEpisodes) episodes and no tasks",
                remedy: "`reel recover \(ShellWord.path(layout.root))` makes it anew where the episodes know it.")
        }
        statistics = try DatasetStatistics.current(of: dataset)
        // A file that no row names (of a recorder that was killed) must not be overwritten either.
        data = try Self.later(last?.data, layout.data, "parquet")
        episodes = try Self.later(last?.file, layout.episodes, "parquet")
        captureTimes = try Self.later(nil, layout.captureTimes, "parquet")
        videos = [:]
        for feature in info.videoFeatures {
            videos[feature.name] = try Self.later(
                last?.videos[feature.name]?.file, layout.videos.appending(feature.name), "mp4")
        }
    }

    private static func later(_ known: FileIndex?, _ directory: FilePath, _ ending: String) throws -> FileIndex? {
        [known, try ParquetFiles.last(in: directory, ending: ending)].compactMap { $0 }.max()
    }

    /// The number of `task`, which is added when it is new.
    mutating func number(of task: String) -> Int {
        if let index = tasks.firstIndex(of: task) { return index }
        tasks.append(task)
        return tasks.count - 1
    }
}
