/// How the dataset's videos are encoded: LeRobot's `--dataset.rgb_encoder.*` and `--dataset.encoder_threads`
/// (LeRobot 0.6.1, `configs/video.py`).
package struct VideoEncoderSettings: Hashable, Codable, Sendable {
    /// LeRobot's name: `libsvtav1`, `h264`, `hevc`, `libaom-av1`, a hardware name, or `auto`.
    package var codec: String
    /// The pixel format in the dataset, `yuv420p` unless asked otherwise.
    package var pixelFormat: PixelFormat
    /// Pictures from one key frame to the next; nil leaves it to the encoder.
    package var gop: Int?
    /// Constant rate factor; nil leaves it to the encoder.
    package var crf: Double?
    /// The encoder's preset: a number for libsvtav1 (12 when nil), a word for h264 and hevc.
    package var preset: String?
    /// 0, 1 or 2.
    package var fastDecode: Int
    /// Threads for one encoder; nil leaves it to the encoder.
    package var threads: Int?
    /// FFmpeg options by name, merged last; they never override the ones above.
    package var extraOptions: [String: String]

    package init(
        codec: String = "libsvtav1", pixelFormat: PixelFormat = .yuv420p, gop: Int? = 2, crf: Double? = 30,
        preset: String? = nil, fastDecode: Int = 0, threads: Int? = nil, extraOptions: [String: String] = [:]
    ) {
        self.codec = codec
        self.pixelFormat = pixelFormat
        self.gop = gop
        self.crf = crf
        self.preset = preset
        self.fastDecode = fastDecode
        self.threads = threads
        self.extraOptions = extraOptions
    }
}
