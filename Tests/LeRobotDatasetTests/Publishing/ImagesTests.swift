import ArrowTables
import OrderedCollections
import Platform
import PythonJSON
import RecordingTypes
import SystemPackage
import Testing

@testable import LeRobotDataset

@Suite("pictures that stay images stand in the data files as LeRobot puts them there")
struct ImagesTests {
    private static let length = 5

    private func session() -> SessionDescription {
        var session = TestDataset.session(cameras: ["front"])
        session.cameras[0].target = .images
        return session
    }

    /// The beginning and the end of a PNG of 64×48, and between them bytes that tell which it is.
    private func image(_ value: Int, size: Int) -> [UInt8] {
        let header: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]
        let start = header + Array("IHDR".utf8) + [0, 0, 0, 64, 0, 0, 0, 48]
        let end = Array("IEND".utf8) + [1, 2, 3, 4]
        return start + [UInt8](repeating: UInt8(value), count: size - start.count - end.count) + end
    }

    /// A take whose images tell which they are.
    private func draft(_ dataset: TestDataset, _ number: Int) throws -> EpisodeDraft {
        var draft = try dataset.draft(number, length: Self.length)
        let path = dataset.root.appending(".reel/encoded/\(number)/front.pngs")
        let images = (0..<Self.length).map { image(number * 10 + $0, size: 100 + $0) }
        try AtomicFile.write(images.flatMap(\.self), to: path)
        draft.videos = [:]
        draft.images = ["observation.images.front": .init(path: path, sizes: images.map(\.count))]
        return draft
    }

    private func images(_ path: FilePath) throws -> (bytes: [[UInt8]], names: [String]) {
        guard case .structure(let fields)? = try ParquetReader(path: path).readAll()["observation.images.front"],
            case .binary(let bytes) = fields[0], case .utf8(let names) = fields[1]
        else { return ([], []) }
        return (bytes, names)
    }

    @Test("the data file has the column, the feature and the metadata")
    func publishes() throws {
        let dataset = try TestDataset.create(session())
        defer { dataset.remove() }
        let writer = try DatasetWriter(root: dataset.root)
        for number in 0..<2 { #expect(try writer.publish(draft(dataset, number)) == number) }
        let path = dataset.root.appending("data/chunk-000/file-001.parquet")
        let reader = try ParquetReader(path: path)
        #expect(reader.rowGroupCount == 1)
        #expect(
            reader.schema.fields.first { $0.name == "observation.images.front" }?.type
                == .structure([ColumnField("bytes", .binary), ColumnField("path", .utf8)]))
        #expect(
            reader.schema.metadata("huggingface")?.contains(#""observation.images.front": {"_type": "Image"}"#) == true)
        let found = try images(path)
        #expect(found.bytes == (0..<Self.length).map { image(10 + $0, size: 100 + $0) })
        #expect(found.names == (0..<Self.length).map { "frame-00000\($0).png" })

        let info = try DatasetInfo(path: DatasetLayout.info(in: dataset.root))
        #expect(info.videoPath == nil && info.imageFeatures.map(\.name) == ["observation.images.front"])
        #expect(
            info[feature: "observation.images.front"]?.definition["info"] == .object(["is_depth_map": .bool(false)]))
        let text = String(decoding: try File.read(DatasetLayout.info(in: dataset.root)), as: UTF8.self)
        #expect(text.contains(#""video_path": null"#))
        #expect(try DatasetCheck.run(root: dataset.root, tools: nil).isEmpty)
        let opened = try Dataset(root: dataset.root)
        try opened.requireMatching(session())
        #expect(throws: ReelError.self) { try opened.requireMatching(TestDataset.session(cameras: ["front"])) }
    }

    @Test("many images are several row groups, with all rows in order")
    func rowGroups() throws {
        let dataset = try TestDataset.create(session())
        defer { dataset.remove() }
        let draft = try draft(dataset, 3)
        let path = dataset.root.appending("rows.parquet")
        let info = DatasetInfo(session: session())
        try DataTable(draft: draft, info: info, index: 0, start: 0, taskIndices: [0, 0, 0, 0, 0])
            .write(to: path, rowGroupBytes: 250)
        let reader = try ParquetReader(path: path)
        #expect((0..<reader.rowGroupCount).map(reader.rowCount(ofRowGroup:)) == [2, 2, 1])
        #expect(try reader.readAll().int64s("index") == (0..<5).map(Int64.init))
        #expect(try images(path).bytes.map(\.count) == [100, 101, 102, 103, 104])
        #expect(try FeatureValues(reader.readAll().float32s("action", width: 2)) == draft.values["action"])
    }

    @Test("images that are not one a frame are refused")
    func refuses() throws {
        let dataset = try TestDataset.create(session())
        defer { dataset.remove() }
        let writer = try DatasetWriter(root: dataset.root)
        let good = try draft(dataset, 0)
        var few = good
        few.images["observation.images.front"]?.sizes.removeLast()
        var cut = good
        cut.images["observation.images.front"]?.sizes[0] += 1
        var none = good
        none.images = [:]
        for draft in [few, cut, none] { #expect(throws: ReelError.self) { try writer.publish(draft) } }
        #expect(try writer.publish(good) == 0)
    }

    @Test("images of episodes that stay move with them when others are deleted")
    func deletes() throws {
        let dataset = try TestDataset.create(session())
        defer { dataset.remove() }
        let writer = try DatasetWriter(root: dataset.root)
        for number in 0..<3 { _ = try writer.publish(draft(dataset, number)) }
        _ = try writer.consolidate { _, _ in [] }
        try writer.deleteEpisodes([1]) { _, _, _ in }
        let found = try images(dataset.root.appending("data/chunk-000/file-000.parquet"))
        #expect(found.bytes.map { $0[30] } == [0, 1, 2, 3, 4, 20, 21, 22, 23, 24])
        #expect(try DatasetCheck.run(root: dataset.root, tools: nil).isEmpty)
    }

    @Test("a check of images whose shape info.json does not say goes to its end", arguments: [[], [48, 64]])
    func noShape(shape: [Int]) throws {
        let dataset = try TestDataset.create(session())
        defer { dataset.remove() }
        _ = try DatasetWriter(root: dataset.root).publish(draft(dataset, 0))
        let path = DatasetLayout.info(in: dataset.root)
        var info = try DatasetInfo(path: path)
        let position = try #require(info.features.firstIndex { $0.isImage })
        info.features[position].definition["shape"] = .array(shape.map(JSONValue.integer))
        try AtomicFile.write(info.text, to: path)
        let found = try DatasetCheck.run(root: dataset.root, tools: nil, pictures: .all).map(\.description)
        #expect(found.contains { $0.contains("row 0: it is 64×48, info.json says") }, "\(found)")
    }

    @Test("a check finds images that are none, are cut short, or have another size")
    func checks() throws {
        let damages: [((inout [UInt8]) -> Void, String)] = [
            ({ $0[0] = 0 }, "row 2: it is no PNG"),
            ({ $0[19] = 65 }, "row 2: it is 65×48, info.json says 64×48"),
            ({ $0.removeLast(4) }, "row 2: the PNG is cut short"),
        ]
        for (damage, words) in damages {
            let dataset = try TestDataset.create(session())
            defer { dataset.remove() }
            var draft = try draft(dataset, 0)
            let path = try #require(draft.images["observation.images.front"]).path
            var images = (0..<Self.length).map { image($0, size: 100 + $0) }
            damage(&images[2])
            try AtomicFile.write(images.flatMap(\.self), to: path)
            draft.images["observation.images.front"]?.sizes = images.map(\.count)
            _ = try DatasetWriter(root: dataset.root).publish(draft)
            let found = try DatasetCheck.run(root: dataset.root, tools: nil).map(\.description)
            #expect(found.count == 1 && found[0].contains(words), "\(found)")
        }
    }
}
