import SystemPackage

/// The parts of a dataset that a change of it replaces, in the order in which a reader may meet the new ones.
///
/// LeRobot reads info.json, tasks, episodes, statistics and data in this order, and takes the number of episodes from
/// info.json. As each file comes before those that count on it, a reader that opens the dataset between two of them finds
/// all that it was told of, and at most one episode more.
enum DatasetPart: String, CaseIterable, Codable, Sendable {
    case videos, data, captureTimes, tasks, episodes, statistics, info

    /// The file, or the directory of those that are many. Relative to the dataset; the same in every dataset of version 3.
    var path: FilePath {
        switch self {
        case .videos: "videos"
        case .data: "data"
        case .captureTimes: "meta/reel"
        case .tasks: "meta/tasks.parquet"
        case .episodes: "meta/episodes"
        case .statistics: "meta/stats.json"
        case .info: "meta/info.json"
        }
    }
}
