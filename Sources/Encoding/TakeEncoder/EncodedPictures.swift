package import LeRobotDataset
package import RecordingTypes

/// What encoding the pictures of one camera of a take came to.
package struct EncodedPictures: Codable, Sendable {
    /// The camera's name.
    package var camera: String
    /// Rows in the file.
    package var rows: Int
    package var content: Content
    /// Rows that show the picture before theirs, because theirs could not be decoded: the camera gave it so.
    package var undecodable: [Int] = []
    /// Why there are not more rows, where the file ended before the take.
    package var cutBecause: String?
    /// Of the sampled pictures.
    package var statistics: FeatureStatistics?

    /// What is in the file.
    package enum Content: Codable, Sendable {
        case video(VideoDescription)
        /// PNGs one after the other, and the bytes of each.
        case images(sizes: [Int])
    }

    /// Bytes of the file.
    package var byteCount: Int {
        switch content {
        case .video(let description): description.byteCount
        case .images(let sizes): sizes.reduce(0, +)
        }
    }

    /// How the dataset will hold them.
    var storage: PictureStorage {
        switch content {
        case .video: .video
        case .images: .images
        }
    }
}
