/// Something that a check found wrong in a dataset.
package struct Finding: Hashable, Sendable {
    package enum Severity: String, Sendable {
        /// The dataset is not what it says it is; LeRobot fails on it, or silently reads something else.
        case error
        /// It can be read, but somebody should know.
        case warning
    }

    package var severity: Severity
    /// Relative to the dataset: "data/chunk-000/file-003.parquet".
    package var file: String
    /// The episode concerned, where it is one.
    package var episode: Int?
    /// A sentence without its full stop.
    package var problem: String

    package init(_ severity: Severity, file: String, episode: Int? = nil, _ problem: String) {
        self.severity = severity
        self.file = file
        self.episode = episode
        self.problem = problem
    }
}

extension Finding: CustomStringConvertible {
    /// "error: data/chunk-000/file-003.parquet, episode 12: 301 rows, the table of episodes says 300"
    package var description: String {
        "\(severity.rawValue): \(file)\(episode.map { ", episode \($0)" } ?? ""): \(problem)"
    }
}
