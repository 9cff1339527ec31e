import ArrowTables
import Glibc
import OrderedCollections
import Platform
import RecordingTypes
import SystemPackage
import Testing

@testable import LeRobotDataset

@Suite("small files are joined, and the dataset is the old or the new one at every instant")
struct ConsolidateTests {
    /// A video of the test takes is its number a thousand times; so are joined ones, one after the other.
    static func join(_ parts: [FilePath], _ whole: FilePath) throws -> [(Double, Double)] {
        var bytes: [UInt8] = []
        var spans: [(Double, Double)] = []
        var time = 0.0
        for part in parts {
            let film = try File.read(part)
            let frames = stride(from: 0, to: film.count, by: 1000).reduce(0) {
                $0 + TestDataset.take(Int(film[$1])).length
            }
            spans.append((time, time + Double(frames) / 30))
            time += Double(frames) / 30
            bytes += film
        }
        try AtomicFile.write(bytes, to: whole)
        return spans
    }

    private func rows(_ dataset: TestDataset) throws -> [EpisodeRow] {
        let info = try DatasetInfo(path: DatasetLayout.info(in: dataset.root))
        return try EpisodesTable.files(in: DatasetLayout(root: dataset.root, info: info))
            .flatMap { try EpisodesTable.read($0, info: info, statistics: true) }
    }

    @Test("what the operator said of an episode stands beside its rows, also when files are joined")
    func outcomes() throws {
        let dataset = try TestDataset.create()
        defer { dataset.remove() }
        let writer = try dataset.recovered()
        for (number, outcome) in [Outcome.failure, nil, .success, .success].enumerated() {
            var draft = try dataset.draft(number)
            draft.captureTimes?.outcome = outcome
            if number == 2 { draft.captureTimes?.note = "the cube slipped" }
            _ = try writer.publish(draft)
        }
        #expect(try DatasetSummary(root: dataset.root).outcomes == ["failure": 1, "success": 2])
        _ = try writer.consolidate(join: Self.join)
        let path = dataset.root.appending("meta/reel/chunk-000/file-000.parquet")
        let table = try ParquetReader(path: path).readAll()
        let said = zip(try table.int64s("episode_index"), try table.strings("outcome")).map { "\($0) \($1)" }
        #expect(Set(said) == ["0 failure", "1 ", "2 success", "3 success"])
        #expect(try DatasetSummary(root: dataset.root).outcomes == ["failure": 1, "success": 2])
        let text = "\(try DatasetSummary(root: dataset.root))"
        #expect(text.contains("the operator said: 1 failure, 2 success"))
        #expect(text.contains("note on episode 2: the cube slipped"))
    }

    @Test("all files of a kind become one; rows, statistics and pictures stay the same")
    func joins() throws {
        let dataset = try TestDataset.published(..<5)
        defer { dataset.remove() }
        let (filesBefore, rowsBefore) = (try dataset.files(), try rows(dataset))
        let report = try dataset.recovered().consolidate(join: Self.join)
        #expect(report.dataFiles == .init(before: 5, after: 1) && report.episodesFiles == .init(before: 5, after: 1))
        #expect(report.videoFiles == .init(before: 10, after: 2) && report.leftAlone.isEmpty && report.changed)

        let files = try dataset.files()
        #expect(
            files.keys.sorted() == [
                "data/chunk-000/file-000.parquet", "meta/episodes/chunk-000/file-000.parquet", "meta/info.json",
                "meta/reel/chunk-000/file-000.parquet", "meta/stats.json", "meta/tasks.parquet",
                "videos/observation.images.front/chunk-000/file-000.mp4",
                "videos/observation.images.top/chunk-000/file-000.mp4",
            ])
        for name in ["meta/info.json", "meta/stats.json", "meta/tasks.parquet"] {
            #expect(files[name] == filesBefore[name])
        }
        #expect(!File.exists(dataset.root.appending(".reel/consolidating")))

