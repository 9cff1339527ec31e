import ArgumentParser

/// The videos.
struct EncoderOptions: FlagGroup {
    @Option(flag: "dataset.rgb_encoder.vcodec") var vcodec: String?
    @Option(flag: "dataset.rgb_encoder.pix_fmt") var pixFmt: String?
    @Option(flag: "dataset.rgb_encoder.g") var g: String?
    @Option(flag: "dataset.rgb_encoder.crf") var crf: String?
    @Option(flag: "dataset.rgb_encoder.preset") var preset: String?
    @Option(flag: "dataset.rgb_encoder.fast_decode") var fastDecode: String?
    @Option(flag: "dataset.rgb_encoder.video_backend") var videoBackend: String?
    @Option(flag: "dataset.rgb_encoder.extra_options") var extraOptions: String?

    var given: [(name: String, value: String?)] {
        [
            ("dataset.rgb_encoder.vcodec", vcodec),
            ("dataset.rgb_encoder.pix_fmt", pixFmt),
            ("dataset.rgb_encoder.g", g),
            ("dataset.rgb_encoder.crf", crf),
            ("dataset.rgb_encoder.preset", preset),
            ("dataset.rgb_encoder.fast_decode", fastDecode),
            ("dataset.rgb_encoder.video_backend", videoBackend),
            ("dataset.rgb_encoder.extra_options", extraOptions),
        ]
    }
}
