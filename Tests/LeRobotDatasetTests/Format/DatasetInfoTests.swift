import LeRobotDataset
import OrderedCollections
import PythonJSON
import RecordingTypes
import SystemPackage
import Testing

@Suite("info.json is the text that LeRobot 0.6.1 writes")
struct DatasetInfoTests {
    static let session = SessionDescription(
        robotType: "so_follower", fps: 30, observation: .observation(["shoulder_pan.pos", "gripper.pos"]),
        action: .action(["shoulder_pan.pos", "gripper.pos"]),
        cameras: [
            .init(
                name: "front", format: CameraFormat(width: 64, height: 48, fps: 30, pixelFormat: .mjpeg),
                target: .video(VideoEncoderSettings()))
        ], repoID: "user/name")

    static let video = VideoDescription(
        width: 64, height: 48, codec: "av1", pixelFormat: "yuv420p", fps: 30, frameCount: 12, byteCount: 1000,
        settings: VideoEncoderSettings())

    @Test("a new dataset, and one with an episode")
    func text() throws {
        var info = DatasetInfo(session: Self.session)
        #expect(String(decoding: info.text, as: UTF8.self) == Self.expected(episodes: 0))
        info.count(frames: 12, tasks: 1)
        info.features[2].describe(Self.video)
        #expect(String(decoding: info.text, as: UTF8.self) == Self.expected(episodes: 1))
    }

    @Test("reading and writing again changes nothing, whatever keys are there")
    func unknownKeys() throws {
        let text = Self.expected(episodes: 1)
            .replacing(
                "\n    }\n}", with: "\n    },\n    \"my_key\": {\n        \"b\": 1.50,\n        \"a\": []\n    }\n}"
            )
            .replacing("\"video.fps\": 30,", with: "\"video.fps\": 30,\n                \"video.extra\": 1e5,")
        let info = try DatasetInfo(reading: Array(text.utf8), subject: "info.json")
        #expect(String(decoding: info.text, as: UTF8.self) == text)
        #expect(info.features.map(\.name).prefix(3) == ["action", "observation.state", "observation.images.front"])
        #expect(info.totalFrames == 12 && info.robotType == "so_follower")
    }

