import ArrowTables
import LeRobotDataset
import OrderedCollections
import Platform
import PythonJSON
import RecordingTypes
import SystemPackage
import Testing

@Suite("Features of every type and shape that LeRobot takes become its columns, with its statistics")
struct AnyValuesTests {
    private static func feature(_ name: String, _ dtype: String, _ shape: [Int]) -> Feature {
        Feature(
            name: name,
            definition: [
                "dtype": .string(dtype), "shape": .array(shape.map(JSONValue.integer)), "names": .null,
            ])
    }

    private static func bytes<Value: BitwiseCopyable>(_ values: [Value]) -> [UInt8] {
        values.withUnsafeBytes { Array($0) }
    }

    private static func dataset(_ features: [Feature]) throws -> TestDataset {
        let dataset = try TestDataset.create(TestDataset.session(cameras: []))
        try File.remove(DatasetLayout.info(in: dataset.root))
        try DatasetWriter.create(root: dataset.root, info: DatasetInfo(fps: 30, features: features + Feature.defaults))
        return dataset
    }

    private static func draft(
        _ values: OrderedDictionary<String, FeatureValues>, length: Int = 2, identity: String = "a"
    ) -> EpisodeDraft {
        EpisodeDraft(
            identity: identity, length: length, task: "pick", values: values, videos: [:],
            statistics: EpisodeStatistics(), captureTimes: nil)
    }

