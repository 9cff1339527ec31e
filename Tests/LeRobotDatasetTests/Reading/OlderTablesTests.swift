import OrderedCollections
import Platform
import PythonJSON
import RecordingTypes
import SystemPackage
import Testing

@testable import ArrowTables
@testable import LeRobotDataset

/// LeRobot reads all files of the table of episodes as one: with other columns in one of them it opens nothing.
@Suite("a table of episodes with fewer columns than today's is continued, consolidated and edited as it is")
struct OlderTablesTests {
    enum Lack: String, CaseIterable {
        case quantiles, statistics, ownPlace

        func lacks(_ column: String) -> Bool {
            switch self {
            case .quantiles: column.hasPrefix("stats/") && column.contains("/q")
            case .statistics: column.hasPrefix("stats/")
            case .ownPlace: column.hasPrefix("meta/episodes/")
            }
        }
    }

    /// Leaves columns out of the files of the table.
    private func reduce(_ dataset: TestDataset, _ lack: Lack, files: Range<Int>? = nil) throws {
        let paths = try ParquetFiles.all(in: dataset.root.appending("meta/episodes"))
        for path in files.map({ Array(paths[$0]) }) ?? paths {
            let reader = try ParquetReader(path: path)
            let table = try reader.readAll(columns: reader.schema.fields.map(\.name).filter { !lack.lacks($0) })
            var file = try EpisodesFile(path: path, schema: table.schema)
            try file.append(table)
            try file.finish()
        }
    }

    private func columns(_ dataset: TestDataset) throws -> Set<[String]> {
        Set(
            try ParquetFiles.all(in: dataset.root.appending("meta/episodes"))
                .map { try ParquetReader(path: $0).schema.fields.map(\.name) })
    }

    private func errors(_ dataset: TestDataset) throws -> [Finding] {
        try DatasetCheck.run(root: dataset.root, tools: FakeVideoTools(), pictures: .all)
            .filter { $0.severity == .error }
    }

    @Test("new files have the columns of those that are there", arguments: Lack.allCases)
    func continued(_ lack: Lack) throws {
        let dataset = try TestDataset.published(..<2)
        defer { dataset.remove() }
        try reduce(dataset, lack)
        try dataset.publish(2..<4)
        #expect(try columns(dataset).count == 1)
        #expect(try columns(dataset).first?.contains { lack.lacks($0) } == false)
        #expect(try errors(dataset).isEmpty)
        _ = try DatasetWriter(root: dataset.root).consolidate(join: ConsolidateTests.join)
        #expect(try errors(dataset).isEmpty)
        try DatasetWriter(root: dataset.root).deleteEpisodes([1], cut: DeleteEpisodesTests.cut)
        #expect(try columns(dataset).count == 1)
        #expect(try errors(dataset).isEmpty)
        try dataset.publish(4..<5)
        #expect(try columns(dataset).count == 1)
        #expect(try errors(dataset).isEmpty)
    }

    @Test("files that differ are found, and consolidating makes them one table", arguments: Lack.allCases)
    func different(_ lack: Lack) throws {
        let dataset = try TestDataset.published(..<3)
        defer { dataset.remove() }
        try reduce(dataset, lack, files: 0..<2)
        #expect(try errors(dataset).map(\.file) == ["meta/episodes/chunk-000/file-002.parquet"])
        _ = try DatasetWriter(root: dataset.root).consolidate(join: ConsolidateTests.join)
        #expect(try columns(dataset).count == 1)
        #expect(try errors(dataset).isEmpty)
    }

