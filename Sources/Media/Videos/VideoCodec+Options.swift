package import RecordingTypes

extension VideoCodec {
    /// The settings as they come out in the dataset: the encoder that was found, and the preset that is used where none was
    /// given.
    package func completed(_ settings: VideoEncoderSettings) -> VideoEncoderSettings {
        var settings = settings
        settings.kind = kind
        settings.preset = settings.preset ?? kind.standardPreset
        return settings
    }

    /// The encoder's options for the settings, as LeRobot 0.6.1 maps them (`VideoEncoderConfig.get_codec_options`).
    /// Extra options come last and never take another's place.
    /// - Throws: `ReelError(.usage)` for a value that the encoder cannot take.
    package func options(for settings: VideoEncoderSettings) throws -> [String: String] {
        let settings = completed(settings)
        var options: [String: String] = [:]
        options["g"] = settings.gop.map(String.init)
        let crf = settings.crf.map(Self.number)
        if kind.takesWholeFactors, let value = settings.crf, value.rounded() != value {
            throw ReelError(
                .usage, "use the video codec \(kind.rawValue)",
                cause: "crf is \(value), and it takes whole numbers only")
        }
        switch kind {
        case .libsvtav1:
            options["crf"] = crf
            options["preset"] = settings.preset
            let threads = settings.threads.map { ":lp=\($0)" } ?? ""
            options["svtav1-params"] = "fast-decode=\(min(max(settings.fastDecode, 0), 2))\(threads)"
        case .h264, .hevc:
            options["crf"] = crf
            options["preset"] = settings.preset
            if settings.fastDecode != 0 { options["tune"] = "fastdecode" }
            options["threads"] = settings.threads.map(String.init)
        case .libaomAV1:
            options["crf"] = crf
            options["preset"] = settings.preset
            options["threads"] = settings.threads.map(String.init)
            if settings.threads != nil { options["row-mt"] = "1" }
        case .h264VideoToolbox, .hevcVideoToolbox:
            options["q:v"] = settings.crf.map { Self.number(min(max(100 - $0 * 2, 1), 100)) }
        case .h264NVENC, .hevcNVENC:
            options["rc"] = "0"
            options["qp"] = crf
            options["preset"] = settings.preset
        case .h264VAAPI:
            options["qp"] = crf
        case .h264QSV:
            options["global_quality"] = crf
            options["preset"] = settings.preset
        case .auto:
            options["crf"] = crf
            options["preset"] = settings.preset
        }
        // "profile:v", as on ffmpeg's command line and in LeRobot's documents, is the option of the only stream there is.
        let extra = settings.extraOptions.map { name, value in
            (name.hasSuffix(":v") ? String(name.dropLast(2)) : name, value)
        }
        return options.merging(extra) { own, _ in own }
    }

    /// "30" for 30.0, "30.5" for 30.5.
    private static func number(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? String(value)
    }
}
