/// The flags of the dataset and its videos.
extension RecordFlags {
    private static let noPictures = "the encoder process makes the PNGs of --dataset.video=false"
    private static let upload = "Reel does not upload yet; afterwards: hf upload <repo_id> <root> --repo-type dataset"

    static let dataset: [RecordFlag] = [
        RecordFlag(
            "dataset.repo_id", .text, .dataset, standard: "",
            .differs("Empty is refused."), "The dataset's name: user/name; a date and time are put behind it."),
        RecordFlag(
            "dataset.single_task", .text, .dataset, standard: "",
            .differs(
                "Empty is refused. Taken letter by letter: LeRobot reads it as YAML, so \"Pick: cube\" is garbled there."
            ),
            "The task as a sentence."),
        RecordFlag(
            "dataset.root", .path, .dataset, isOptional: true, .differs("A leading ~/ is the home directory."),
            "The dataset's directory (default: $HF_LEROBOT_HOME/<repo_id>); required to resume."),
        RecordFlag("dataset.fps", .integer, .dataset, standard: "30", "Rows a second, of the loop and of the dataset."),
        RecordFlag(
            "dataset.episode_time_s", .number, .dataset, standard: "60",
            "The longest that an episode lasts, in seconds."),
        RecordFlag(
            "dataset.reset_time_s", .number, .dataset, standard: "60", "The time between episodes, in seconds."),
        RecordFlag("dataset.num_episodes", .integer, .dataset, standard: "50", "Episodes to record in this session."),
        RecordFlag(
            "dataset.no_stamp", .boolean, .dataset, standard: "false", "Put no date and time behind the name."),
        RecordFlag(
            "dataset.video_encoding_batch_size", .integer, .dataset, standard: "1",
            .differs("Works (LeRobot 0.6.1 dies at the first batch); refused together with streaming_encoding."),
            "Takes that wait before they are encoded; more than num_episodes: all at the end."),
        RecordFlag(
            "dataset.streaming_encoding", .boolean, .dataset, standard: "false",
            .differs("Never drops a frame."), "Encode a take while it is being recorded."),
        RecordFlag(
            "dataset.encoder_threads", .integer, .dataset, isOptional: true,
            "Threads of one encoder (default: the encoder decides)."),
        RecordFlag(
            "dataset.video", .boolean, .dataset, standard: "true",
            "Store the pictures as video; false: as PNGs in the data files, without loss and much larger."),
        RecordFlag(
            "dataset.push_to_hub", .boolean, .dataset, standard: "false", leRobotStandard: "true",
            .only("false", otherwise: upload), "Upload at the end."),
        RecordFlag(
            "dataset.private", .boolean, .dataset, isOptional: true, .only(nil, otherwise: upload),
            "Upload as private."),
        RecordFlag(
            "dataset.tags", .list, .dataset, isOptional: true, .only(nil, otherwise: upload),
            "Tags of the uploaded dataset."),
        RecordFlag(
            "dataset.num_image_writer_processes", .integer, .dataset, standard: "0", .noEffect(noPictures),
            "Processes that write PNG files."),
        RecordFlag(
            "dataset.num_image_writer_threads_per_camera", .integer, .dataset, standard: "4", .noEffect(noPictures),
            "Threads that write PNG files."),
        RecordFlag(
            "dataset.encoder_queue_maxsize", .integer, .dataset, standard: "30",
            .noEffect("frames wait on the disk and none is dropped"), "Frames that wait for an encoder."),
    ]

    static let rgbEncoder: [RecordFlag] = [
        RecordFlag(
            "dataset.rgb_encoder.vcodec", .text, .encoder, standard: "libsvtav1",
            .differs("auto takes a hardware encoder only when it really opens."),
            "libsvtav1, h264, hevc, libaom-av1, auto, or a hardware encoder's name."),
        RecordFlag(
            "dataset.rgb_encoder.pix_fmt", .text, .encoder, standard: "yuv420p",
            .differs("yuv420p, yuv422p and yuv444p."), "Pixel format of the videos."),
        RecordFlag(
            "dataset.rgb_encoder.g", .integer, .encoder, standard: "2", isOptional: true,
            "Pictures from one key frame to the next."),
        RecordFlag(
            "dataset.rgb_encoder.crf", .number, .encoder, standard: "30", isOptional: true,
            "Quality: less is better and bigger; a whole number for libsvtav1."),
        RecordFlag(
            "dataset.rgb_encoder.preset", .text, .encoder, isOptional: true,
            "The encoder's preset: a number for libsvtav1 (12 if not given), a word for h264 and hevc."),
        RecordFlag(
            "dataset.rgb_encoder.fast_decode", .integer, .encoder, standard: "0",
            .differs("Outside 0 to 2 is refused."), "Make decoding cheaper: 0, 1 or 2."),
        RecordFlag(
            "dataset.rgb_encoder.video_backend", .text, .encoder, standard: "pyav",
            .only("pyav", otherwise: "it is the only one LeRobot knows; Reel uses the same FFmpeg libraries"),
            "Who encodes."),
        RecordFlag(
            "dataset.rgb_encoder.extra_options", .mapping, .encoder, standard: "{}",
            "FFmpeg options for the encoder: \"{tune: film}\"; they never override the ones above."),
    ]

    static let depthEncoder: [RecordFlag] = depthFlags.map { name, kind, standard in
        RecordFlag(
            "dataset.depth_encoder.\(name)", kind, .depth, standard: standard, isOptional: standard == nil,
            .refused("Reel records no depth yet"), "Depth video.")
    }

    private static let depthFlags: [(String, RecordFlag.Kind, String?)] = [
        ("vcodec", .text, "hevc"), ("pix_fmt", .text, "gray12le"), ("g", .integer, "2"), ("crf", .number, "30"),
        ("preset", .text, nil), ("fast_decode", .integer, "0"), ("video_backend", .text, "pyav"),
        ("extra_options", .mapping, "{x265-params: lossless=1}"), ("depth_min", .number, "0.01"),
        ("depth_max", .number, "10.0"), ("shift", .number, "3.5"), ("use_log", .boolean, "true"),
    ]
}
