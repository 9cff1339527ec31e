import RecordingTypes

/// Reads `--dataset.rgb_encoder.*` and `--dataset.encoder_threads`.
struct EncoderReader {
    let values: FlagValues

    private static let pixelFormats: [PixelFormat] = [.yuv420p, .yuv422p, .yuv444p]
    private static let part = "dataset.rgb_encoder"

    /// The settings, checked as far as it goes without opening an encoder.
    /// - Throws: `ReelError(.usage)`.
    func settings() throws -> VideoEncoderSettings {
        let kind = try self.kind()
        let crf = values["\(Self.part).crf"]
        let settings = VideoEncoderSettings(
            kind: kind, pixelFormat: try pixelFormat(),
            gop: try values["\(Self.part).g"].integer(1...FlagValue.unlimited),
            crf: try crf.number(0...63),
            preset: try preset(kind),
            fastDecode: try values.integer("\(Self.part).fast_decode", 0...2),
            threads: try values["dataset.encoder_threads"].integer(1...1024),
            extraOptions: try extraOptions())
        if kind.takesWholeFactors, let value = settings.crf, value != value.rounded() {
            throw crf.refusal("\(kind.rawValue) takes whole numbers only", remedy: "Take 30 or 31, or another vcodec.")
        }
        return settings
    }

    private func kind() throws -> VideoEncoderKind {
        let value = values["\(Self.part).vcodec"]
        let name = try value.text() ?? VideoEncoderKind.standard.rawValue
        guard let kind = VideoEncoderKind(lerobotName: name) else {
            let hint = VideoEncoderKind.meant(by: name).map { " (\(name) is \($0.rawValue) here)" }
            let there = VideoEncoderKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw value.refusal("there is no such encoder\(hint ?? "")", remedy: "There are: \(there).")
        }
        return kind
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

    private func preset(_ kind: VideoEncoderKind) throws -> String? {
        let value = values["\(Self.part).preset"]
        let preset = try value.text()
        if let presets = kind.presets, preset != nil { _ = try value.integer(presets) }
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
