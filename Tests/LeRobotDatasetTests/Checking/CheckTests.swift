import ArrowTables
import OrderedCollections
import Platform
import RecordingTypes
import Synchronization
import SystemPackage
import Testing

@testable import LeRobotDataset

@Suite("a check finds every kind of damage, and names the file and the episode")
struct CheckTests {
    private func findings(_ dataset: TestDataset, _ tools: FakeVideoTools = FakeVideoTools()) throws -> [Finding] {
        try DatasetCheck.run(root: dataset.root, tools: tools, pictures: .all)
    }

    /// Publishes three takes, damages the dataset, and gives what a check then finds.
    private func after(
        _ tools: FakeVideoTools = FakeVideoTools(), _ damage: (FilePath) throws -> Void
    ) throws -> [String] {
        let dataset = try TestDataset.published(..<3)
        defer { dataset.remove() }
        try damage(dataset.root)
        return try findings(dataset, tools).map { $0.description.replacing(dataset.root.string, with: "ROOT") }
    }

    /// Writes a Parquet file again with one column changed.
    private func change(_ path: FilePath, _ column: String, _ values: (ColumnValues) -> ColumnValues) throws {
        let table = try ParquetReader(path: path).readAll()
        let old = try #require(table[column])
        try EpisodesFile.write(table.replacing([column: values(old)]), to: path)
    }

    private func changeWhole(_ path: FilePath, _ column: String, row: Int, to value: Int64) throws {
        try change(path, column) {
            guard case .int64(var values) = $0 else { return $0 }
            values[row] = value
            return .int64(values)
        }
    }

    static let data = "data/chunk-000/file-001.parquet"
    static let episodes = "meta/episodes/chunk-000/file-001.parquet"
    static let front = "videos/observation.images.front/chunk-000/file-001.mp4"

    @Test("a joined video is decoded once, however many episodes are in it")
    func onePass() throws {
        let dataset = try TestDataset.published(..<5)
        defer { dataset.remove() }
        _ = try DatasetWriter(root: dataset.root).consolidate(join: ConsolidateTests.join)
        let tools = FakeVideoTools()
        #expect(try DatasetCheck.run(root: dataset.root, tools: tools, pictures: .all).isEmpty)
        #expect(tools.passes.count.load(ordering: .relaxed) == dataset.session.cameras.count)
        #expect(tools.opened.count.load(ordering: .relaxed) == dataset.session.cameras.count)
    }

    @Test("nothing is found in a whole dataset, before and after consolidation, nor in LeRobot's own")
    func whole() throws {
        let dataset = try TestDataset.create()
        defer { dataset.remove() }
        #expect(try findings(dataset).isEmpty)
        try dataset.publish(0..<5)
        #expect(try findings(dataset).isEmpty)
        _ = try DatasetWriter(root: dataset.root).consolidate(join: ConsolidateTests.join)
        try dataset.publish(5..<7)
        #expect(try findings(dataset).isEmpty)
        #expect(try DatasetCheck.run(root: ContinueTests.fixture, tools: nil).isEmpty)
    }