    @Test("another format version is refused with the way out")
    func version() {
        let text = Self.expected(episodes: 1).replacing("v3.0", with: "v2.1")
        #expect {
            try DatasetInfo(reading: Array(text.utf8), subject: "info.json")
        } throws: {
            ($0 as? ReelError)?.kind == .mismatch && ($0 as? ReelError)?.remedy?.contains("convert_dataset") == true
        }
    }

    @Test("encoder settings stand in the info block as numbers or words, as they were given")
    func encoderSettings() {
        var feature = Feature.video("observation.images.front", width: 64, height: 48)
        var video = Self.video
        video.settings = VideoEncoderSettings(
            kind: .h264, gop: nil, crf: 23.5, preset: "ultrafast", extraOptions: ["tune": "film", "bf": "0"])
        feature.describe(video)
        let info = feature.definition["info"]?.object
        #expect(info?["video.g"] == .null)
        #expect(info?["video.crf"] == .number("23.5"))
        #expect(info?["video.preset"] == .string("ultrafast"))
        #expect(info?["video.extra_options"] == .object(["bf": .string("0"), "tune": .string("film")]))
    }

    @Test("a video of other size, codec, pixel format or rate is told apart; other encoder settings are not")
    func difference() {
        var feature = Feature.video("observation.images.front", width: 64, height: 48)
        feature.describe(Self.video)
        var other = Self.video
        other.settings = nil
        #expect(feature.difference(from: other) == nil)
        other.codec = "h264"
        #expect(feature.difference(from: other) == "codec h264, the dataset has av1")
        other = Self.video
        other.width = 32
        #expect(feature.difference(from: other) == "pictures of 32×48, the dataset has 64×48")
    }

    @Test("files are numbered on into the next chunk")
    func fileIndex() {
        #expect(FileIndex(chunk: 0, file: 998).following(chunkSize: 1000) == FileIndex(chunk: 0, file: 999))
        #expect(FileIndex(chunk: 0, file: 999).following(chunkSize: 1000) == FileIndex(chunk: 1, file: 0))
        #expect(FileIndex(chunk: 12, file: 1234).name == "chunk-012/file-1234")
    }

    @Test("paths follow info.json's templates and never leave the dataset")
    func layout() throws {
        var info = DatasetInfo(session: Self.session)
        let index = FileIndex(chunk: 1, file: 7)
        let layout = DatasetLayout(root: "/set", info: info)
        #expect(try layout.data(index) == "/set/data/chunk-001/file-007.parquet")
        #expect(
            try layout.video("observation.images.front", index)
                == "/set/videos/observation.images.front/chunk-001/file-007.mp4")
        #expect(layout.episodes(index) == "/set/meta/episodes/chunk-001/file-007.parquet")
        for (template, name) in [
            ("{chunk_index}/{file_index:06d}.parquet", "1/000007"),
            ("{chunk_index:d}/{file_index:02d}.parquet", "1/07"),
        ] {
            info.dataPath = "data/\(template)"
            let layout = DatasetLayout(root: "/set", info: info)
            #expect(try layout.data(index).string == "/set/data/\(name).parquet")
        }
        for template in [
            "../{file_index}.parquet", "/tmp/x.parquet", "data/{other}.parquet", "data/{file_index:x}.parquet",
            "data/{file_index:0999999999d}.parquet", "data/{file_index:3d}.parquet",
        ] {
            info.dataPath = template
            let layout = DatasetLayout(root: "/set", info: info)
            #expect(throws: ReelError.self) { try layout.data(index) }
        }
    }

    /// What LeRobot 0.6.1 wrote for `create(...)` with these features, and after an episode of 12 frames.
    static func expected(episodes: Int) -> String {
        let video =
            episodes == 0
            ? ""
            : """
            ,
                            "video.height": 48,
                            "video.width": 64,
                            "video.codec": "av1",
                            "video.pix_fmt": "yuv420p",
                            "video.fps": 30,
                            "video.channels": 3,
                            "has_audio": false,
                            "video.g": 2,
                            "video.crf": 30,
                            "video.preset": 12,
                            "video.fast_decode": 0,
                            "video.video_backend": "pyav",
                            "video.extra_options": {}
            """
        func vector(_ name: String) -> String {
            """
                    "\(name)": {
                        "dtype": "float32",
                        "shape": [
                            2
                        ],
                        "names": [
                            "shoulder_pan.pos",
                            "gripper.pos"
                        ]
                    }
            """
        }
        func number(_ name: String, _ dtype: String) -> String {
            """
                    "\(name)": {
                        "dtype": "\(dtype)",
                        "shape": [
                            1
                        ],
                        "names": null
                    }
            """
        }
        let numbers = ["frame_index", "episode_index", "index", "task_index"].map { number($0, "int64") }
        return """
            {
                "codebase_version": "v3.0",
                "fps": 30,
                "features": {
            \(vector("action")),
            \(vector("observation.state")),
                    "observation.images.front": {
                        "dtype": "video",
                        "shape": [
                            48,
                            64,
                            3
                        ],
                        "names": [
                            "height",
                            "width",
                            "channels"
                        ],
                        "info": {
                            "is_depth_map": false\(video)
                        }
                    },
            \(number("timestamp", "float32")),
            \(numbers.joined(separator: ",\n"))
                },
                "total_episodes": \(episodes),
                "total_frames": \(episodes * 12),
                "total_tasks": \(episodes),
                "chunks_size": 1000,
                "data_files_size_in_mb": 100,
                "video_files_size_in_mb": 200,
                "data_path": "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet",
                "video_path": "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4",
                "robot_type": "so_follower",
                "splits": {\(episodes == 0 ? "" : "\n        \"train\": \"0:\(episodes)\"\n    ")}
            }
            """
    }
}
