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
    var statistics: EpisodeStatistics
    /// The last file of each kind, or nil when there is none.
    var data: FileIndex?
    var episodes: FileIndex?
    var captureTimes: FileIndex?
    /// By feature.
    var videos: [String: FileIndex]

    /// Reads it from the files.
    /// - Throws: `ReelError` (damaged) when the table of episodes does not end where info.json says.
    init(_ layout: DatasetLayout, _ info: DatasetInfo) throws {
        tasks = info.totalTasks > 0 ? try TasksTable.read(layout.tasks) : []
        // The last file alone is looked for and read: its last row says how many rows must lie before it.
        let last = try ParquetFiles.last(in: layout.episodes).flatMap { try EpisodesTable.read($0, info: info).last }
        guard (last.map { $0.index + 1 } ?? 0) == info.totalEpisodes, (last?.end ?? 0) == info.totalFrames else {
            let found = last.map { "episode \($0.index) that ends at frame \($0.end)" } ?? "nothing"
            throw ReelError(
                .damaged, "continue the dataset", subject: layout.episodes.string,
                cause:
                    "info.json has \(info.totalEpisodes) episodes and \(info.totalFrames) frames, "
                    + "the table of episodes ends with \(found)",
                remedy: "A recorder was interrupted here. `reel check` says what is there.")
        }
        if info.totalEpisodes == 0 {
            statistics = EpisodeStatistics()
        } else if DurableFiles.exists(layout.statistics) {
            let path = layout.statistics
            statistics = try EpisodeStatistics(reading: DurableFiles.read(path), subject: path.string)
        } else {
            statistics = try EpisodeStatistics.aggregate(
                EpisodesTable.files(in: layout).flatMap {
                    try EpisodesTable.read($0, info: info, statistics: true).map(\.statistics)
                })
        }
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
    mutating func number(of task: String) -> (index: Int, isNew: Bool) {
        if let index = tasks.firstIndex(of: task) { return (index, false) }
        tasks.append(task)
        return (tasks.count - 1, true)
    }
}
