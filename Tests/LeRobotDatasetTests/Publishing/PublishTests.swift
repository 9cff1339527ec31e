import ArrowTables
import Glibc
import LeRobotDataset
import OrderedCollections
import Platform
import PythonJSON
import RecordingTypes
import SystemPackage
import Testing

@Suite("an episode is published whole, exactly once, in LeRobot's format")
struct PublishTests {
    @Test("each episode gets files of its own, numbered on, and nothing else is left behind")
    func files() throws {
        let dataset = try TestDataset.published(..<3)
        defer { dataset.remove() }
        #expect(
            try dataset.files().keys.sorted() == [
                "data/chunk-000/file-000.parquet", "data/chunk-000/file-001.parquet", "data/chunk-000/file-002.parquet",
                "meta/episodes/chunk-000/file-000.parquet", "meta/episodes/chunk-000/file-001.parquet",
                "meta/episodes/chunk-000/file-002.parquet", "meta/info.json", "meta/reel/chunk-000/file-000.parquet",
                "meta/reel/chunk-000/file-001.parquet", "meta/reel/chunk-000/file-002.parquet", "meta/stats.json",
                "meta/tasks.parquet", "videos/observation.images.front/chunk-000/file-000.mp4",
                "videos/observation.images.front/chunk-000/file-001.mp4",
                "videos/observation.images.front/chunk-000/file-002.mp4",
                "videos/observation.images.top/chunk-000/file-000.mp4",
                "videos/observation.images.top/chunk-000/file-001.mp4",
                "videos/observation.images.top/chunk-000/file-002.mp4",
            ])
        let info = try DatasetInfo(path: dataset.root.appending("meta/info.json"))
        #expect(info.totalEpisodes == 3 && info.totalFrames == 12 + 13 + 14 && info.totalTasks == 2)
        #expect(info.splits == ["train": .string("0:3")])
        #expect(info.features[2].definition["info"]?.object?["video.codec"] == .string("h264"))
    }

    @Test("chunks roll over")
    func chunks() throws {
        let dataset = try TestDataset.create()
        defer { dataset.remove() }
        var info = try DatasetInfo(path: dataset.root.appending("meta/info.json"))
        info.chunkSize = 2
        try AtomicFile.write(info.text, to: dataset.root.appending("meta/info.json"))
        try dataset.publish(0..<3)
        try dataset.publish(3..<5)
        let names = try dataset.files().keys
        #expect(names.contains("data/chunk-001/file-001.parquet") && names.contains("data/chunk-002/file-000.parquet"))
        #expect(names.contains("videos/observation.images.top/chunk-001/file-000.mp4"))
        #expect(!names.contains { $0.contains("file-002") })
    }

    @Test("the data file has LeRobot's columns, types and metadata")
    func dataFile() throws {
        let dataset = try TestDataset.published(..<2)
        defer { dataset.remove() }
        let reader = try ParquetReader(path: dataset.root.appending("data/chunk-000/file-001.parquet"))
        let vector = ColumnType.fixedSizeList(.float32, 2)
        #expect(
            reader.schema.fields == [
                ColumnField("action", vector), ColumnField("observation.state", vector),
                ColumnField("timestamp", .float32), ColumnField("frame_index", .int64),
                ColumnField("episode_index", .int64), ColumnField("index", .int64), ColumnField("task_index", .int64),
            ])
        #expect(reader.rowGroupCount == 1)
        // As datasets 4.8.5 wrote it for LeRobot, but for its fingerprint.
        let vectorText = #"{"feature": {"dtype": "float32", "_type": "Value"}, "length": 2, "_type": "List"}"#
        let numbers = ["frame_index", "episode_index", "index", "task_index"]
            .map { "\"\($0)\": {\"dtype\": \"int64\", \"_type\": \"Value\"}" }.joined(separator: ", ")
        let time = #""timestamp": {"dtype": "float32", "_type": "Value"}"#
        let features = "\"action\": \(vectorText), \"observation.state\": \(vectorText), \(time), \(numbers)"
        let expected = "{\"info\": {\"features\": {\(features)}}}"
        #expect(reader.schema.metadata("huggingface") == expected)
        let table = try reader.readAll()
        #expect(try table.float32s("action", width: 2) == dataset.values(1, 13, 0.5))
        #expect(try table.float32s("observation.state", width: 2) == dataset.values(1, 13, 0.25))
        #expect(try table.float32s("timestamp") == (0..<13).map { Float(Double($0) / 30) })
        #expect(try table.int64s("frame_index") == (0..<13).map(Int64.init))
        #expect(try table.int64s("episode_index") == [Int64](repeating: 1, count: 13))
        #expect(try table.int64s("index") == (12..<25).map(Int64.init))
        #expect(try table.int64s("task_index") == [Int64](repeating: 1, count: 13))
    }

    @Test("a robot of one joint has plain columns")
    func oneJoint() throws {
        var session = TestDataset.session(cameras: [])
        (session.action, session.observation) = (.action(["gripper.pos"]), .observation(["gripper.pos"]))
        let dataset = try TestDataset.create(session)
        defer { dataset.remove() }
        let draft = EpisodeDraft(
            identity: "a", length: 2, task: "pick", values: ["observation.state": [1, 2], "action": [3, 4]],
            videos: [:],
            statistics: EpisodeStatistics(), captureTimes: nil)
        _ = try dataset.recovered().publish(draft)
        let reader = try ParquetReader(path: dataset.root.appending("data/chunk-000/file-000.parquet"))
        #expect(reader.schema.fields[0] == ColumnField("action", .float32))
        #expect(try reader.readAll().float32s("action") == [3, 4])
    }

    @Test("what is observed and what is told are as many features of as many values as the session says")
    func blocks() throws {
        var session = TestDataset.session(cameras: [])
        session.observation = RowSchema([
            ValueBlock(feature: "observation.state", names: ["arm.pos", "battery", "hand.pos"]),
            ValueBlock(feature: "observation.effort", names: ["arm.current"]),
        ])
        session.action = .action(["arm.pos", "wheel.vel"])
        let dataset = try TestDataset.create(session)
        defer { dataset.remove() }
        let values: OrderedDictionary<String, [Float]> = [
            "observation.state": [1, 2, 3, 4, 5, 6], "observation.effort": [7, 8], "action": [9, 10, 11, 12],
        ]
        func draft(_ values: OrderedDictionary<String, [Float]>) -> EpisodeDraft {
            EpisodeDraft(
                identity: "a", length: 2, task: "pick", values: values, videos: [:], statistics: EpisodeStatistics(),
                captureTimes: nil)
        }
        let writer = try dataset.recovered()
        for (name, wrong) in [("observation.effort", nil), ("observation.force", [1, 2])] as [(String, [Float]?)] {
            var others = values
            others[name] = wrong
            let error = #expect(throws: ReelError.self) { _ = try writer.publish(draft(others)) }
            #expect(error?.kind == .mismatch && error?.cause.contains(name) == true)
        }
        #expect(try writer.publish(draft(values)) == 0)
        let table = try ParquetReader(path: dataset.root.appending("data/chunk-000/file-000.parquet")).readAll()
        #expect(
            table.schema.fields.prefix(3) == [
                ColumnField("action", .fixedSizeList(.float32, 2)),
                ColumnField("observation.state", .fixedSizeList(.float32, 3)),
                ColumnField("observation.effort", .float32),
            ])
        #expect(try table.float32s("action", width: 2) == values["action"])
        #expect(try table.float32s("observation.state", width: 3) == values["observation.state"])
        #expect(try table.float32s("observation.effort") == values["observation.effort"])
        let info = try Dataset(root: dataset.root).info
        #expect(info[feature: "observation.state"]?.names == ["arm.pos", "battery", "hand.pos"])
        #expect(info[feature: "observation.effort"]?.shape == [1] && info[feature: "action"]?.shape == [2])
        let stats = String(decoding: try File.read(dataset.root.appending("meta/stats.json")), as: UTF8.self)
        #expect(stats.contains("observation.effort"))
        #expect(try DatasetCheck.run(root: dataset.root, tools: nil).map(\.description) == [])
    }

    @Test("the episodes table has LeRobot's columns in its order")
    func episodesFile() throws {
        let dataset = try TestDataset.published(..<2)
        defer { dataset.remove() }
        let reader = try ParquetReader(path: dataset.root.appending("meta/episodes/chunk-000/file-001.parquet"))
        let statistics = ["min", "max", "mean", "std", "count", "q01", "q10", "q50", "q90", "q99"]
        let cameras = ["observation.images.front", "observation.images.top"]
        let features =
            ["action", "observation.state"] + cameras
            + ["timestamp", "frame_index", "episode_index", "index", "task_index"]
        let expected =
            [
                "episode_index", "tasks", "length", "data/chunk_index", "data/file_index", "dataset_from_index",
                "dataset_to_index",
            ]
            + cameras.flatMap { camera in
                ["chunk_index", "file_index", "from_timestamp", "to_timestamp"].map { "videos/\(camera)/\($0)" }
            }
            + features.flatMap { feature in statistics.map { "stats/\(feature)/\($0)" } }
            + ["meta/episodes/chunk_index", "meta/episodes/file_index"]
        #expect(reader.schema.fields.map(\.name) == expected)
        #expect(reader.schema.metadata.isEmpty)
        func type(_ name: String) -> ColumnType? { reader.schema.fields.first { $0.name == name }?.type }
        #expect(type("tasks") == .list(.utf8))
        #expect(type("stats/action/min") == .list(.float64))
        #expect(type("stats/action/count") == .list(.int64))
        #expect(type("stats/observation.images.top/q50") == .list(.list(.list(.float64))))
        #expect(type("videos/observation.images.top/to_timestamp") == .float64)

        let table = try reader.readAll()
        #expect(try table.int64s("episode_index") == [1] && table.int64s("length") == [13])
        #expect(try table.int64s("dataset_from_index") == [12] && table.int64s("dataset_to_index") == [25])
        #expect(try table.int64s("data/file_index") == [1] && table.int64s("meta/episodes/file_index") == [1])
        #expect(table["tasks"] == .list(offsets: [0, 1], values: .utf8(["place ü"])))
        #expect(try table.float64s("videos/observation.images.front/to_timestamp") == [13.0 / 30])
        #expect(table["stats/index/mean"] == .list(offsets: [0, 1], values: .float64([18])))
        let brightest = ColumnValues.float64([Double](repeating: 76.0 / 255, count: 3))
        let pixels = ColumnValues.list(offsets: [0, 1, 2, 3], values: brightest)
        let rows = ColumnValues.list(offsets: [0, 1, 2, 3], values: pixels)
        #expect(table["stats/observation.images.front/max"] == .list(offsets: [0, 3], values: rows))
    }

    @Test("tasks.parquet has the pandas entry without which LeRobot reads numbers for tasks")
    func tasksFile() throws {
        let dataset = try TestDataset.published(..<3)
        defer { dataset.remove() }
        let reader = try ParquetReader(path: dataset.root.appending("meta/tasks.parquet"))
        #expect(reader.schema.fields.map(\.name) == ["task_index", "task"])
        let table = try reader.readAll()
        #expect(try table.strings("task") == ["pick", "place ü"] && table.int64s("task_index") == [0, 1])
        let text = try #require(reader.schema.metadata("pandas"))
        let pandas = try JSONReader.read(Array(text.utf8), subject: "pandas").object
        #expect(pandas?["index_columns"] == .array([.string("task")]))
        #expect(pandas?["columns"]?.array?.count == 2)
    }

    @Test("real capture times stand beside the data, one row a frame")
    func captureTimes() throws {
        let dataset = try TestDataset.published(..<2)
        defer { dataset.remove() }
        let table = try ParquetReader(path: dataset.root.appending("meta/reel/chunk-000/file-001.parquet")).readAll()
        #expect(
            table.schema.fields.map(\.name) == [
                "episode_index", "frame_index", "monotonic_ns", "wall_ns", "late", "outcome", "note", "findings",
                "front/age_ns", "front/repeated", "front/sequence", "top/age_ns", "top/repeated", "top/sequence",
            ])
        #expect(table.rowCount == 13)
        #expect(try table.int64s("monotonic_ns")[1] == 2_033_333_333)
        #expect(try table.bools("late").filter { $0 }.count == 1)
        #expect(try table.int64s("top/sequence")[12] == 1012)
        #expect(try table.bools("front/repeated")[4])
        #expect(try Set(table.strings("outcome")) == [""])
    }

    @Test("stats.json is the aggregate of all episodes, within 1e-9")
    func aggregate() throws {
        let dataset = try TestDataset.published(..<5)
        defer { dataset.remove() }
        try dataset.publish(5..<9)
        let path = dataset.root.appending("meta/stats.json")
        let running = try EpisodeStatistics(reading: File.read(path), subject: path.string)
        // Without stats.json the writer makes the aggregate from all rows of the table.
        try File.remove(path)
        try dataset.publish(9..<10)
        let fromRows = try EpisodeStatistics(reading: File.read(path), subject: path.string)
        try AtomicFile.write(running.text, to: path)
        let other = try TestDataset.published(..<10)
        defer { other.remove() }
        let atOnce = try EpisodeStatistics(
            reading: File.read(other.root.appending("meta/stats.json")), subject: "stats.json")
        #expect(fromRows.features.keys == atOnce.features.keys)
        for (name, statistics) in atOnce.features {
            let found = try #require(fromRows.features[name])
            #expect(found.count == statistics.count)
            for (key, values) in statistics.arrays {
                for (left, right) in zip(values, found.arrays[key] ?? []) {
                    #expect(abs(left - right) <= 1e-9 * max(1, abs(left)), "\(name) \(key)")
                }
            }
        }
    }

    @Test("a take that does not fit is refused, and nothing has changed")
    func refusals() throws {
        let dataset = try TestDataset.published(..<1)
        defer { dataset.remove() }
        let before = try dataset.files()
        let writer = try dataset.recovered()
        let good = try dataset.draft(1)
        func refuses(_ change: (inout EpisodeDraft) -> Void, _ expected: String, line: Int = #line) {
            var draft = good
            change(&draft)
            #expect {
                try writer.publish(draft)
            } throws: {
                ($0 as? ReelError)?.cause.contains(expected) == true
            }
        }
        refuses({ $0.length = 13 }, "24 values (float32) of action for 13 frames")
        refuses(
            { $0.values["observation.state"] = FeatureValues([Float](repeating: 0, count: 23)) },
            "23 values (float32) of observation.state")
        refuses(
            { $0.values["action"] = .numbers(.int32, [UInt8](repeating: 0, count: 96)) }, "24 values (int32) of action")
        refuses({ $0.taskOfFrame = [Int](repeating: 1, count: 12) }, "tasks")
        refuses({ $0.videos["observation.images.top"] = nil }, "it has videos of observation.images.front")
        refuses({ $0.videos["observation.images.top"]?.description.frameCount = 11 }, "11 pictures for 12 frames")
        refuses({ $0.videos["observation.images.top"]?.description.codec = "av1" }, "codec av1")
        refuses({ $0.videos["observation.images.top"]?.description.byteCount = 999 }, "1000 bytes, not 999")
        refuses({ $0.videos["observation.images.top"]?.path = "/nowhere.mp4" }, "it is not there")
        refuses({ $0.statistics.features["observation.images.top"] = nil }, "no statistics")
        refuses({ $0.captureTimes?.isLate.removeLast() }, "capture times")
        refuses(
            { ($0.length, $0.values) = (0, ["observation.state": FeatureValues([]), "action": FeatureValues([])]) },
            "no frames")
        #expect(try dataset.files() == before)
        #expect(try writer.publish(good) == 1)
    }

    @Test("a video from elsewhere is copied, and a kill after that changes nothing", arguments: [false, true])
    func otherFilesystem(isKilled: Bool) async throws {
        let dataset = try TestDataset.create()
        let reference = try TestDataset.published(..<1)
        defer {
            dataset.remove()
            reference.remove()
        }
        // Memory is another filesystem than the disk, on most machines.
        let elsewhere = FilePath("/dev/shm/reel-\(getpid())-\(isKilled).mp4")
        defer { try? File.remove(elsewhere) }
        func publish(_ dataset: TestDataset, _ elsewhere: FilePath) throws {
            var draft = try dataset.draft(0, length: 12)
            try AtomicFile.write([UInt8](repeating: 0, count: 1000), to: elsewhere)
            draft.videos["observation.images.top"]?.path = elsewhere
            _ = try dataset.recovered().publish(draft)
        }
        if isKilled {
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [root = dataset.root.string as String, elsewhere = elsewhere.string as String] in
                setenv("REEL_FAULT", "publish.video-moved:kill@2", 1)
                let dataset = TestDataset(root: FilePath(root))
                var draft = try dataset.draft(0, length: 12)
                try AtomicFile.write([UInt8](repeating: 0, count: 1000), to: FilePath(elsewhere))
                draft.videos["observation.images.top"]?.path = FilePath(elsewhere)
                _ = try dataset.recovered().publish(draft)
            }
            #expect(try dataset.recovered().unacknowledged?.index == 0)
        } else {
            try publish(dataset, elsewhere)
        }
        #expect(try dataset.files() == reference.files())
        #expect(File.exists(elsewhere), "it is the caller's")
    }

    @Test("another robot, rate or camera is refused by name")
    func sessions() throws {
        let dataset = try TestDataset.create()
        defer { dataset.remove() }
        let writer = try Dataset(root: dataset.root)
        try writer.requireMatching(dataset.session)
        func refuses(_ change: (inout SessionDescription) -> Void, _ expected: String) {
            var session = dataset.session
            change(&session)
            #expect {
                try writer.requireMatching(session)
            } throws: {
                ($0 as? ReelError)?.cause.contains(expected) == true
            }
        }
        refuses({ $0.fps = 60 }, "fps is 60 now, the dataset has 30")
        refuses({ $0.robotType = "koch_follower" }, "koch_follower")
        refuses({ $0.action.blocks[0].names[0] = "wrist" }, "names of action")
        refuses({ $0.observation.blocks.append(ValueBlock(feature: "observation.x", names: ["x"])) }, "observation.x")
        refuses({ $0.cameras.removeLast() }, "the list of features")
        refuses({ $0.cameras[0].format.width = 32 }, "shape of observation.images.front")
        #expect(throws: ReelError.self) { try DatasetWriter.create(root: dataset.root, session: dataset.session) }
    }

    @Test("a take is published once, however often it is handed over, until it is acknowledged")
    func once() throws {
        let dataset = try TestDataset.create()
        defer { dataset.remove() }
        let writer = try dataset.recovered()
        let draft = try dataset.draft(0)
        #expect(try writer.publish(draft) == 0)
        #expect(try writer.publish(draft) == 0)
        #expect(try dataset.recovered().unacknowledged == PublishedEpisode(identity: "take 0", index: 0))
        #expect(try dataset.recovered().publish(draft) == 0)
        try writer.acknowledge()
        #expect(try dataset.recovered().unacknowledged == nil)
        #expect(writer.info.totalEpisodes == 1)
    }

    @Test("files of a recorder that was killed are never overwritten")
    func strayFiles() throws {
        let dataset = try TestDataset.published(..<1)
        defer { dataset.remove() }
        let stray = dataset.root.appending("videos/observation.images.front/chunk-000/file-004.mp4")
        try AtomicFile.write([1, 2, 3], to: stray)
        try dataset.publish(1..<2)
        let files = try dataset.files()
        #expect(files["videos/observation.images.front/chunk-000/file-004.mp4"] == [1, 2, 3])
        #expect(files["videos/observation.images.front/chunk-000/file-005.mp4"]?.count == 1000)
        #expect(files["videos/observation.images.top/chunk-000/file-001.mp4"] != nil)
    }

    @Test("a dataset whose table does not end where info.json says is not continued")
    func contradiction() throws {
        let dataset = try TestDataset.published(..<2)
        defer { dataset.remove() }
        var info = try DatasetInfo(path: dataset.root.appending("meta/info.json"))
        info.count(frames: 10, tasks: 2)
        try AtomicFile.write(info.text, to: dataset.root.appending("meta/info.json"))
        #expect {
            try dataset.recovered()
        } throws: {
            ($0 as? ReelError)?.kind == .damaged
        }
    }

    static let faults = [
        "publish.prepared", "publish.recorded", "publish.video-moved", "publish.video-moved:kill@2",
        "publish.data-moved", "publish.capture-times-moved", "publish.tasks-moved", "publish.episodes-moved",
        "publish.statistics-moved", "publish.info-moved", "publish.noted", "publish.cleaned",
    ]

    @Test("killed at any step, the take is published exactly once, as if nothing had happened", arguments: faults)
    func killed(fault: String) async throws {
        let reference = try TestDataset.published(..<3)
        let dataset = try TestDataset.published(..<1)
        defer {
            reference.remove()
            dataset.remove()
        }
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [root = dataset.root.string as String, fault = fault as String] in
            setenv("REEL_FAULT", fault.contains(":") ? fault : "\(fault):kill", 1)
            let dataset = TestDataset(root: FilePath(root))
            let (length, task) = TestDataset.take(1)
            let draft = try dataset.draft(1, length: length, task: task)
            _ = try dataset.recovered().publish(draft)
        }
        // What the next process does: a take that is in already is only acknowledged.
        let writer = try dataset.recovered()
        if writer.unacknowledged?.identity != "take 1" {
            #expect(fault == "publish.prepared", "the record was there, so it must have been published")
            let (length, task) = TestDataset.take(1)
            #expect(try writer.publish(dataset.draft(1, length: length, task: task)) == 1)
        }
        try writer.acknowledge()
        try dataset.publish(2..<3)
        #expect(try dataset.files() == reference.files())
    }

    @Test("killed again while finishing, it still ends well")
    func killedTwice() async throws {
        let dataset = try TestDataset.published(..<1)
        defer { dataset.remove() }
        for fault in ["publish.data-moved:kill", "publish.episodes-moved:kill", "publish.noted:kill"] {
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [root = dataset.root.string as String, fault = fault as String] in
                setenv("REEL_FAULT", fault, 1)
                let dataset = TestDataset(root: FilePath(root))
                let writer = try dataset.recovered()
                _ = try writer.publish(dataset.draft(1))
            }
        }
        let writer = try dataset.recovered()
        #expect(writer.unacknowledged == PublishedEpisode(identity: "take 1", index: 1))
        #expect(writer.info.totalEpisodes == 2)
    }

    @Test("an interrupted publish is not finished over another program's episodes")
    func changedSince() async throws {
        let dataset = try TestDataset.published(..<1)
        defer { dataset.remove() }
        await #expect(processExitsWith: .signal(SIGKILL)) { [root = dataset.root.string as String] in
            setenv("REEL_FAULT", "publish.recorded:kill", 1)
            let dataset = TestDataset(root: FilePath(root))
            _ = try dataset.recovered().publish(dataset.draft(1))
        }
        var info = try DatasetInfo(path: dataset.root.appending("meta/info.json"))
        info.count(frames: 10, tasks: 1)
        info.count(frames: 10, tasks: 1)
        try AtomicFile.write(info.text, to: dataset.root.appending("meta/info.json"))
        #expect {
            try dataset.recovered()
        } throws: {
            ($0 as? ReelError)?.cause.contains("another program") == true
        }
    }
}
