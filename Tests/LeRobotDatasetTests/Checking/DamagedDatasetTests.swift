import ArrowTables
import OrderedCollections
import Platform
import PythonJSON
import RecordingTypes
import SystemPackage
import Testing

@testable import LeRobotDataset

@Suite("whatever of a dataset is broken, a check goes to its end, and what other files know better is mended")
struct DamagedDatasetTests {
    static let front = "videos/observation.images.front/chunk-000/file-001.mp4"
    static let pointer = Array(
        """
        version https://git-lfs.github.com/spec/v1
        oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
        size 12345

        """.utf8)

    private func report(_ dataset: TestDataset) throws -> DatasetCheck.Report {
        try DatasetCheck.report(root: dataset.root, tools: FakeVideoTools(), pictures: .all)
    }

    private func damaged(_ damage: (FilePath) throws -> Void) throws -> TestDataset {
        let dataset = try TestDataset.published(..<3)
        try damage(dataset.root)
        return dataset
    }

    private func halve(_ path: FilePath) throws {
        let bytes = try File.read(path)
        try AtomicFile.write(bytes.prefix(bytes.count / 2), to: path)
    }

    /// Mends what can be mended without loss, and gives what is wrong then.
    private func mended(_ dataset: TestDataset) throws -> [Finding] {
        try DatasetRepair.plan(root: dataset.root).perform()
        #expect(try DatasetRepair.plan(root: dataset.root).steps.isEmpty)
        return try report(dataset).findings
    }

    /// Keeps what is whole, and gives what is wrong then.
    private func salvaged(_ dataset: TestDataset) throws -> [Finding] {
        _ = try DatasetRepair.keepWhole(report(dataset), in: dataset.root, with: FakeVideoTools())
        return try report(dataset).findings
    }

    /// What is wrong with info.json once a member of it reads so.
    private func findings(_ member: String, _ value: String) throws -> (dataset: TestDataset, found: [String]) {
        let dataset = try damaged { root in
            let path = DatasetLayout.info(in: root)
            let text = String(decoding: try File.read(path), as: UTF8.self)
            let changed = text.replacing(try Regex("\"\(member)\": [^,\n]*"), with: "\"\(member)\": \(value)")
            try #require(changed != text)
            try AtomicFile.write(Array(changed.utf8), to: path)
        }
        return (dataset, try report(dataset).findings.map(\.description))
    }

