package import OrderedCollections

/// One episode's row of the table in `meta/episodes`: where its frames and pictures are.
package struct EpisodeRow: Hashable, Sendable {
    package var index: Int
    package var tasks: [String]
    /// Frames.
    package var length: Int
    /// The data file that holds its rows.
    package var data: FileIndex
    /// Rows of the dataset: from `start` up to `end`, without it.
    package var start: Int
    package var end: Int
    /// By video feature, in the features' order.
    package var videos: OrderedDictionary<String, VideoSpan>
    /// Empty where they were not read.
    package var statistics: EpisodeStatistics
    /// The file of the table that holds this row.
    package var file: FileIndex

    /// A part of a video file.
    package struct VideoSpan: Hashable, Sendable {
        package var file: FileIndex
        /// Seconds.
        package var from: Double
        /// Seconds, without it.
        package var to: Double

        package init(file: FileIndex, from: Double, to: Double) {
            self.file = file
            self.from = from
            self.to = to
        }
    }
}