        let data = try ParquetReader(path: dataset.root.appending("data/chunk-000/file-000.parquet"))
        #expect(data.rowGroupCount == 5)
        #expect(try data.readAll().int64s("index") == (0..<66).map(Int64.init))
        #expect(data.schema.metadata("huggingface")?.contains("features") == true)
        let times = try ParquetReader(path: dataset.root.appending("meta/reel/chunk-000/file-000.parquet"))
        #expect(times.rowGroupCount == 5 && times.rowCount == 66)

        var time = 0.0
        for (before, after) in zip(rowsBefore, try rows(dataset)) {
            #expect(after.statistics == before.statistics && after.tasks == before.tasks)
            #expect(after.start == before.start && after.end == before.end && after.length == before.length)
            #expect(after.data == FileIndex() && after.file == FileIndex())
            let span = try #require(after.videos["observation.images.top"])
            #expect(span.file == FileIndex() && abs(span.from - time) < 1e-9)
            #expect(abs(span.to - span.from - Double(after.length) / 30) < 1e-9)
            time = span.to
        }
    }

    @Test("the next episode gets the next files, and a second consolidation joins it too; a third finds nothing to do")
    func again() throws {
        let dataset = try TestDataset.published(..<3)
        defer { dataset.remove() }
        _ = try dataset.recovered().consolidate(join: Self.join)
        try dataset.publish(3..<5)
        #expect(try rows(dataset).map(\.data.file) == [0, 0, 0, 1, 2])
        #expect(try rows(dataset).map { $0.videos["observation.images.top"]?.file.file } == [0, 0, 0, 1, 2])
        let writer = try dataset.recovered()
        #expect(try writer.consolidate(join: Self.join).changed)
        let files = try dataset.files()
        #expect(try writer.consolidate(join: Self.join).changed == false)
        #expect(try dataset.files() == files)

        // The same as if all had been joined at once, and the writer goes on.
        let other = try TestDataset.published(..<5)
        defer { other.remove() }
        _ = try DatasetWriter(root: other.root).consolidate(join: Self.join)
        #expect(try rows(other).map(\.videos) == rows(dataset).map(\.videos))
        #expect(try writer.publish(dataset.draft(5)) == 5)
        #expect(try rows(dataset).last?.data == FileIndex(file: 1))
    }

    @Test("what LeRobot recorded is joined with what came after it")
    func mixed() throws {
        let dataset = try ContinueTests.copy()
        defer { dataset.remove() }
        try dataset.publish(3..<5)
        let report = try dataset.recovered().consolidate { parts, whole in
            try AtomicFile.write(parts.flatMap { try File.read($0) }, to: whole)
            return [(0, 39.0 / 30), (39.0 / 30, 54.0 / 30), (54.0 / 30, 66.0 / 30)]
        }
        #expect(report.leftAlone.isEmpty && report.dataFiles.after == 1 && report.episodesFiles.after == 1)
        let rows = try rows(dataset)
        #expect(
            rows.map { Int((($0.videos["observation.images.front"]?.from ?? 0) * 30).rounded()) } == [
                0, 12, 25, 39, 54,
            ])
        #expect(rows.allSatisfy { $0.statistics.features.count == 9 && $0.data == FileIndex() })
        let data = try ParquetReader(path: dataset.root.appending("data/chunk-000/file-000.parquet"))
        #expect(data.rowGroupCount == 5 && data.rowCount == 66)
    }

    @Test("files are joined up to the sizes of info.json and 500 s, and large ones stay alone")
    func limits() throws {
        #expect(FileGroups.make(sizes: [10, 10, 10, 10], bytes: 30) == [0..<2, 2..<4])
        #expect(FileGroups.make(sizes: [50, 10, 10, 60, 5], bytes: 30) == [0..<1, 1..<3, 3..<4, 4..<5])
        #expect(
            FileGroups.make(sizes: [1, 1, 1], lengths: [200, 300, 1], bytes: 100, seconds: 500) == [0..<2, 2..<3])
        #expect(FileGroups.make(sizes: [1, 1], lengths: [600, 1], bytes: 100, seconds: 500) == [0..<1, 1..<2])
        #expect(FileGroups.make(sizes: [], bytes: 1).isEmpty)

        let dataset = try TestDataset.published(..<6)
        defer { dataset.remove() }
        var info = try DatasetInfo(path: DatasetLayout.info(in: dataset.root))
        info.videoFileSize = 2500.0 / 1024 / 1024
        let size = try #require(File.size(of: dataset.root.appending("data/chunk-000/file-000.parquet")))
        info.dataFileSize = Double(size) * 3.5 / 1024 / 1024
        try AtomicFile.write(info.text, to: DatasetLayout.info(in: dataset.root))
        _ = try dataset.recovered().consolidate(join: Self.join)
        #expect(try rows(dataset).map(\.data.file) == [0, 0, 0, 1, 1, 1])
        // A joined video has the name of its first part, so that readers with the old table still find what they know.
        #expect(try rows(dataset).map { $0.videos["observation.images.top"]?.file.file } == [0, 0, 2, 2, 4, 4])
        try dataset.publish(6..<7)
        #expect(try rows(dataset).last?.videos["observation.images.top"]?.file == FileIndex(file: 5))
    }

    @Test("videos that cannot be joined are left as they are, and it is said")
    func mismatch() throws {
        let dataset = try TestDataset.published(..<3)
        defer { dataset.remove() }
        let report = try dataset.recovered().consolidate { parts, whole in
            if whole.string.contains("top") { throw ReelError(.mismatch, "join", cause: "codec av1 and h264") }
            return try Self.join(parts, whole)
        }
        #expect(report.leftAlone.count == 1 && report.leftAlone[0].contains("codec av1"))
        #expect(report.videoFiles == .init(before: 6, after: 4))
        #expect(try rows(dataset).map { $0.videos["observation.images.top"]?.file.file } == [0, 1, 2])
        #expect(try rows(dataset).map { $0.videos["observation.images.front"]?.file.file } == [0, 0, 0])
    }

    @Test("an error while joining leaves everything as it was")
    func failure() throws {
        let dataset = try TestDataset.published(..<3)
        defer { dataset.remove() }
        let before = try dataset.files()
        #expect(throws: ReelError.self) {
            try dataset.recovered().consolidate { _, _ in
                throw ReelError(.diskFull, "join", cause: "no space left")
            }
        }
        #expect(try dataset.files() == before)
        #expect(!File.exists(dataset.root.appending(".reel/consolidating")))
    }

    static let faults = [
        "consolidate.prepared", "consolidate.marked", "consolidate.recorded", "consolidate.video-moved",
        "consolidate.video-moved:kill@2", "consolidate.capture-times-swapped", "consolidate.data-swapped",
        "consolidate.episodes-swapped", "consolidate.video-removed", "consolidate.cleaned",
        // The marks of the three directories, and the record.
        "file.written:kill", "file.synced:kill@2", "file.written:kill@3", "file.synced:kill@4",
    ]

    @Test("killed at any step, the dataset is the old or the new one as soon as it is opened again", arguments: faults)
    func killed(fault: String) async throws {
        let (reference, dataset) = (try TestDataset.published(..<4), try TestDataset.published(..<4))
        defer {
            reference.remove()
            dataset.remove()
        }
        let old = try dataset.files()
        _ = try DatasetWriter(root: reference.root).consolidate(join: Self.join)
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [root = dataset.root.string as String, fault = fault as String] in
            setenv("REEL_FAULT", fault.contains(":") ? fault : "\(fault):kill", 1)
            _ = try DatasetWriter(root: FilePath(root)).consolidate(join: ConsolidateTests.join)
        }
        let writer = try dataset.recovered()
        let wasRecorded = !["consolidate.prepared", "consolidate.marked"].contains(fault) && !fault.hasPrefix("file.")
        #expect(try dataset.files() == (wasRecorded ? reference.files() : old))
        #expect(try Directory.names(in: dataset.root.appending(".reel")).isEmpty)
        #expect(try writer.publish(dataset.draft(4)) == 4)
    }

    @Test("without a swap in one step, two renames do, and a kill between them is mended")
    func twoSteps() async throws {
        let directory = try TestDataset.temporary().removingLastComponent()
        defer { try? File.remove(directory) }
        let swap = DirectorySwap(live: directory.appending("data"), staged: directory.appending("staged/data"))
        func make() throws {
            try File.remove(swap.live)
            try Directory.create(swap.live)
            try Directory.create(swap.staged)
            try AtomicFile.write([1], to: swap.live.appending("old"))
            try AtomicFile.write([2], to: swap.staged.appending("new"))
            try swap.begin()
        }
        try make()
        try swap.perform(best: .twoRenames)
        #expect(try Directory.names(in: swap.live) == ["new"])
        try swap.perform(best: .twoRenames)
        #expect(try Directory.names(in: swap.live) == ["new"])

        try File.remove(directory.appending("staged"))
        try make()
        await #expect(processExitsWith: .signal(SIGKILL)) { [directory = directory.string as String] in
            setenv("REEL_FAULT", "consolidate.directory-aside:kill", 1)
            let directory = FilePath(directory)
            try DirectorySwap(live: directory.appending("data"), staged: directory.appending("staged/data"))
                .perform(best: .twoRenames)
        }
        #expect(!File.exists(swap.live))
        try swap.perform()
        #expect(try Directory.names(in: swap.live) == ["new"])
    }

    @Test("where nothing can be renamed all is copied, and cut short before its end begun anew")
    func copies() throws {
        let directory = try TestDataset.temporary().removingLastComponent()
        defer { try? File.remove(directory) }
        let swap = DirectorySwap(live: directory.appending("data"), staged: directory.appending("staged/data"))
        try Directory.create(swap.live.appending("chunk-000"))
        try Directory.create(swap.staged.appending("chunk-000"))
        try AtomicFile.write([1], to: swap.live.appending("chunk-000/old"))
        try AtomicFile.write([2], to: swap.staged.appending("chunk-000/new"))
        try swap.begin()
        func expectNew() throws {
            #expect(try Directory.names(in: directory) == ["data", "staged"])
            #expect(try Directory.names(in: swap.live.appending("chunk-000")) == ["new"])
        }
        for _ in 0..<2 {
            try swap.perform(best: .copies)
            try expectNew()
        }
        // As it is after a kill when the copy was in its place, and nothing else was done.
        try Directory.rename(swap.staged, to: directory.appending("staged/data.old"))
        try Directory.rename(directory.appending("staged/data.copied"), to: swap.staged)
        try swap.perform(best: .copies)
        try expectNew()
    }

    @Test("where directories cannot be renamed their files can, and a kill between any two of them is mended")
    func fileByFile() async throws {
        let directory = try TestDataset.temporary().removingLastComponent()
        defer { try? File.remove(directory) }
        let swap = DirectorySwap(live: directory.appending("data"), staged: directory.appending("staged/data"))
        let faults = [
            "", "directory.file-aside:kill", "directory.file-aside:kill@2", "consolidate.directory-aside:kill",
        ]
        for fault in faults {
            try File.remove(swap.live)
            try File.remove(swap.staged.removingLastComponent())
            try Directory.create(swap.live.appending("chunk-000"))
            try Directory.create(swap.staged.appending("chunk-000"))
            for name in ["1", "2"] { try AtomicFile.write([1], to: swap.live.appending("chunk-000/\(name)")) }
            try AtomicFile.write([2], to: swap.staged.appending("chunk-000/new"))
            try swap.begin()
            if !fault.isEmpty {
                await #expect(processExitsWith: .signal(SIGKILL)) {
                    [directory = directory.string as String, fault = fault as String] in
                    setenv("REEL_FAULT", fault, 1)
                    let directory = FilePath(directory)
                    try DirectorySwap(live: directory.appending("data"), staged: directory.appending("staged/data"))
                        .perform(best: .fileByFile)
                }
            }
            // A file browser, a sync client.
            if fault.hasPrefix("consolidate.") {
                try AtomicFile.write([3], to: swap.live.appending(".stray"))
            }
            for _ in 0..<2 {
                try swap.perform(best: .fileByFile)
                #expect(try Directory.names(in: swap.live) == ["chunk-000"], "\(fault)")
                #expect(try Directory.names(in: swap.live.appending("chunk-000")) == ["new"], "\(fault)")
            }
        }
    }
}
