/// What a consolidation did.
package struct ConsolidationReport: Hashable, Sendable {
    /// How many files there were before and after.
    package struct Count: Hashable, Sendable {
        package var before: Int
        package var after: Int
    }

    package var dataFiles = Count(before: 0, after: 0)
    package var episodesFiles = Count(before: 0, after: 0)
    /// All cameras together.
    package var videoFiles = Count(before: 0, after: 0)
    /// Why some neighbours were left as they are, one sentence each.
    package var leftAlone: [String] = []

    /// Whether anything was changed.
    package var changed: Bool {
        dataFiles.before != dataFiles.after || episodesFiles.before != episodesFiles.after
            || videoFiles.before != videoFiles.after
    }
}
