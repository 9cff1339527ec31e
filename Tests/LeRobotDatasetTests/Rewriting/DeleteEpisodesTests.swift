import ArrowTables
import Glibc
import OrderedCollections
import Platform
import RecordingTypes
import Synchronization
import SystemPackage
import Testing

@testable import LeRobotDataset

@Suite("deleted episodes are gone, the others are numbered anew, and the dataset is the old or the new one")
struct DeleteEpisodesTests {
    /// A film of the test takes is each take's number a thousand times.
    static func cut(_ frames: [Range<Int>], _ video: FilePath, _ target: FilePath) throws {
        let film = try File.read(video)
        var takes: [Range<Int>: ArraySlice<UInt8>] = [:]
        var time = 0
        for position in stride(from: 0, to: film.count, by: 1000) {
            let length = TestDataset.take(Int(film[position])).length
            takes[time..<time + length] = film[position..<position + 1000]
            time += length
        }
        try AtomicFile.write(
            try frames.flatMap { wanted in
                guard let take = takes[wanted] else {
                    throw ReelError(.mismatch, "cut", cause: "no take lies at \(wanted)")
                }
                return take
            }, to: target)
    }

    private func hasUnfinishedDeletion(_ dataset: TestDataset) -> Bool {
        UnfinishedWork.find(in: dataset.root).contains { $0.kind == .deleting && $0.isDecided }
    }

    private func rows(_ dataset: TestDataset) throws -> [EpisodeRow] {
        let info = try DatasetInfo(path: DatasetLayout.info(in: dataset.root))
        return try EpisodesTable.files(in: DatasetLayout(root: dataset.root, info: info))
            .flatMap { try EpisodesTable.read($0, info: info, statistics: true) }
    }

