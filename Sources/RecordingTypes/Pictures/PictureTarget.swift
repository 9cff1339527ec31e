/// What the dataset makes of a camera's pictures.
package enum PictureTarget: Hashable, Sendable {
    /// One video an episode, encoded so.
    case video(VideoEncoderSettings)
    /// A PNG in every row of the data files.
    case images

    /// `encoder` is what a video is encoded with.
    package init(_ storage: PictureStorage, encoder: VideoEncoderSettings) {
        self =
            switch storage {
            case .video: .video(encoder)
            case .images: .images
            }
    }

    package var storage: PictureStorage {
        switch self {
        case .video: .video
        case .images: .images
        }
    }

    /// Nil where no video is made.
    package var encoder: VideoEncoderSettings? {
        switch self {
        case .video(let settings): settings
        case .images: nil
        }
    }
}

extension PictureTarget: Codable {
    private enum CodingKeys: String, CodingKey {
        case storage, encoder
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self =
            switch try values.decode(PictureStorage.self, forKey: .storage) {
            case .video: .video(try values.decode(VideoEncoderSettings.self, forKey: .encoder))
            case .images: .images
            }
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(storage, forKey: .storage)
        try values.encodeIfPresent(self.encoder, forKey: .encoder)
    }
}
