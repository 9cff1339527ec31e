import RecordingTypes

/// Reads `--dataset.rgb_encoder.*` and `--dataset.encoder_threads`.
struct EncoderReader {
    let values: FlagValues

    /// Names that LeRobot 0.6.1 takes (lerobot/configs/video.py).
    static let codecs = [
        "libsvtav1", "h264", "hevc", "libaom-av1", "auto", "h264_videotoolbox", "hevc_videotoolbox", "h264_nvenc",
        "hevc_nvenc", "h264_vaapi", "h264_qsv",
    ]
    private static let pixelFormats: [PixelFormat] = [.yuv420p, .yuv422p, .yuv444p]
    private static let part = "dataset.rgb_encoder"

    /// The settings, checked as far as it goes without opening an encoder.
    /// - Throws: `ReelError(.usage)`.
    func settings() throws -> VideoEncoderSettings {
        let codec = try self.codec()
        let crf = values["\(Self.part).crf"]
        let settings = VideoEncoderSettings(
            codec: codec, pixelFormat: try pixelFormat(),
            gop: try values["\(Self.part).g"].integer(1...FlagValue.unlimited),
            crf: try crf.number(0...63),
            preset: try preset(codec),
            fastDecode: try values.integer("\(Self.part).fast_decode", 0...2),
            threads: try values["dataset.encoder_threads"].integer(1...1024),
            extraOptions: try extraOptions())
        if codec == "libsvtav1", let value = settings.crf, value != value.rounded() {
            throw crf.refusal("libsvtav1 takes whole numbers only", remedy: "Take 30 or 31, or another vcodec.")
        }
        return settings
    }

    private func codec() throws -> String {
        let value = values["\(Self.part).vcodec"]
        let name = try value.text() ?? "libsvtav1"
        if name == "av1" { return "libsvtav1" }
        guard Self.codecs.contains(name) else {
            let hint = ["libx264": "h264", "libx265": "hevc", "h265": "hevc"][name].map { " (\(name) is \($0) here)" }
            throw value.refusal(
                "there is no such encoder\(hint ?? "")", remedy: "There are: \(Self.codecs.joined(separator: ", ")).")
        }
        return name
    }

    private func pixelFormat() throws -> PixelFormat {
        let value = values["\(Self.part).pix_fmt"]
        guard let format = try value.text().flatMap(PixelFormat.init(rawValue:)), Self.pixelFormats.contains(format)
        else {
            let there = Self.pixelFormats.map(\.rawValue).joined(separator: ", ")
            throw value.refusal("this pixel format is not possible", remedy: "There are: \(there).")
        }
        return format
    }

    private func preset(_ codec: String) throws -> String? {
        let value = values["\(Self.part).preset"]
        let preset = try value.text()
        if codec == "libsvtav1" && preset != nil { _ = try value.integer(-2...13) }
        return preset
    }

    private func extraOptions() throws -> [String: String] {
        let value = values["\(Self.part).extra_options"]
        var options: [String: String] = [:]
        for entry in try value.entries() {
            guard let text = entry.value.text else {
                throw value.refusal(
                    of: entry.value, called: "key \(entry.key)", "an FFmpeg option is a text or a number")
            }
            options[entry.key] = text
        }
        return options
    }
}