    private func table(_ dataset: TestDataset, _ directory: String) throws -> [ColumnValues] {
        let tables = try ParquetFiles.all(in: dataset.root.appending(directory))
            .map { try ParquetReader(path: $0).readAll() }
        return try Table.joined(tables, as: #require(tables.first).schema).columns
    }

    /// Whether the dataset is what recording these takes alone would have made.
    private func expect(_ dataset: TestDataset, holds takes: [Int], consolidated: Bool) throws {
        let reference = try TestDataset.create()
        defer { reference.remove() }
        try reference.publish(takes)
        if consolidated { _ = try DatasetWriter(root: reference.root).consolidate(join: ConsolidateTests.join) }
        #expect(try table(dataset, "data") == table(reference, "data"))
        #expect(try table(dataset, "meta/reel") == table(reference, "meta/reel"))
        for (found, expected) in zip(try rows(dataset), try rows(reference)) {
            var expected = expected
            expected.file = FileIndex()
            #expect(found == expected)
        }
        let (files, others) = (try dataset.files(), try reference.files())
        #expect(files["meta/info.json"] == others["meta/info.json"])
        for name in Set(files.keys).union(others.keys) where name.hasPrefix("videos") {
            #expect(files[name] == others[name], "\(name)")
        }
        let statistics = try EpisodeStatistics(reading: files["meta/stats.json"] ?? [], subject: "stats.json")
        let computed = try EpisodeStatistics.aggregate(rows(reference).map(\.statistics))
        #expect(statistics.text == computed.text)
        #expect(try DatasetCheck.run(root: dataset.root, tools: FakeVideoTools(), pictures: .all).isEmpty)
        #expect(!File.exists(dataset.root.appending(".reel/editing")))
    }

    @Test("from files of their own", arguments: [[1, 3], [0, 1], [4], [0, 1, 2, 3]])
    func ownFiles(gone: [Int]) throws {
        let dataset = try TestDataset.create()
        defer { dataset.remove() }
        // Two tasks that all parts of it have.
        try dataset.publish(0..<5)
        let writer = try dataset.recovered()
        try writer.deleteEpisodes(Set(gone), cut: Self.cut)
        let left = (0..<5).filter { !gone.contains($0) }
        #expect(writer.info.totalEpisodes == left.count)
        if gone != [0, 1, 2, 3] { try expect(dataset, holds: left, consolidated: false) }
        #expect(try writer.publish(dataset.draft(5)) == left.count)
        #expect(try DatasetCheck.run(root: dataset.root, tools: nil).filter { $0.severity == .error }.isEmpty)
    }

    @Test("from files that they share with others", arguments: [[1, 3], [0, 1], [4]])
    func sharedFiles(gone: [Int]) throws {
        let dataset = try TestDataset.published(..<5)
        defer { dataset.remove() }
        let writer = try dataset.recovered()
        _ = try writer.consolidate(join: ConsolidateTests.join)
        try writer.deleteEpisodes(Set(gone), cut: Self.cut)
        try expect(dataset, holds: (0..<5).filter { !gone.contains($0) }, consolidated: true)
    }

    @Test(
        "what was said of an episode stays with it, when others are gone and when files are joined",
        arguments: [false, true])
    func labels(hasTimes: Bool) throws {
        let dataset = try TestDataset.create()
        defer { dataset.remove() }
        let writer = try dataset.recovered()
        for number in 0..<4 {
            var draft = try dataset.draft(number)
            if hasTimes { draft.captureTimes?.outcome = number == 1 ? .success : nil } else { draft.captureTimes = nil }
            _ = try writer.publish(draft)
        }
        let layout = try Dataset(root: dataset.root).layout
        var labels = try EpisodeLabels(in: layout)
        #expect(labels.isEmpty)
        labels.say(EpisodeLabels.Label(episode: 2, outcome: "failure", note: "it slipped"))
        labels.say(EpisodeLabels.Label(episode: 2, excluded: true))
        labels.say(EpisodeLabels.Label(episode: 1, outcome: ""))
        labels.say(EpisodeLabels.Label(episode: 0, note: "gone soon"))
        try labels.write(in: layout)
        let before = try DatasetSummary(root: dataset.root)
        // What was said while recording is taken back for episode 1.
        #expect(before.outcomes == ["failure": 1] && before.excluded == [2])
        #expect(before.notes == [0: "gone soon", 2: "it slipped"])
        _ = try writer.deleteEpisodes([0], cut: Self.cut)
        _ = try writer.consolidate(join: ConsolidateTests.join)
        let after = try DatasetSummary(root: dataset.root)
        #expect(after.outcomes == ["failure": 1] && after.excluded == [1] && after.notes == [1: "it slipped"])
        #expect("\(after)".contains("excluded: 1; without them: --dataset.episodes=[0,2]"))
        #expect(try EpisodeLabels(in: layout).outcome(of: 0, recorded: "success").isEmpty)
    }

    @Test("labels that nobody can read are told, and no reason to be without the dataset")
    func damagedLabels() throws {
        let dataset = try TestDataset.create()
        defer { dataset.remove() }
        _ = try dataset.recovered().publish(try dataset.draft(0))
        let layout = try Dataset(root: dataset.root).layout
        try Directory.create(layout.labels.removingLastComponent())
        try File.replace(layout.labels).append(Array("{\"episode_index\": 0}\nnonsense\n".utf8))
        let error = try #require(throws: ReelError.self) { try EpisodeLabels(in: layout) }
        #expect(error.cause == "line 2 is no label" && error.subject == layout.labels.string)
        #expect(try DatasetSummary(root: dataset.root).problems == ["meta/reel/episodes.jsonl: line 2 is no label"])
    }

    @Test("a task that no episode has any more keeps its number")
    func tasks() throws {
        let dataset = try TestDataset.published(..<3)
        defer { dataset.remove() }
        try dataset.recovered().deleteEpisodes([1], cut: Self.cut)
        #expect(try DatasetSummary(root: dataset.root).tasks == ["pick": 2, "place ü": 0])
        #expect(try DatasetCheck.run(root: dataset.root, tools: FakeVideoTools(), pictures: .all).isEmpty)
    }

    @Test("files that are called otherwise stay so; videos that lie elsewhere are not left behind")
    func otherPaths() throws {
        let dataset = try TestDataset.create()
        defer { dataset.remove() }
        func check() throws -> [Finding] {
            try DatasetCheck.run(root: dataset.root, tools: FakeVideoTools(), pictures: .all)
        }
        let path = DatasetLayout.info(in: dataset.root)
        var info = try DatasetInfo(path: path)
        info.dataPath = "data/chunk-{chunk_index:03d}/part-{file_index:03d}.parquet"
        try AtomicFile.write(info.text, to: path)
        try dataset.publish(0..<3)
        _ = try DatasetWriter(root: dataset.root).consolidate(join: ConsolidateTests.join)
        #expect(try check().isEmpty)
        try DatasetWriter(root: dataset.root).deleteEpisodes([1], cut: Self.cut)
        #expect(try check().isEmpty)

        info = try DatasetInfo(path: path)
        info.videoPath = "films/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4"
        try AtomicFile.write(info.text, to: path)
        try Directory.rename(dataset.root.appending("videos"), to: dataset.root.appending("films"))
        try Directory.create(dataset.root.appending("videos"))
        #expect(try check().isEmpty)
        let before = try dataset.files()
        let error = #expect(throws: ReelError.self) {
            try DatasetWriter(root: dataset.root).deleteEpisodes([0], cut: Self.cut)
        }
        #expect(error?.kind == .mismatch && error?.cause.contains("films/") == true)
        #expect(try dataset.files() == before)
    }

