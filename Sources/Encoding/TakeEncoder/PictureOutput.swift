import Media
import RecordingTypes

/// Where the pictures of one camera of a take go: a video, or a file of PNGs. Used from one thread.
protocol PictureOutput {
    /// Takes the picture of the next row; it is not new when it is the one of the row before.
    func append(_ picture: Picture, isNew: Bool) throws
    /// Completes the file.
    func complete() throws -> EncodedPictures.Content
    /// Gives up and removes the file.
    func cancel()
}

extension VideoFileWriter: PictureOutput {
    func append(_ picture: Picture, isNew: Bool) throws { try append(picture) }

    func complete() throws -> EncodedPictures.Content { .video(try finish()) }
}
