/// How a dataset holds its cameras' pictures.
package enum PictureStorage: String, Codable, Sendable {
    /// One video a camera and episode.
    case video
    /// A PNG in every row of the data files (`--dataset.video=false`).
    case images
}