    @Test("from what LeRobot recorded")
    func leRobots() throws {
        let dataset = try ContinueTests.copy()
        defer { dataset.remove() }
        let before = try rows(dataset)
        let asked = Mutex<[[Range<Int>]]>([])
        try dataset.recovered().deleteEpisodes([1]) { frames, video, target in
            asked.withLock { $0.append(frames) }
            try AtomicFile.write(File.read(video), to: target)
        }
        let after = try rows(dataset)
        #expect(after.map(\.length) == [before[0].length, before[2].length])
        #expect(after.map(\.index) == [0, 1] && after[1].start == before[0].length)
        let third = before[0].length + before[1].length
        let info = try DatasetInfo(path: DatasetLayout.info(in: dataset.root))
        #expect(
            asked.withLock { $0 }
                == info.videoFeatures.map { _ in [0..<before[0].length, third..<third + before[2].length] })
        #expect(try DatasetCheck.run(root: dataset.root, tools: nil).filter { $0.severity == .error }.isEmpty)
    }

    @Test("what cannot be is refused, and nothing has changed")
    func refusals() throws {
        let dataset = try TestDataset.published(..<3)
        defer { dataset.remove() }
        _ = try dataset.recovered().consolidate(join: ConsolidateTests.join)
        let before = try dataset.files()
        for (episodes, words) in [
            ([3], "no episode 3"), ([-1], "no episode -1"), ([0, 1, 2], "nothing would be left"),
        ] {
            let error = try #require(throws: ReelError.self) {
                try dataset.recovered().deleteEpisodes(Set(episodes), cut: Self.cut)
            }
            #expect(error.kind == .usage && error.cause.contains(words))
        }
        #expect(throws: ReelError.self) {
            try dataset.recovered().deleteEpisodes([1]) { _, _, _ in
                throw ReelError(.diskFull, "cut", cause: "no space left")
            }
        }
        #expect(try dataset.files() == before)
        #expect(!File.exists(dataset.root.appending(".reel/editing")))
    }

    static let faults = [
        "edit.prepared", "edit.marked", "edit.recorded", "edit.capture-times-swapped", "edit.data-swapped",
        "edit.videos-swapped", "edit.episodes-swapped", "edit.file-replaced", "edit.file-replaced:kill@2",
        "edit.old-removed", "edit.cleaned",
    ]

    @Test("killed at any step, the dataset is the old or the new one as soon as it is opened again", arguments: faults)
    func killed(fault: String) async throws {
        let dataset = try TestDataset.published(..<4)
        let reference = try TestDataset.published(..<4)
        defer {
            dataset.remove()
            reference.remove()
        }
        for set in [dataset, reference] {
            _ = try DatasetWriter(root: set.root).consolidate(join: ConsolidateTests.join)
        }
        let old = try dataset.files()
        try DatasetWriter(root: reference.root).deleteEpisodes([1, 2], cut: Self.cut)
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [root = dataset.root.string as String, fault = fault as String] in
            setenv("REEL_FAULT", fault.contains(":") ? fault : "\(fault):kill", 1)
            try DatasetWriter(root: FilePath(root)).deleteEpisodes([1, 2], cut: DeleteEpisodesTests.cut)
        }
        let wasRecorded = !["edit.prepared", "edit.marked"].contains(fault)
        let isOver = fault == "edit.cleaned"
        #expect(hasUnfinishedDeletion(dataset) == (wasRecorded && !isOver))
        let writer = try dataset.recovered()
        #expect(!hasUnfinishedDeletion(dataset))
        #expect(try dataset.files() == (wasRecorded ? reference.files() : old))
        #expect(try Directory.names(in: dataset.root.appending(".reel")).isEmpty)
        #expect(try writer.publish(dataset.draft(4)) == (wasRecorded ? 2 : 4))
    }
}