    @Test func columns() throws {
        let dataset = try Self.dataset([
            Self.feature("note", "string", [1]), Self.feature("done", "bool", [1]), Self.feature("mask", "bool", [2]),
            Self.feature("half", "float16", [2]), Self.feature("count", "uint64", [1]),
            Self.feature("grid", "uint8", [2, 3]), Self.feature("cube", "float64", [1, 2, 1]),
        ])
        defer { dataset.remove() }
        let draft = Self.draft([
            "note": .strings(["ä", ""]), "done": .numbers(.bool, [1, 0]), "mask": .numbers(.bool, [1, 0, 0, 1]),
            "half": .numbers(.float16, Self.bytes([Float16(1.5), -2, 0.25, 3])),
            "count": .numbers(.uint64, Self.bytes([UInt64(7), 1 << 40])),
            "grid": .numbers(.uint8, [UInt8](0..<12)), "cube": .numbers(.float64, Self.bytes([1.0, 2, 3, 4])),
        ])
        _ = try dataset.recovered().publish(draft)
        let reader = try ParquetReader(path: dataset.root.appending("data/chunk-000/file-000.parquet"))
        let table = try reader.readAll()
        #expect(table["note"] == .utf8(["ä", ""]) && table["done"] == .bool([true, false]))
        #expect(table["mask"] == .fixedSizeList(size: 2, values: .bool([true, false, false, true])))
        #expect(table["half"] == .fixedSizeList(size: 2, values: .float32([1.5, -2, 0.25, 3])))
        #expect(table["count"] == .int64([7, 1 << 40]))
        let inner = ColumnValues.list(offsets: [0, 3, 6, 9, 12], values: .int64((0..<12).map(Int64.init)))
        #expect(table["grid"] == .list(offsets: [0, 2, 4], values: inner))
        let cells = ColumnValues.list(offsets: [0, 1, 2, 3, 4], values: .float64([1, 2, 3, 4]))
        #expect(
            table["cube"]
                == .list(offsets: [0, 1, 2], values: .list(offsets: [0, 2, 4], values: cells)))
        let hugging = try #require(table.schema.metadata("huggingface"))
        #expect(hugging.contains(#""grid": {"shape": [2, 3], "dtype": "uint8", "_type": "Array2D"}"#))
        #expect(hugging.contains(#""note": {"dtype": "string", "_type": "Value"}"#))
        let info = try Dataset(root: dataset.root).info
        #expect(info.totalEpisodes == 1 && info[feature: "grid"]?.shape == [2, 3])
    }

    /// Figures of LeRobot 0.6.1 for the same values.
    @Test("statistics are those of the last dimension, counted in frames; text has none")
    func statistics() throws {
        let dataset = try Self.dataset([
            Self.feature("grid", "uint8", [2, 3]), Self.feature("note", "string", [1]),
            Self.feature("flag", "bool", [1]),
        ])
        defer { dataset.remove() }
        func values(_ frames: Range<Int>) -> OrderedDictionary<String, FeatureValues> {
            [
                "grid": .numbers(.uint8, frames.flatMap { [UInt8](repeating: UInt8($0 % 2), count: 6) }),
                "note": .strings(frames.map { "\($0)" }), "flag": .numbers(.bool, frames.map { UInt8($0 % 2) }),
            ]
        }
        let writer = try dataset.recovered()
        _ = try writer.publish(Self.draft(values(0..<4), length: 4))
        let path = dataset.root.appending("meta/stats.json")
        let first = try EpisodeStatistics(reading: File.read(path), subject: "")
        let grid = try #require(first.features["grid"])
        #expect(grid.shape == [3] && grid.count == 4 && grid.mean == [0.5, 0.5, 0.5] && grid.maximum == [1, 1, 1])
        #expect(grid.quantiles["q90"]?[0] == 0.9999599933624268 && grid.standardDeviation == [0.5, 0.5, 0.5])
        let flag = try #require(first.features["flag"])
        #expect(flag.quantiles["q01"] == [-1.000000013351432e-10] && flag.shape == [1])
        #expect(first.features["note"] == nil)
        // One frame, and the same shape: LeRobot's own would not go together with the others.
        _ = try writer.publish(Self.draft(values(1..<2), length: 1, identity: "b"))
        let both = try EpisodeStatistics(reading: File.read(path), subject: "")
        #expect(both.features["grid"]?.count == 5 && both.features["grid"]?.mean == [0.6, 0.6, 0.6])
    }

    @Test("each frame may have a task of its own; new ones are numbered in the order that they come")
    func tasks() throws {
        let dataset = try Self.dataset([Self.feature("x", "float32", [1])])
        defer { dataset.remove() }
        var draft = Self.draft(["x": FeatureValues([1, 2, 3, 4])], length: 4)
        (draft.tasks, draft.taskOfFrame) = (["pick", "place"], [0, 1, 1, 0])
        let writer = try dataset.recovered()
        _ = try writer.publish(draft)
        var second = Self.draft(["x": FeatureValues([5])], length: 1, identity: "b")
        second.tasks = ["place"]
        _ = try writer.publish(second)
        let table = try ParquetReader(path: dataset.root.appending("data/chunk-000/file-000.parquet")).readAll()
        #expect(table["task_index"] == .int64([0, 1, 1, 0]))
        let other = try ParquetReader(path: dataset.root.appending("data/chunk-000/file-001.parquet")).readAll()
        #expect(other["task_index"] == .int64([1]))
        let opened = try Dataset(root: dataset.root)
        #expect(try opened.tasks() == ["pick", "place"] && opened.info.totalTasks == 2)
        #expect(try opened.episodes(to: "look").map(\.tasks) == [["pick", "place"], ["place"]])
    }

    @Test("pictures with their channels first are as wide and high as they are")
    func channelsFirst() {
        let names = JSONValue.array(["channels", "height", "width"].map(JSONValue.string))
        let shape = JSONValue.array([3, 96, 128].map(JSONValue.integer))
        let first = Feature(name: "a", definition: ["dtype": .string("image"), "shape": shape, "names": names])
        #expect(first.height == 96 && first.width == 128 && first.channels == 3)
        let last = Feature.image("b", width: 128, height: 96)
        #expect(last.height == 96 && last.width == 128 && last.channels == 3)
        #expect(Self.feature("c", "image", [3]).height == 0)
    }
}
