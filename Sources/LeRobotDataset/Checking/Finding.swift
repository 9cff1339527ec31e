import RecordingTypes
import SystemPackage

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
    /// The file may be whole; here and now it cannot be read: it was not fetched, or is not permitted.
    var isUnread = false

    package init(_ severity: Severity, file: String, episode: Int? = nil, _ problem: String) {
        self.severity = severity
        self.file = file
        self.episode = episode
        self.problem = problem
    }

    /// The error of reading a file.
    init(of error: any Error, file: String) {
        self.init(.error, file: file, error.cause)
        isUnread = error.isUnread
    }
}

extension Error {
    /// The cause alone, for a finding that names the file itself.
    var cause: String { (self as? ReelError)?.cause ?? "\(self)" }

    /// Whether it says nothing of what the file holds.
    var isUnread: Bool {
        guard let error = self as? ReelError else { return false }
        // Others, as EINVAL and EIO, readers say of what a file holds too.
        let refusals: [Errno] = [.permissionDenied, .notPermitted, .tooManyOpenFiles]
        return error.systemError.map(refusals.contains) ?? (error.cause == LFSPointer.cause)
    }
}

extension Finding: CustomStringConvertible {
    /// "error: data/chunk-000/file-003.parquet, episode 12: 301 rows, the table of episodes says 300"
    package var description: String {
        "\(severity.rawValue): \(file)\(episode.map { ", episode \($0)" } ?? ""): \(problem)"
    }
}
