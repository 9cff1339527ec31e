import ArrowTables
import OrderedCollections
import PythonJSON
import RecordingTypes
import SystemPackage

/// The rows of an episode as they stand in `data/chunk-XXX/file-XXX.parquet`: one a frame, all features but videos, in
/// the order of info.json, with the column types that LeRobot gives them.
struct DataTable {
    let draft: EpisodeDraft
    let info: DatasetInfo
    /// The episode's number.
    let index: Int
    /// The row of the dataset that its first row is.
    let start: Int
    /// Each row's.
    let taskIndices: [Int]

    /// A row group with more bytes of PNGs than this is hard on readers, who take it into memory whole, and on the writer.
    static let usualRowGroupBytes = 64 << 20

    /// Writes the file: one row group, as LeRobot does, and more only where PNGs would make it too large.
    /// - Throws: `ReelError` naming the file.
    func write(to path: FilePath, rowGroupBytes: Int = usualRowGroupBytes) throws {
        let images = try draft.images.mapValues { try ImageReader($0) }
        var writer: ParquetWriter?
        for rows in rowGroups(rowGroupBytes) {
            var pictures: [String: ColumnValues] = [:]
            for name in images.keys { pictures[name] = try images[name]?.column(rows) }
            let table = try table(rows, images: pictures)
            let opened = try writer ?? ParquetWriter(path: path, schema: table.schema)
            try opened.writeRowGroup(table)
            writer = opened
        }
        try writer?.finish()
    }

    private func rowGroups(_ limit: Int) -> [Range<Int>] {
        let bytes = (0..<draft.length).map { row in draft.images.values.reduce(0) { $0 + $1.sizes[row] } }
        return FileGroups.make(sizes: bytes, bytes: Double(limit))
    }

    private func table(_ rows: Range<Int>, images: [String: ColumnValues]) throws -> Table {
        var fields: [ColumnField] = []
        var columns: [ColumnValues] = []
        func constant(_ value: Int) -> ColumnValues { .int64([Int64](repeating: Int64(value), count: rows.count)) }
        for feature in info.dataFeatures {
            let values: ColumnValues? =
                switch feature.name {
                case "timestamp": .float32(rows.map { Float(Double($0) / Double(info.fps)) })
                case "frame_index": .int64(rows.map(Int64.init))
                case "episode_index": constant(index)
                case "index": .int64(rows.map { Int64(start + $0) })
                case "task_index": .int64(taskIndices[rows].map(Int64.init))
                default:
                    draft.values[feature.name].map { $0.column(shape: feature.shape, rows: rows) }
                        ?? images[feature.name]
                }
            guard let values else {
                throw ReelError(
                    .mismatch, "publish the take", subject: draft.identity,
                    cause: "the dataset has a feature \(feature.name), the take has not")
            }
            fields.append(ColumnField(feature.name, FeatureValues.type(of: values), metadata: Self.extension(feature)))
            columns.append(values)
        }
        let metadata = [(key: "huggingface", value: JSONText.line(huggingFace))]
        return try Table(schema: TableSchema(fields, metadata: metadata), columns: columns)
    }

    /// What the viewer on the Hub reads the columns' types from. LeRobot's has a `fingerprint` too; it names a state of
    /// the cache of Hugging Face's `datasets`, which these rows never had.
    private var huggingFace: JSONValue {
        func number(_ dtype: String) -> JSONValue { .object(["dtype": .string(dtype), "_type": .string("Value")]) }
        var features: JSONObject = [:]
        for feature in info.dataFeatures {
            features[feature.name] =
                if feature.isImage {
                    .object(["_type": .string("Image")])
                } else if feature.isScalar {
                    number(feature.dtype)
                } else if feature.shape.count > 1 {
                    .object([
                        "shape": .array(feature.shape.map(JSONValue.integer)), "dtype": .string(feature.dtype),
                        "_type": .string("Array\(feature.shape.count)D"),
                    ])
                } else {
                    .object([
                        "feature": number(feature.dtype), "length": .integer(feature.shape[0]),
                        "_type": .string("List"),
                    ])
                }
        }
        return .object(["info": .object(["features": .object(features)])])
    }

    /// Arrays of several dimensions are a type of Hugging Face's `datasets`: lists in lists, and these two entries.
    private static func `extension`(_ feature: Feature) -> [String: String] {
        guard feature.shape.count > 1, !feature.isVisual else { return [:] }
        let shape = feature.shape.map(JSONValue.integer)
        return [
            "ARROW:extension:name": "datasets.features.features.Array\(feature.shape.count)DExtensionType",
            "ARROW:extension:metadata": JSONText.line(.array([.array(shape), .string(feature.dtype)])),
        ]
    }
}
