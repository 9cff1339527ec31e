import ArgumentParser

/// The dataset.
struct DatasetOptions: FlagGroup {
    @Option(flag: "dataset.repo_id") var repoId: String?
    @Option(flag: "dataset.single_task") var singleTask: String?
    @Option(flag: "dataset.root") var root: String?
    @Option(flag: "dataset.fps") var fps: String?
    @Option(flag: "dataset.episode_time_s") var episodeTimeS: String?
    @Option(flag: "dataset.reset_time_s") var resetTimeS: String?
    @Option(flag: "dataset.num_episodes") var numEpisodes: String?
    @Option(flag: "dataset.no_stamp") var noStamp: String?
    @Option(flag: "dataset.video_encoding_batch_size") var videoEncodingBatchSize: String?
    @Option(flag: "dataset.streaming_encoding") var streamingEncoding: String?
    @Option(flag: "dataset.encoder_threads") var encoderThreads: String?
    @Option(flag: "dataset.video") var video: String?
    @Option(flag: "dataset.push_to_hub") var pushToHub: String?
    @Option(flag: "dataset.private") var isPrivate: String?
    @Option(flag: "dataset.tags") var tags: String?
    @Option(flag: "dataset.num_image_writer_processes") var numImageWriterProcesses: String?
    @Option(flag: "dataset.num_image_writer_threads_per_camera") var numImageWriterThreadsPerCamera: String?
    @Option(flag: "dataset.encoder_queue_maxsize") var encoderQueueMaxsize: String?

    var given: [(name: String, value: String?)] {
        [
            ("dataset.repo_id", repoId),
            ("dataset.single_task", singleTask),
            ("dataset.root", root),
            ("dataset.fps", fps),
            ("dataset.episode_time_s", episodeTimeS),
            ("dataset.reset_time_s", resetTimeS),
            ("dataset.num_episodes", numEpisodes),
            ("dataset.no_stamp", noStamp),
            ("dataset.video_encoding_batch_size", videoEncodingBatchSize),
            ("dataset.streaming_encoding", streamingEncoding),
            ("dataset.encoder_threads", encoderThreads),
            ("dataset.video", video),
            ("dataset.push_to_hub", pushToHub),
            ("dataset.private", isPrivate),
            ("dataset.tags", tags),
            ("dataset.num_image_writer_processes", numImageWriterProcesses),
            ("dataset.num_image_writer_threads_per_camera", numImageWriterThreadsPerCamera),
            ("dataset.encoder_queue_maxsize", encoderQueueMaxsize),
        ]
    }
}
