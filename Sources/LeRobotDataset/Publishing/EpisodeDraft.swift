package import OrderedCollections
package import RecordingTypes
package import SystemPackage

/// A finished take, ready to become the dataset's next episode.
package struct EpisodeDraft: Sendable {
    /// Tells this take from every other one of the dataset (its number and when it began). A draft whose identity was
    /// published already is not published again.
    package var identity: String
    /// Frames.
    package var length: Int
    /// The tasks' sentences, each once.
    package var tasks: [String]
    /// By frame: which of them; nil when all frames have the first.
    package var taskOfFrame: [Int]?
    /// By feature ("observation.state", "action"): frame after frame, as many values each as the feature's shape has.
    package var values: OrderedDictionary<String, FeatureValues>
    /// By feature ("observation.images.front"): one for each of the dataset's video features.
    package var videos: OrderedDictionary<String, Video>
    /// By feature: one for each of the dataset's image features.
    package var images: OrderedDictionary<String, Images> = [:]
    /// Of the cameras' features; those of the numeric features are computed when it is published.
    package var statistics: EpisodeStatistics
    /// Nil when they are not known.
    package var captureTimes: CaptureTimes?

    /// A whole mp4. Publishing moves it into the dataset; from another filesystem it is copied.
    package struct Video: Sendable {
        package var path: FilePath
        package var description: VideoDescription

        package init(path: FilePath, description: VideoDescription) {
            self.path = path
            self.description = description
        }
    }

    /// PNGs one after the other in a file, one a frame. Publishing copies them into the data file.
    package struct Images: Sendable {
        package var path: FilePath
        /// Bytes of each, in the order of the frames.
        package var sizes: [Int]

        package init(path: FilePath, sizes: [Int]) {
            self.path = path
            self.sizes = sizes
        }
    }

    package init(
        identity: String, length: Int, task: String, values: OrderedDictionary<String, FeatureValues>,
        videos: OrderedDictionary<String, Video>, statistics: EpisodeStatistics, captureTimes: CaptureTimes?
    ) {
        self.identity = identity
        self.length = length
        tasks = [task]
        self.values = values
        self.videos = videos
        self.statistics = statistics
        self.captureTimes = captureTimes
    }
}
