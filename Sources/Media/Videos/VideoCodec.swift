import CFFmpeg
import RecordingTypes

/// An encoder for a dataset's videos: LeRobot's name for it and FFmpeg's.
package struct VideoCodec: Hashable, Sendable {
    /// LeRobot's name: "libsvtav1", "h264".
    package let name: String
    /// FFmpeg's name of the encoder: "libsvtav1", "libx264".
    package let encoder: String

    /// LeRobot's hardware encoders, in the order in which "auto" tries them.
    static let hardwareNames = [
        "h264_videotoolbox", "hevc_videotoolbox", "h264_nvenc", "hevc_nvenc", "h264_vaapi", "h264_qsv",
    ]

    /// All names that LeRobot 0.6.1 takes, `auto` last (its `configs/video.py`).
    package static let names = ["libsvtav1", "h264", "hevc", "libaom-av1"] + hardwareNames + ["auto"]

    /// Finds the encoder for one of LeRobot's names. `auto` is the first hardware encoder that really opens here, else
    /// libsvtav1.
    /// - Throws: `ReelError(.usage)` for a name that LeRobot does not know, saying which there are;
    ///   `ReelError(.unavailable)` when FFmpeg here was built without it.
    package static func resolve(_ name: String) throws -> VideoCodec {
        FFmpegLog.begin()
        switch name {
        case "auto":
            for hardware in hardwareNames where VideoCodec(name: hardware).opens { return VideoCodec(name: hardware) }
            return try resolve("libsvtav1")
        case "av1": return try resolve("libsvtav1")
        case "libx264": throw unknown(name, remedy: "It is called h264.")
        case "libx265": throw unknown(name, remedy: "It is called hevc.")
        case _ where names.contains(name):
            let codec = VideoCodec(name: name)
            guard codec.isBuiltIn else {
                throw ReelError(
                    .unavailable, "use the video codec \(name)",
                    cause: "FFmpeg here was built without \(codec.encoder)",
                    remedy: "There are: \(available.joined(separator: ", ")).")
            }
            return codec
        default:
            throw unknown(name, remedy: "There are: \((available + ["auto"]).joined(separator: ", ")).")
        }
    }

    /// The names whose encoders FFmpeg here was built with; hardware may be missing all the same.
    package static var available: [String] {
        names.filter { $0 != "auto" && VideoCodec(name: $0).isBuiltIn }
    }

    private init(name: String) {
        self.name = name
        switch name {
        case "h264": encoder = "libx264"
        case "hevc": encoder = "libx265"
        default: encoder = name
        }
    }

    private static func unknown(_ name: String, remedy: String) -> ReelError {
        ReelError(.usage, "use the video codec \(name)", cause: "LeRobot knows no codec of this name", remedy: remedy)
    }

    private var isBuiltIn: Bool { avcodec_find_encoder_by_name(encoder) != nil }

    /// Whether it opens with LeRobot's default settings, which tells whether the hardware and its driver are there.
    private var opens: Bool {
        (try? openEncoder(VideoEncoderSettings(codec: name), width: 640, height: 480, fps: 30)) != nil
    }
}
