import ArrowTables
import OrderedCollections
import Platform
import PythonJSON
import RecordingTypes
import SystemPackage
import TestSupport
import Testing

@testable import LeRobotDataset

/// `three-episodes` was recorded with LeRobot 0.6.1 (make.py beside it), from takes like those of `TestDataset`.
@Suite("what LeRobot recorded is read, understood and continued")
struct ContinueTests {
    static let fixture = Fixtures.path("lerobot/three-episodes")

    /// A copy of the fixture that may be changed.
    static func copy() throws -> TestDataset {
        let dataset = TestDataset(root: try TestDataset.temporary())
        func copy(_ from: FilePath, _ to: FilePath) throws {
            guard Directory.exists(from) else { return try AtomicFile.write(File.read(from), to: to) }
            try Directory.create(to)
            for name in try Directory.names(in: from) { try copy(from.appending(name), to.appending(name)) }
        }
        try copy(fixture, dataset.root)
        return dataset
    }

    private var info: DatasetInfo {
        get throws { try DatasetInfo(path: DatasetLayout.info(in: Self.fixture)) }
    }

    @Test("its info.json is written again to the byte, and is what a session here makes")
    func infoText() throws {
        var info = try info
        #expect(try info.text == File.read(DatasetLayout.info(in: Self.fixture)))
        var ours = DatasetInfo(session: TestDataset.session())
        for name in info.videoFeatures.map(\.name) {
            let index = try #require(ours.features.firstIndex { $0.name == name })
            ours.features[index].describe(
                VideoDescription(
                    width: 64, height: 48, codec: "h264", pixelFormat: "yuv420p", fps: 30, frameCount: 12, byteCount: 1,
                    settings: TestDataset.encoder))
        }
        #expect(ours.features == info.features)
        (info.totalEpisodes, info.totalFrames, info.totalTasks, info.splits) = (0, 0, 0, [:])
        ours.features = info.features
        #expect(ours == info)
    }

    @Test("its statistics of each episode are those computed here from its rows, to the last digit")
    func statistics() throws {
        let info = try info
        let layout = DatasetLayout(root: Self.fixture, info: info)
        let rows = try EpisodesTable.read(layout.episodes(FileIndex()), info: info, statistics: true)
        #expect(rows.count == 3)
        let data = try ParquetReader(path: try layout.data(FileIndex()))
        #expect(data.rowGroupCount == 3)
        for row in rows {
            let table = try data.readRowGroup(row.index)
            let task = try Int(table.int64s("task_index")[0])
            let draft = EpisodeDraft(
                identity: "", length: row.length, task: "",
                values: [
                    "observation.state": try table.float32s("observation.state", width: 2),
                    "action": try table.float32s("action", width: 2),
                ], videos: [:], statistics: row.statistics,
                captureTimes: nil)
            let ours = draft.allStatistics(
                info, index: row.index, start: row.start,
                taskIndices: [Int](repeating: task, count: row.length))
            #expect(ours == row.statistics)
            #expect(ours.features.count == 9)
        }
        // And its stats.json is the aggregate of them.
        let aggregate = try EpisodeStatistics.aggregate(rows.map(\.statistics))
        let path = layout.statistics
        let theirs = try EpisodeStatistics(reading: File.read(path), subject: path.string)
        #expect(Set(theirs.features.keys) == Set(aggregate.features.keys))
        for (name, statistics) in aggregate.features {
            for (key, values) in statistics.arrays {
                // LeRobot squares the deviation of its first episode in float32.
                for (left, right) in zip(values, theirs.features[name]?.arrays[key] ?? []) {
                    #expect(abs(left - right) <= 1e-6 * max(1, abs(left)), "\(name) \(key)")
                }
            }
        }
    }

    @Test("new episodes get the next files; what LeRobot wrote stays as it is")
    func continues() throws {
        let dataset = try Self.copy()
        defer { dataset.remove() }
        let before = try dataset.files()
        try Dataset(root: dataset.root).requireMatching(dataset.session)
        try dataset.publish(3..<5)
        let after = try dataset.files()
        let changed = Set(["meta/info.json", "meta/stats.json"])
        for (name, bytes) in before where !changed.contains(name) { #expect(after[name] == bytes, "\(name)") }
        #expect(
            Set(after.keys).subtracting(before.keys) == [
                "data/chunk-000/file-001.parquet", "data/chunk-000/file-002.parquet",
                "meta/episodes/chunk-000/file-001.parquet", "meta/episodes/chunk-000/file-002.parquet",
                "meta/reel/chunk-000/file-000.parquet", "meta/reel/chunk-000/file-001.parquet",
                "videos/observation.images.front/chunk-000/file-001.mp4",
                "videos/observation.images.front/chunk-000/file-002.mp4",
                "videos/observation.images.top/chunk-000/file-001.mp4",
                "videos/observation.images.top/chunk-000/file-002.mp4",
            ])
        let info = try DatasetInfo(path: DatasetLayout.info(in: dataset.root))
        #expect(info.totalEpisodes == 5 && info.totalFrames == 39 + 15 + 12 && info.totalTasks == 2)
        let row = try #require(
            EpisodesTable.read(DatasetLayout(root: dataset.root, info: info).episodes(FileIndex(file: 1)), info: info)
                .first)
        #expect(row.index == 3 && row.start == 39 && row.end == 54 && row.data == FileIndex(file: 1))
        #expect(row.tasks == ["pick"])
    }

    @Test("a new task is added to LeRobot's")
    func newTask() throws {
        let dataset = try Self.copy()
        defer { dataset.remove() }
        _ = try DatasetWriter(root: dataset.root).publish(dataset.draft(3, task: "sort"))
        #expect(try TasksTable.read(dataset.root.appending("meta/tasks.parquet")) == ["pick", "place ü", "sort"])
        let data = try ParquetReader(path: dataset.root.appending("data/chunk-000/file-001.parquet"))
        #expect(try data.readAll().int64s("task_index")[0] == 2)
    }
}