    @Test("statistics that the table does not have are not lost with an episode")
    func deleted() throws {
        let dataset = try TestDataset.create()
        let reference = try TestDataset.create()
        defer {
            dataset.remove()
            reference.remove()
        }
        try dataset.publish(0..<3)
        try reference.publish(1..<3)
        try reduce(dataset, .statistics)
        let path = dataset.root.appending("meta/stats.json")
        var members = try #require(try JSONReader.read(File.read(path), subject: "").object)
        let force = JSONValue.object(["mean": .array([.real(4)]), "note": .string("kept")])
        members["observation.force"] = force
        try AtomicFile.write(JSONText.indented(.object(members)), to: path)
        let kept = try DatasetWriter(root: dataset.root).deleteEpisodes([0], with: FakeVideoTools())
        #expect(kept == ["observation.images.front", "observation.images.top"])
        let left = try DatasetStatistics(path: path)
        #expect(left.others["observation.force"] == force)
        let expected = try DatasetStatistics(path: reference.root.appending("meta/stats.json"))
        #expect(Set(left.features.features.keys) == Set(expected.features.features.keys))
        for name in ["action", "observation.state", "timestamp", "frame_index"] {
            let (found, wanted) = (left.features.features[name], expected.features.features[name])
            let both = (try #require(found), try #require(wanted))
            #expect(StatisticsCheck.difference(both.0, both.1, quantiles: false) == nil, "\(name)")
        }
    }

    @Test("LeRobot opens what was continued, consolidated and edited", .enabled(if: LeRobotProcess.python != nil))
    func opened() throws {
        let films = try TestDataset.temporary()
        try Directory.create(films)
        defer { try? File.remove(films.removingLastComponent()) }
        try LeRobotProcess.makeFilms(0..<4, in: films)
        var datasets: [TestDataset] = []
        defer { for dataset in datasets { dataset.remove() } }
        let begun = try TestDataset.create()
        datasets.append(begun)
        try begun.publish(0..<2, films: films)
        for lack in Lack.allCases {
            for step in 0..<3 {
                let dataset = try begun.copy()
                datasets.append(dataset)
                try reduce(dataset, lack)
                try dataset.publish(2..<4, films: films)
                if step == 1 { _ = try DatasetWriter(root: dataset.root).consolidate(join: LeRobotProcess.join) }
                if step == 2 {
                    try DatasetWriter(root: dataset.root).deleteEpisodes([1]) { _, _, _ in Issue.record("no cut") }
                }
            }
        }
        for reading in try LeRobotProcess.read(datasets.dropFirst().map(\.root)) {
            #expect(reading.error == nil)
            #expect(reading.statistics?.count == 9)
        }
    }

    @Test("whole numbers and single precision in the table, as converters write them, keep nothing from being changed")
    func otherTypes() throws {
        let dataset = try TestDataset.published(..<3)
        defer { dataset.remove() }
        for path in try ParquetFiles.all(in: dataset.root.appending("meta/episodes")) {
            let table = try ParquetReader(path: path).readAll()
            var (schema, columns) = (table.schema, table.columns)
            for (position, field) in table.schema.fields.enumerated() {
                switch (field.name, table.columns[position]) {
                case ("stats/episode_index/min", .list(let offsets, .float64(let values))),
                    ("stats/index/max", .list(let offsets, .float64(let values))):
                    schema.fields[position].type = .list(.int64)
                    columns[position] = .list(offsets: offsets, values: .int64(values.map { Int64($0) }))
                case ("stats/index/mean", .list(_, .float64(let values))):
                    schema.fields[position].type = .float64
                    columns[position] = .float64(values)
                case (_, .float64(let values)) where field.name.hasSuffix("_timestamp"):
                    schema.fields[position].type = .float32
                    columns[position] = .float32(values.map(Float.init))
                default: break
                }
            }
            try EpisodesFile.write(Table(schema: schema, columns: columns), to: path)
        }
        #expect(try errors(dataset).isEmpty)
        try dataset.publish(3..<4)
        let types = try ParquetFiles.all(in: dataset.root.appending("meta/episodes"))
            .map { try ParquetReader(path: $0).schema.fields }
        #expect(Set(types).count == 1)
        try DatasetWriter(root: dataset.root).deleteEpisodes([0], cut: DeleteEpisodesTests.cut)
        #expect(try errors(dataset).isEmpty)
        try dataset.publish(4..<5)
        _ = try DatasetWriter(root: dataset.root).consolidate(join: ConsolidateTests.join)
        #expect(try errors(dataset).isEmpty)
        #expect(try ParquetFiles.all(in: dataset.root.appending("meta/episodes")).count == 1)
    }

    @Test("a column of a type that Reel does not take apart hides none of the others")
    func unknownType() throws {
        let dataset = try TestDataset.published(..<1)
        defer { dataset.remove() }
        let path = dataset.root.appending("meta/episodes/chunk-000/file-000.parquet")
        let table = try ParquetReader(path: path).readAll()
        var schema = table.schema
        schema.fields.append(ColumnField("recorded_at", .other(format: "tsu:")))
        let writer = try ParquetWriter(path: path, schema: schema)
        try writer.writeRowGroup(Table(validated: table.columns + [.int64([1])], schema: schema, rowCount: 1))
        try writer.finish()
        #expect(try DatasetCheck.run(root: dataset.root, tools: FakeVideoTools(), pictures: .all).isEmpty)
        #expect(try EpisodeActions(root: dataset.root, episode: 0).count == 12)
        let error = #expect(throws: ReelError.self) { try DatasetWriter(root: dataset.root) }
        #expect(error?.cause == "its column recorded_at is of a type that Reel does not write")
    }

    @Test("actions in double precision are replayed; as many names as there are values there must be")
    func otherActions() throws {
        let dataset = try TestDataset.published(..<1)
        defer { dataset.remove() }
        let expected = try EpisodeActions(root: dataset.root, episode: 0)
        let path = dataset.root.appending("data/chunk-000/file-000.parquet")
        let table = try ParquetReader(path: path).readAll()
        let position = try #require(table.schema.index(of: "action"))
        func write(_ type: ColumnType, _ values: ColumnValues) throws {
            var (schema, columns) = (table.schema, table.columns)
            schema.fields[position].type = type
            columns[position] = values
            try EpisodesFile.write(Table(schema: schema, columns: columns), to: path)
        }
        let values = try table.float32s("action", width: 2)
        try write(.fixedSizeList(.float64, 2), .fixedSizeList(size: 2, values: .float64(values.map(Double.init))))
        let actions = try EpisodeActions(root: dataset.root, episode: 0)
        #expect((0..<actions.count).map { actions[$0] } == (0..<expected.count).map { expected[$0] })

        try write(.float32, .float32([Float](repeating: 1, count: table.rowCount)))
        let info = DatasetLayout.info(in: dataset.root)
        var description = try DatasetInfo(path: info)
        let feature = try #require(description.features.firstIndex { $0.name == "action" })
        description.features[feature].definition["shape"] = .array([.integer(1)])
        try AtomicFile.write(description.text, to: info)
        let error = #expect(throws: ReelError.self) { try EpisodeActions(root: dataset.root, episode: 0) }
        #expect(error?.cause == "its rows are not the 2 numbers that info.json names")
    }

    @Test("the arm and the cameras of an older LeRobot are the same arm and the same cameras")
    func olderNames() throws {
        let dataset = try TestDataset.published(..<1)
        defer { dataset.remove() }
        let path = DatasetLayout.info(in: dataset.root)
        var info = try DatasetInfo(path: path)
        info.robotType = "so101_follower"
        for index in info.features.indices {
            if info.features[index].isVisual {
                info.features[index].definition["names"] = .array(["height", "width", "channel"].map(JSONValue.string))
            } else if let names = info.features[index].definition["names"], names != .null {
                info.features[index].definition["names"] = .object(["motors": names])
            }
        }
        try AtomicFile.write(info.text, to: path)
        try Dataset(root: dataset.root).requireMatching(dataset.session)
        try dataset.publish(1..<2)
        #expect(try DatasetInfo(path: path).robotType == "so101_follower")
        #expect(try errors(dataset).isEmpty)
        #expect(try EpisodeActions(root: dataset.root, episode: 1).names == dataset.session.action.names)
    }
}
