/// How the dataset's videos are encoded: LeRobot's `--dataset.rgb_encoder.*` and `--dataset.encoder_threads`
/// (LeRobot 0.6.1, `configs/video.py`).
package struct VideoEncoderSettings: Hashable, Codable, Sendable {
    package var kind: VideoEncoderKind
    /// The pixel format in the dataset, `yuv420p` unless asked otherwise.
    package var pixelFormat: PixelFormat
    /// Pictures from one key frame to the next; nil leaves it to the encoder.
    package var gop: Int?
    /// Constant rate factor; nil leaves it to the encoder.
    package var crf: Double?
    /// The encoder's preset: a number for libsvtav1, a word for h264 and hevc; nil leaves it to the kind.
    package var preset: String?
    /// 0, 1 or 2.
    package var fastDecode: Int
    /// Threads for one encoder; nil leaves it to the encoder.
    package var threads: Int?
    /// FFmpeg options by name, merged last; they never override the ones above.
    package var extraOptions: [String: String]

    package init(
        kind: VideoEncoderKind = .standard, pixelFormat: PixelFormat = .yuv420p, gop: Int? = 2, crf: Double? = 30,
        preset: String? = nil, fastDecode: Int = 0, threads: Int? = nil, extraOptions: [String: String] = [:]
    ) {
        self.kind = kind
        self.pixelFormat = pixelFormat
        self.gop = gop
        self.crf = crf
        self.preset = preset
        self.fastDecode = fastDecode
        self.threads = threads
        self.extraOptions = extraOptions
    }

    /// The kind goes by the name that the spool had for it before there were kinds.
    private enum CodingKeys: String, CodingKey {
        case kind = "codec"
        case pixelFormat, gop, crf, preset, fastDecode, threads, extraOptions
    }
}