    @Test("info.json that says other than there is")
    func info() throws {
        #expect(
            try after { root in
                let path = DatasetLayout.info(in: root)
                var info = try DatasetInfo(path: path)
                (info.totalEpisodes, info.totalFrames, info.totalTasks) = (4, 50, 3)
                try AtomicFile.write(info.text, to: path)
            } == [
                "warning: meta/info.json: its train split is 0:3 of 4 episodes",
                "error: meta/tasks.parquet: it holds 2 tasks, info.json says 3",
                "error: meta/episodes: it holds 3 episodes, info.json says 4",
                "error: meta/episodes: its frames end at 39, info.json says 50",
                "error: data: it holds 39 rows, info.json says 50 frames",
            ])
        #expect(
            try after { try AtomicFile.write(Array("{".utf8), to: DatasetLayout.info(in: $0)) }.first?
                .hasPrefix("error: meta/info.json: a member") == true)
    }

    @Test("a row missing from the table of episodes")
    func missingEpisode() throws {
        let found = try after { try File.remove($0.appending(Self.episodes)) }
        #expect(
            found.contains(
                "error: meta/episodes/chunk-000/file-002.parquet, episode 2: it stands where episode 1 is expected; "
                    + "LeRobot takes it for that one"))
        #expect(found.contains("error: meta/episodes: it holds 2 episodes, info.json says 3"))
    }

    @Test("files that are no Parquet, cut ones too, where LeRobot would read them")
    func noParquet() throws {
        let found = try after { root in
            try AtomicFile.write([1, 2, 3], to: root.appending("meta/episodes/chunk-000/file-009.parquet"))
            let bytes = try File.read(root.appending(Self.data))
            try AtomicFile.write(bytes.prefix(bytes.count / 2), to: root.appending(Self.data))
        }
        #expect(found.contains { $0.hasPrefix("error: meta/episodes/chunk-000/file-009.parquet: ") })
        #expect(found.contains { $0.hasPrefix("error: \(Self.data): ") })
        #expect(found.contains("error: \(Self.data), episode 1: none of its 13 rows is there"))
        #expect(
            found.contains("error: data/chunk-000/file-002.parquet, episode 2: row 0 has index 25, not 12"))
    }

    @Test("rows that do not count on")
    func rows() throws {
        #expect(
            try after { try changeWhole($0.appending(Self.data), "frame_index", row: 4, to: 7) }
                .contains("error: \(Self.data), episode 1: row 4 has frame_index 7"))
        #expect(
            try after { try changeWhole($0.appending(Self.data), "index", row: 4, to: 7) }
                .contains("error: \(Self.data), episode 1: row 4 has index 7, not 16"))
        #expect(
            try after { try changeWhole($0.appending(Self.data), "task_index", row: 0, to: 9) }
                .contains("error: \(Self.data), episode 1: its task_index [1, 9] is not in meta/tasks.parquet"))
        #expect(
            try after { root in
                try change(root.appending(Self.data), "task_index") { .int64([Int64](repeating: 0, count: $0.count)) }
            }.contains(
                "error: \(Self.data), episode 1: its rows are of [\"pick\"], the table of episodes says [\"place ü\"]"))
        #expect(
            try after { root in
                try change(root.appending(Self.data), "timestamp") {
                    guard case .float32(var values) = $0 else { return $0 }
                    values[12] += 0.01
                    return .float32(values)
                }
            }.contains { $0.hasPrefix("error: \(Self.data), episode 1: row 12 has timestamp 0.4") })
    }

    @Test("an episode of fewer rows than its length, or of another file than the table says")
    func lengths() throws {
        let found = try after { root in
            let path = root.appending(Self.data)
            try EpisodesFile.write(ParquetReader(path: path).readAll().rows(0..<12), to: path)
            try changeWhole(
                root.appending("meta/episodes/chunk-000/file-002.parquet"), "data/file_index", row: 0, to: 7)
        }
        #expect(found.contains("error: \(Self.data), episode 1: 12 rows, the table of episodes says 13"))
        #expect(
            found.contains(
                "error: data/chunk-000/file-002.parquet, episode 2: its rows are here, the table of episodes says "
                    + "chunk-000/file-007"))
        #expect(
            try after { try changeWhole($0.appending(Self.episodes), "length", row: 0, to: 14) }
                .contains("error: \(Self.episodes), episode 1: its frames go from 12 to 25, its length is 14"))
    }

    @Test("columns that info.json does not name, and those that are missing")
    func columns() throws {
        #expect(
            try after { root in
                let path = root.appending(Self.data)
                let table = try ParquetReader(path: path).readAll()
                var schema = table.schema
                schema.fields[0].name = "acton"
                try EpisodesFile.write(Table(schema: schema, columns: table.columns), to: path)
            } == [
                "error: \(Self.data): it has a column acton that info.json does not name: LeRobot refuses it",
                "error: \(Self.data): the column action is missing",
            ])
    }

    @Test("values that are not those of the statistics")
    func values() throws {
        #expect(
            try after { root in
                try change(root.appending(Self.data), "action") {
                    guard case .fixedSizeList(2, .float32(var values)) = $0 else { return $0 }
                    values[3] = 77
                    return .fixedSizeList(size: 2, values: .float32(values))
                }
            }.contains {
                $0.hasPrefix(
                    "error: \(Self.data), episode 1: the statistics of action are not those of its values: max[1]")
            })
        #expect(
            try after { root in
                try change(root.appending(Self.data), "action") {
                    guard case .fixedSizeList(2, .float32(var values)) = $0 else { return $0 }
                    values[3] = .nan
                    return .fixedSizeList(size: 2, values: .float32(values))
                }
            }.contains("warning: \(Self.data), episode 1: action holds values that are no numbers"))
        let path = "meta/stats.json"
        #expect(
            try after { root in
                let bytes = try File.read(root.appending(path))
                var statistics = try EpisodeStatistics(reading: bytes, subject: path)
                statistics.features["action"]?.mean[0] += 1
                statistics.features["index"] = nil
                try AtomicFile.write(statistics.text, to: root.appending(path))
            }.map { $0.prefix(73) } == [
                "error: meta/stats.json: action is not the aggregate of the episodes: mean",
                "error: meta/stats.json: index is missing",
            ])
        #expect(
            try after { try File.remove($0.appending(path)) } == [
                "warning: meta/stats.json: it is missing; training needs it to normalise"
            ])
    }

    @Test(
        "statistics in the table of episodes that make no sense together are none",
        arguments: ["std", "max", "q50", "count"])
    func statisticsWithoutSense(statistic: String) throws {
        let found = try after { root in
            try change(root.appending(Self.episodes), "stats/action/\(statistic)") { _ in
                statistic == "count"
                    ? .list(offsets: [0, 1], values: .int64([1 << 62]))
                    : .list(offsets: [0, 3], values: .float64([1, 2, 3]))
            }
        }
        let told = "warning: \(Self.episodes), episode 1: it has no statistics of action"
        #expect(found.contains(told) == (statistic != "q50"), "\(found)")
    }

    @Test("tasks without the entry that makes them sentences")
    func tasks() throws {
        #expect(
            try after { root in
                let path = root.appending("meta/tasks.parquet")
                let table = try ParquetReader(path: path).readAll()
                var schema = table.schema
                schema.metadata = []
                try EpisodesFile.write(Table(schema: schema, columns: table.columns), to: path)
            } == ["error: meta/tasks.parquet: it lacks the pandas entry: LeRobot reads numbers instead of sentences"])
    }

    @Test("videos that are missing, empty, too short, of another scene, late, of another codec, or of no episode")
    func videos() throws {
        #expect(
            try after { try File.remove($0.appending(Self.front)) } == [
                "error: \(Self.front), episode 1: it is not there"
            ])
        #expect(
            try after { try AtomicFile.write([], to: $0.appending(Self.front)) } == [
                "error: \(Self.front), episode 1: it is empty"
            ])
        // Take 0 has 12 pictures, take 1 has 13 rows.
        #expect(
            try after { try AtomicFile.write([UInt8](repeating: 0, count: 1000), to: $0.appending(Self.front)) } == [
                "error: \(Self.front), episode 1: it has 12 pictures, its episodes have 13 rows"
            ])
        // Take 5 is as long as take 1, and looks otherwise.
        #expect(
            try after { try AtomicFile.write([UInt8](repeating: 5, count: 1000), to: $0.appending(Self.front)) }.map {
                $0.prefix(150)
            }
                == [
                    "error: \(Self.front), episode 1: its pictures are not those that its statistics were made from: mean red "
                        + "0.855"
                ].map { $0.prefix(150) })
        let late = try after(FakeVideoTools(delay: 0.001)) { _ in }
        #expect(late.count == 6 && late[0].hasSuffix("file-000.mp4: picture 0 is shown at 0.001 s, not 0.0 s"))
        let other = try after(FakeVideoTools(codec: "av1")) { _ in }
        #expect(other.count == 6 && other[0].hasSuffix("file-000.mp4: codec av1, the dataset has h264"))
        #expect(
            try after { root in
                try AtomicFile.write(
                    [1], to: root.appending("videos/observation.images.top/chunk-000/file-007.mp4"))
            } == ["warning: videos/observation.images.top/chunk-000/file-007.mp4: no episode names it"])
    }

    @Test("an episode whose pictures are looked for in the wrong place of a video")
    func spans() throws {
        let dataset = try TestDataset.published(..<3)
        defer { dataset.remove() }
        _ = try DatasetWriter(root: dataset.root).consolidate(join: ConsolidateTests.join)
        let column = "videos/observation.images.front/from_timestamp"
        let path = dataset.root.appending("meta/episodes/chunk-000/file-000.parquet")
        try change(path, column) { _ in .float64([0, 13.0 / 30, 25.0 / 30]) }
        let found = try findings(dataset).map(\.description)
        let file = "videos/observation.images.front/chunk-000/file-000.mp4"
        #expect(found.count == 2)
        #expect(found.first?.hasPrefix("error: \(file), episode 1: its pictures begin at 0.4333") == true)
        #expect(found.last?.contains("its 13 rows last 0.4333") == true)
        try change(path, column) { _ in .float64([0, 0.401, 25.0 / 30]) }
        #expect(
            try findings(dataset).map(\.description) == [
                "error: \(file), episode 1: its pictures begin at 0.401 s, which is between two pictures"
            ])
    }

    @Test("capture times that are not one a frame")
    func captureTimes() throws {
        let path = "meta/reel/chunk-000/file-001.parquet"
        #expect(
            try after { root in
                let file = root.appending(path)
                try EpisodesFile.write(ParquetReader(path: file).readAll().rows(0..<10), to: file)
            } == ["error: \(path), episode 1: 10 capture times for 13 frames"])
    }

    @Test("work that was interrupted")
    func unfinished() throws {
        #expect(
            try after { try Directory.create($0.appending(".reel/publishing")) } == [
                "warning: .reel/publishing: publishing an episode was cut short; `reel recover ROOT` finishes it"
            ])
    }

    @Test("a summary counts what there is")
    func summary() throws {
        let dataset = try TestDataset.published(..<4)
        defer { dataset.remove() }
        let summary = try DatasetSummary(root: dataset.root)
        #expect(summary.info.totalEpisodes == 4 && summary.lengths == 12...15)
        #expect(summary.tasks == ["pick": 3, "place ü": 1])
        #expect(summary.files["videos/observation.images.front"] == .init(count: 4, bytes: 4000))
        #expect(summary.files["data"]?.count == 4 && summary.files["meta"]?.count == 11)
        #expect(
            summary.timing == .init(frames: 54, lateTicks: 4, repeatedPictures: ["front": 9, "top": 9]))
        #expect(summary.description.contains("4 episodes, 54 frames, 0:02 at 30 fps"))
        #expect(summary.description.contains("feature observation.images.front: video 48×64×3 h264"))
        #expect(try DatasetSummary(root: ContinueTests.fixture).timing == nil)
    }
}

extension EpisodesFile {
    /// One table as a whole file.
    static func write(_ table: Table, to path: FilePath) throws {
        var file = try EpisodesFile(path: path, schema: table.schema)
        try file.append(table)
        try file.finish()
    }
}
