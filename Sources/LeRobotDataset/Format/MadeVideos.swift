import OrderedCollections
import PythonJSON
package import RecordingTypes

/// What a dataset's videos of a camera are, as far as new ones must be the same.
package struct MadeVideos: Hashable, Sendable {
    /// "av1", "h264", "hevc"
    package var codec: String
    /// "yuv420p"
    package var pixelFormat: String

    /// The first kind of encoder that makes such; nil where Reel has none.
    package var kind: VideoEncoderKind? { VideoEncoderKind.allCases.first { $0.codec == codec } }

    /// Whether an encoder makes such videos. What `auto` will make is not known before it is opened.
    package func matches(_ settings: VideoEncoderSettings) -> Bool {
        settings.pixelFormat.rawValue == pixelFormat && (settings.kind.codec ?? codec) == codec
    }

    /// The settings of an encoder that makes such videos, as close to others as may be.
    /// - Throws: `ReelError` (mismatch) where Reel has no encoder for them.
    package func adapting(_ settings: VideoEncoderSettings) throws -> VideoEncoderSettings {
        var settings = settings
        guard let format = PixelFormat(rawValue: pixelFormat),
            let kind = settings.kind.codec == codec ? settings.kind : kind
        else {
            throw ReelError(
                .mismatch, "continue the dataset", subject: "its videos",
                cause: "they are \(codec) in \(pixelFormat), for which Reel has no encoder")
        }
        settings.pixelFormat = format
        if kind != settings.kind { (settings.kind, settings.preset) = (kind, nil) }
        return settings
    }
}

extension Feature {
    /// Nil before the first episode, and where `info` does not say.
    package var madeVideos: MadeVideos? {
        guard isVideo, let info = definition["info"]?.object, let codec = info["video.codec"]?.string,
            let format = info["video.pix_fmt"]?.string
        else { return nil }
        return MadeVideos(codec: codec, pixelFormat: format)
    }
}
