import OrderedCollections
import PythonJSON
package import RecordingTypes

extension Feature {
    /// Fills the `info` block from a finished video, with the keys and in the order of LeRobot 0.6.1. Keys that are
    /// there already and that a video does not tell stay.
    package mutating func describe(_ video: VideoDescription) {
        var info = definition["info"]?.object ?? ["is_depth_map": .bool(false)]
        info["video.height"] = .integer(video.height)
        info["video.width"] = .integer(video.width)
        info["video.codec"] = .string(video.codec)
        info["video.pix_fmt"] = .string(video.pixelFormat)
        info["video.fps"] = .integer(video.fps)
        info["video.channels"] = .integer(video.pixelFormat.hasPrefix("gray") ? 1 : 3)
        info["has_audio"] = .bool(false)
        if let settings = video.settings {
            info["video.g"] = settings.gop.map(JSONValue.integer) ?? .null
            info["video.crf"] = settings.crf.map(Self.number) ?? .null
            info["video.preset"] = Self.preset(of: settings)
            info["video.fast_decode"] = .integer(settings.fastDecode)
            info["video.video_backend"] = .string("pyav")
            info["video.extra_options"] = .object(
                JSONObject(
                    uniqueKeysWithValues: settings.extraOptions.sorted { $0.key < $1.key }.map {
                        ($0.key, .string($0.value))
                    }))
        }
        definition["info"] = .object(info)
    }

    /// Whether the video can stand in one dataset with those that `info` describes: LeRobot decodes all of a camera's
    /// files alike, so size, rate, codec and pixel format must be the same. Encoder settings may differ.
    /// - Returns: What differs, as "codec h264, the dataset has av1"; nil when nothing does.
    package func difference(from video: VideoDescription) -> String? {
        if shape.count == 3, height != video.height || width != video.width {
            return "pictures of \(video.width)×\(video.height), the dataset has \(width)×\(height)"
        }
        guard let info = definition["info"]?.object else { return nil }
        if let codec = info["video.codec"]?.string, codec != video.codec {
            return "codec \(video.codec), the dataset has \(codec)"
        }
        if let format = info["video.pix_fmt"]?.string, format != video.pixelFormat {
            return "pixel format \(video.pixelFormat), the dataset has \(format)"
        }
        if let fps = info["video.fps"]?.integer, fps != video.fps {
            return "\(video.fps) pictures a second, the dataset has \(fps)"
        }
        return nil
    }

    /// Python keeps whole numbers and reals apart; a whole factor is written as the whole number it was given as.
    private static func number(_ value: Double) -> JSONValue {
        Int(exactly: value).map(JSONValue.integer) ?? .real(value)
    }

    /// The kind's own is written out where none was given.
    private static func preset(of settings: VideoEncoderSettings) -> JSONValue {
        guard let preset = settings.preset ?? settings.kind.standardPreset else { return .null }
        return Int(preset).map(JSONValue.integer) ?? .string(preset)
    }
}
