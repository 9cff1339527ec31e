package import LeRobotDataset
package import RecordingTypes

extension CameraEncoding {
    /// What encoding one camera of a take came to; kept beside the video, so that it need not be done again.
    package struct Outcome: Codable, Sendable {
        /// The camera's name.
        package var camera: String
        /// Rows in the video.
        package var rows: Int
        package var video: VideoDescription
        /// Of the sampled pictures.
        package var statistics: FeatureStatistics?
    }
}
