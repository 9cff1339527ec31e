package import LeRobotDataset

/// Who changes a dataset that is looked at. Called on one of the server's working threads; may block. `check` is called when
/// nobody else can change it any more, and throws when numbers mean other episodes by then.
package protocol DatasetEditor: Sendable {
    /// Says something of an episode.
    /// - Throws: `ReelError`: busy while a session records or something else works on the dataset.
    func label(_ label: EpisodeLabels.Label, check: () throws -> Void) throws

    /// Takes episodes out, all at once.
    /// - Returns: The command that would have done it.
    /// - Throws: `ReelError`: busy while a session records or takes wait.
    func delete(_ episodes: Set<Int>, check: () throws -> Void) throws -> String
}