    @Test(
        "info.json's counts are written as real numbers",
        arguments: [("total_episodes", "3.0"), ("total_frames", "39.0"), ("total_tasks", "2.0")])
    func realCounts(_ member: String, _ value: String) throws {
        let (dataset, found) = try findings(member, value)
        defer { dataset.remove() }
        #expect(found.count == 1)
        #expect(
            found.first?.contains("\(member) is no whole number, as LeRobot needs; `reel recover") == true, "\(found)")
        #expect(try mended(dataset).isEmpty)
        #expect(try DatasetInfo.realCounts(in: File.read(DatasetLayout.info(in: dataset.root))).isEmpty)
    }

    @Test("info.json says that there are more episodes than anybody has")
    func countlessEpisodes() throws {
        let (dataset, found) = try findings("total_episodes", "9000000000000000000")
        defer { dataset.remove() }
        #expect(found.contains { $0.contains("it holds 3 episodes, info.json says 9000000000000000000") }, "\(found)")
        #expect(try mended(dataset).isEmpty)
    }

    @Test("info.json's data_path leads to where LeRobot does not look")
    func dataPath() throws {
        let (dataset, found) = try findings("data_path", "\"rows/file-{file_index:03d}.parquet\"")
        defer { dataset.remove() }
        #expect(found.contains { $0.contains("LeRobot looks for rows in data/ alone") }, "\(found)")
    }

    @Test("the tasks are gone, or cannot be read: the episodes know them", arguments: [true, false])
    func tasksThatTheEpisodesKnow(areGone: Bool) throws {
        let dataset = try damaged { root in
            let path = root.appending("meta/tasks.parquet")
            if areGone { try File.remove(path) } else { try halve(path) }
        }
        defer { dataset.remove() }
        let before = try damaged { _ in }
        defer { before.remove() }
        #expect(try !report(dataset).findings.isEmpty)
        #expect(try mended(dataset).isEmpty)
        #expect(
            try TasksTable.read(dataset.root.appending("meta/tasks.parquet"))
                == TasksTable.read(before.root.appending("meta/tasks.parquet")))
    }

    @Test("info.json counts no tasks: the next episode keeps those that there are, or there is no next episode")
    func uncountedTasks() throws {
        let (dataset, found) = try findings("total_tasks", "0")
        defer { dataset.remove() }
        #expect(found.contains { $0.contains("it holds 2 tasks, info.json says 0") }, "\(found)")
        #expect(try DatasetSummary(root: dataset.root).tasks == ["pick": 2, "place ü": 1])
        let path = dataset.root.appending("meta/tasks.parquet")
        let tasks = try File.read(path)
        try File.remove(path)
        let error = #expect(throws: ReelError.self) { try DatasetWriter(root: dataset.root) }
        #expect(error?.cause == "it has 3 episodes and no tasks")
        try AtomicFile.write(tasks, to: path)
        #expect(try DatasetWriter(root: dataset.root).publish(dataset.draft(4, task: "sort")) == 3)
        #expect(try TasksTable.read(path) == ["pick", "place ü", "sort"])
        #expect(try report(dataset).findings.isEmpty)
    }

    @Test("numbers of tasks that are none are told, and do not end the check")
    func taskNumbers() throws {
        let dataset = try damaged { root in
            let path = root.appending("meta/tasks.parquet")
            let table = try ParquetReader.open(path).readAll()
            try EpisodesFile.write(table.replacing(["task_index": .int64([5, 9])]), to: path)
        }
        defer { dataset.remove() }
        #expect(
            try report(dataset).findings.contains { $0.description.contains("its task_index are not 0, 1, 2") })
    }

    @Test("a row that lacks a value, or has one too many", arguments: [1, 3])
    func valuesThatAreMissing(width: Int) throws {
        let file = "data/chunk-000/file-001.parquet"
        let dataset = try damaged { root in
            let table = try ParquetReader.open(root.appending(file)).readAll()
            let position = try #require(table.schema.index(of: "action"))
            var (schema, columns) = (table.schema, table.columns)
            schema.fields[position].type = .list(.float32)
            var offsets = (0...table.rowCount).map { Int32($0 * 2) }
            // One row's end is another's beginning.
            offsets[4] += Int32(width - 2)
            columns[position] = .list(
                offsets: offsets, values: .float32([Float](repeating: 1, count: table.rowCount * 2)))
            try EpisodesFile.write(Table(schema: schema, columns: columns), to: root.appending(file))
        }
        defer { dataset.remove() }
        let found = try report(dataset).findings.map(\.description)
        let held = width == 1 ? "1 value" : "\(width) values"
        #expect(found.contains { $0.contains("action: row 3 has \(held), not 2") }, "\(found)")
    }

    @Test("info.json counts more episodes than there are")
    func counts() throws {
        let dataset = try damaged { root in
            let path = DatasetLayout.info(in: root)
            var info = try DatasetInfo(path: path)
            (info.totalEpisodes, info.totalFrames) = (8, 100)
            try AtomicFile.write(info.text, to: path)
        }
        defer { dataset.remove() }
        let found = try report(dataset)
        #expect(found.whole == [0, 1, 2] && found.lost == [3, 4, 5, 6, 7])
        #expect(throws: ReelError.self) { try DatasetWriter(root: dataset.root) }
        #expect(try mended(dataset).isEmpty)
        #expect(try DatasetWriter(root: dataset.root).info.totalEpisodes == 3)
    }

    @Test("splits that somebody made outlive a wrong number of frames")
    func splits() throws {
        let dataset = try damaged { root in
            let path = DatasetLayout.info(in: root)
            var info = try DatasetInfo(path: path)
            info.totalFrames = 100
            info.splits = ["train": .string("0:3"), "best": .string("1:2")]
            try AtomicFile.write(info.text, to: path)
        }
        defer { dataset.remove() }
        #expect(try mended(dataset).isEmpty)
        let info = try Dataset(root: dataset.root).info
        #expect(info.totalFrames == 39 && info.splits.keys == ["train", "best"])
    }

    @Test("the last file of the table of episodes is cut to half")
    func halfTable() throws {
        let dataset = try damaged { try halve($0.appending("meta/episodes/chunk-000/file-002.parquet")) }
        defer { dataset.remove() }
        let found = try report(dataset)
        #expect(found.whole == [0, 1] && found.lost == [2])
        #expect(found.findings.contains { $0.file == "meta/episodes/chunk-000/file-002.parquet" })
        #expect(try DatasetSummary(root: dataset.root).problems.count == 1)
        #expect(try salvaged(dataset).isEmpty)
    }

    @Test("a data file and a video of other episodes are broken; what is whole makes a whole dataset")
    func brokenFiles() throws {
        let dataset = try damaged { root in
            try halve(root.appending("data/chunk-000/file-000.parquet"))
            try File.remove(root.appending("videos/observation.images.top/chunk-000/file-002.mp4"))
        }
        defer { dataset.remove() }
        let found = try report(dataset)
        #expect(found.whole == [1] && found.lost == [0, 2])
        #expect(try salvaged(dataset).isEmpty)
        #expect(try DatasetWriter(root: dataset.root).publish(dataset.draft(4)) == 1)
        #expect(try report(dataset).findings.isEmpty)
    }

    @Test("rows that lie elsewhere than the table of episodes says are kept with their episode")
    func rowsElsewhere() throws {
        let dataset = try damaged { root in
            let path = root.appending("meta/episodes/chunk-000/file-002.parquet")
            let table = try ParquetReader.open(path).readAll()
            let places = ["data/file_index": 0, "dataset_from_index": 5, "dataset_to_index": 19]
            try EpisodesFile.write(table.replacing(places.mapValues { .int64([Int64($0)]) }), to: path)
            try File.remove(root.appending("videos/observation.images.top/chunk-000/file-000.mp4"))
        }
        defer { dataset.remove() }
        let found = try report(dataset)
        #expect(found.whole == [1, 2] && found.lost == [0])
        #expect(try salvaged(dataset).isEmpty)
    }

    @Test("a row group that cannot be read costs its own episode, not those behind it in the file")
    func brokenRowGroup() throws {
        let dataset = try damaged { root in
            _ = try DatasetWriter(root: root).consolidate(join: ConsolidateTests.join)
            let path = root.appending("data/chunk-000/file-000.parquet")
            try #require(try ParquetReader.open(path).rowGroupCount == 3)
            let whole = try File.read(path)
            // Where a group lies only the footer knows: some hundred bytes are blotted out until it is the second one's.
            for place in stride(from: 4, to: whole.count - 200, by: 100) {
                let blot = [UInt8](repeating: 0, count: 200)
                try AtomicFile.write(whole[..<place] + blot + whole[(place + blot.count)...], to: path)
                guard let reader = try? ParquetReader.open(path) else { continue }
                let isBroken = (0..<3).map { (try? reader.readRowGroup($0)) == nil }
                if isBroken == [false, true, false] { return }
            }
            Issue.record("no place breaks the second row group alone")
        }
        defer { dataset.remove() }
        let found = try report(dataset)
        #expect(found.whole == [0, 2] && found.lost == [1], "\(found.findings)")
        #expect(try salvaged(dataset).isEmpty)
    }

    @Test("an episode without frames, or of less than none, keeps no other from being deleted", arguments: [0, -7])
    func noFrames(length: Int) throws {
        let dataset = try damaged { root in
            let path = root.appending("meta/episodes/chunk-000/file-001.parquet")
            let table = try ParquetReader.open(path).readAll()
            try EpisodesFile.write(table.replacing(["length": .int64([Int64(length)])]), to: path)
        }
        defer { dataset.remove() }
        #expect(try report(dataset).lost == [1])
        let before = try dataset.files()
        let error = #expect(throws: ReelError.self) {
            try DatasetWriter(root: dataset.root).deleteEpisodes([0], cut: DeleteEpisodesTests.cut)
        }
        #expect(error?.kind == .damaged && error?.cause == "episode 1 has \(length) frames, from 12 to 25")
        #expect(try dataset.files() == before)
        #expect(try salvaged(dataset).isEmpty)
    }

    @Test("an episode that stands twice in the table of episodes stands there once afterwards")
    func twice() throws {
        let dataset = try TestDataset.create(TestDataset.session(cameras: []))
        defer { dataset.remove() }
        try dataset.publish(0..<3)
        let table = dataset.root.appending("meta/episodes/chunk-000")
        try AtomicFile.write(File.read(table.appending("file-001.parquet")), to: table.appending("file-003.parquet"))
        try halve(dataset.root.appending("data/chunk-000/file-000.parquet"))
        let found = try report(dataset)
        #expect(found.whole == [1, 2] && found.lost == [0])
        #expect(try salvaged(dataset).isEmpty)
    }

    @Test("of a joined video the episode that lacks pictures is lost, not the last one")
    func shortPart() throws {
        let dataset = try damaged { root in
            // Take 0 has a picture less than take 1.
            try AtomicFile.write([UInt8](repeating: 0, count: 1000), to: root.appending(Self.front))
            _ = try DatasetWriter(root: root).consolidate(join: ConsolidateTests.join)
        }
        defer { dataset.remove() }
        let found = try report(dataset)
        #expect(found.whole == [0, 2] && found.lost == [1])
        #expect(try salvaged(dataset).isEmpty)
    }

    @Test(
        "pictures that are looked for where there are none are lost, and crash no edit",
        arguments: [Double.nan, -1, 1e300, 9])
    func picturesNowhere(begin: Double) throws {
        let dataset = try damaged { root in
            _ = try DatasetWriter(root: root).consolidate(join: ConsolidateTests.join)
            let path = root.appending("meta/episodes/chunk-000/file-000.parquet")
            let table = try ParquetReader.open(path).readAll()
            let column = "videos/observation.images.front/from_timestamp"
            try EpisodesFile.write(table.replacing([column: .float64([0, begin, 25.0 / 30])]), to: path)
        }
        defer { dataset.remove() }
        let found = try report(dataset)
        #expect(found.whole == [0, 2] && found.lost == [1])
        #expect(throws: ReelError.self) {
            try DatasetWriter(root: dataset.root).deleteEpisodes([0], cut: DeleteEpisodesTests.cut)
        }
        #expect(try salvaged(dataset).isEmpty)
    }

    @Test("only meta/ is left: every episode is lost, and nothing is made of that")
    func metaAlone() throws {
        let dataset = try damaged { root in
            try File.remove(root.appending("data"))
            try File.remove(root.appending("videos"))
        }
        defer { dataset.remove() }
        let before = try dataset.files()
        let found = try report(dataset)
        #expect(found.whole.isEmpty && found.lost == [0, 1, 2])
        #expect(throws: ReelError.self) { try salvaged(dataset) }
        #expect(try DatasetRepair.plan(root: dataset.root).steps.isEmpty)
        #expect(try dataset.files() == before)
    }

    @Test(
        "Git LFS pointers are called that",
        arguments: [
            "meta/info.json", "meta/tasks.parquet", "meta/stats.json", "meta/episodes/chunk-000/file-001.parquet",
            "data/chunk-000/file-001.parquet", "meta/reel/chunk-000/file-001.parquet", front,
        ])
    func pointers(name: String) throws {
        let dataset = try damaged { try AtomicFile.write(Self.pointer, to: $0.appending(name)) }
        defer { dataset.remove() }
        let found = try report(dataset).findings.filter { $0.file == name }
        #expect(found.contains { $0.problem.contains("Git LFS pointer") && $0.problem.contains("git lfs pull") })
        if name != Self.front && !name.hasPrefix("meta/reel") && name != "meta/stats.json" {
            let error = #expect(throws: ReelError.self) {
                _ = try DatasetWriter(root: dataset.root).consolidate(join: ConsolidateTests.join)
            }
            #expect(error?.cause.contains("Git LFS pointer") == true || name.hasPrefix("data/"))
        }
    }

    @Test(
        "episodes whose files were only not fetched are not dropped",
        arguments: ["meta/episodes/chunk-000/file-001.parquet", "data/chunk-000/file-001.parquet", front])
    func unfetched(name: String) throws {
        let dataset = try damaged { try AtomicFile.write(Self.pointer, to: $0.appending(name)) }
        defer { dataset.remove() }
        #expect(try report(dataset).unread == [name])
        let before = try dataset.files()
        let error = #expect(throws: ReelError.self) { try salvaged(dataset) }
        #expect(error?.kind == .unavailable && error?.cause.contains(name) == true)
        #expect(try dataset.files() == before)
        try File.remove(dataset.root.appending(name))
        #expect(try salvaged(dataset).isEmpty)
    }

    @Test("tasks in another order: said, taken as they are numbered, and mended")
    func tasks() throws {
        let dataset = try damaged { root in
            let path = root.appending("meta/tasks.parquet")
            let schema = try ParquetReader(path: path).schema
            let writer = try ParquetWriter(path: path, schema: schema)
            try writer.writeRowGroup(
                Table(schema: schema, columns: [.int64([1, 0]), .utf8(["place ü", "pick"])]))
            try writer.finish()
        }
        defer { dataset.remove() }
        let found = try report(dataset)
        #expect(found.findings.map(\.file) == ["meta/tasks.parquet"])
        #expect(try DatasetSummary(root: dataset.root).tasks.keys == ["pick", "place ü"])
        #expect(try mended(dataset).isEmpty)
        #expect(try DatasetWriter(root: dataset.root).publish(dataset.draft(4, task: "place ü")) == 3)
        #expect(try report(dataset).findings.isEmpty)
    }

    @Test(
        "stats.json that lacks something is made anew, by recovery and by the next episode",
        arguments: ["count", "mean", "all", "file", "NaN", "list", "words", "unknown"])
    func statistics(_ lack: String) throws {
        func damage(_ root: FilePath) throws {
            let path = root.appending("meta/stats.json")
            guard lack != "file" else { return try File.remove(path) }
            guard lack != "words" else { return try AtomicFile.write("not JSON".utf8, to: path) }
            guard lack != "list" else { return try AtomicFile.write("[1, 2]".utf8, to: path) }
            var members = try #require(try JSONReader.read(File.read(path), subject: "").object)
            for (name, value) in members {
                var object = try #require(value.object)
                switch lack {
                case "all": members[name] = nil
                case "NaN": object["mean"] = .array([.number("NaN")])
                case "unknown": break
                default: object[lack] = nil
                }
                if lack != "all" { members[name] = .object(object) }
            }
            if lack == "unknown" { members["observation.force"] = .object(["mean": .string("?")]) }
            try AtomicFile.write(JSONText.indented(.object(members)), to: path)
        }
        let dataset = try damaged(damage)
        let reference = try TestDataset.published(..<4)
        defer {
            dataset.remove()
            reference.remove()
        }
        if lack != "unknown" { #expect(!(try report(dataset).findings.isEmpty)) }
        #expect(try mended(dataset).isEmpty)
        try damage(dataset.root)
        try dataset.publish(3..<4)
        #expect(try report(dataset).findings.isEmpty)
        let path = "meta/stats.json"
        let (made, expected) = (
            try DatasetStatistics(path: dataset.root.appending(path)),
            try DatasetStatistics(path: reference.root.appending(path))
        )
        #expect(made.features.features.keys == expected.features.features.keys)
        for (name, statistics) in expected.features.features {
            let found = try #require(made.features.features[name])
            #expect(StatisticsCheck.difference(found, statistics) == nil, "\(name)")
        }
        #expect(made.others.keys.contains("observation.force") == (lack == "unknown"))
    }
}
