/// An encoder for a dataset's videos, by LeRobot's name for it (LeRobot 0.6.1, `configs/video.py`), and what is known of its
/// ways. Media gives it its options and opens it.
package enum VideoEncoderKind: String, Codable, CaseIterable, Sendable {
    case libsvtav1
    case h264
    case hevc
    case libaomAV1 = "libaom-av1"
    /// The first hardware encoder that really opens, else the standard; no encoder by itself.
    case auto
    case h264VideoToolbox = "h264_videotoolbox"
    case hevcVideoToolbox = "hevc_videotoolbox"
    case h264NVENC = "h264_nvenc"
    case hevcNVENC = "hevc_nvenc"
    case h264VAAPI = "h264_vaapi"
    case h264QSV = "h264_qsv"

    /// LeRobot's default.
    package static let standard = VideoEncoderKind.libsvtav1

    /// In the order in which `auto` tries them.
    package static let hardware = [
        VideoEncoderKind.h264VideoToolbox, .hevcVideoToolbox, .h264NVENC, .hevcNVENC, .h264VAAPI, .h264QSV,
    ]

    // MARK: - Names

    /// The one that LeRobot calls so; `av1` is another word for its default.
    package init?(lerobotName name: String) { self.init(rawValue: name == "av1" ? "libsvtav1" : name) }

    /// The one that FFmpeg calls so.
    package init?(encoderName name: String) {
        guard let kind = Self.allCases.first(where: { $0.encoderName == name }) else { return nil }
        self = kind
    }

    /// FFmpeg's name of the encoder.
    package var encoderName: String {
        switch self {
        case .h264: "libx264"
        case .hevc: "libx265"
        default: rawValue
        }
    }

    /// FFmpeg's name of what it makes; nil for `auto`, which is not known before it is opened.
    package var codec: String? {
        switch self {
        case .libsvtav1, .libaomAV1: "av1"
        case .h264, .h264VideoToolbox, .h264NVENC, .h264VAAPI, .h264QSV: "h264"
        case .hevc, .hevcVideoToolbox, .hevcNVENC: "hevc"
        case .auto: nil
        }
    }

    /// What somebody wants who gives a name that LeRobot does not take: FFmpeg's, or the standard's of the video.
    package static func meant(by name: String) -> VideoEncoderKind? {
        name == "h265" ? .hevc : VideoEncoderKind(encoderName: name)
    }

    // MARK: - Settings

    /// The preset that LeRobot uses where none is given, and writes down.
    package var standardPreset: String? { self == .libsvtav1 ? "12" : nil }

    /// The presets that it has, where they are numbers of its own.
    package var presets: ClosedRange<Int>? { self == .libsvtav1 ? -2...13 : nil }

    /// Its constant rate factor is a whole number.
    package var takesWholeFactors: Bool { self == .libsvtav1 }

    // MARK: - Ways

    /// It has many threads of its own, and is fastest when it may choose how many.
    package var hasOwnThreads: Bool { self == .libsvtav1 }

    /// It gives its threads real-time priority in a process that may, so it is not opened in one just to see whether it
    /// opens.
    package var takesRealTimePriority: Bool { self == .libsvtav1 }

    /// It waits for ever when it is closed before its first picture (libSvtAv1Enc 1.4.1), and complains on stderr when it is
    /// closed before it was told of the end.
    package var mustBeEndedBeforeItIsClosed: Bool { self == .libsvtav1 }

    /// It encodes no side of less pixels, as tried with SVT-AV1 1.4, x265 3.5, x264 164 and libaom 3.6.
    package var smallestSide: Int {
        switch self {
        case .libsvtav1: 64
        case .hevc: 16
        default: 2
        }
    }

    /// How many are best at work at once on so many cores. One a core, because encoders fill few cores by themselves at a
    /// robot's picture sizes; and one more, because each of them waits for the disk at its beginning and end (a quarter
    /// more pictures a second with h264 on 2 cores). Not so with SVT-AV1, whose many threads use what time there is: one
    /// more is no faster, and takes 400 MB.
    package func jobLimit(cores: Int) -> Int { hasOwnThreads ? cores : cores + 1 }
}
