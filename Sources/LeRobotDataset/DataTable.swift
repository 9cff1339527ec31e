import ArrowTables
import OrderedCollections
import RecordingTypes

/// The rows of an episode as they stand in `data/chunk-XXX/file-XXX.parquet`: one a frame, all features but videos, in
/// the order of info.json, with the column types that LeRobot gives them.
enum DataTable {
    /// The rows of `draft` as episode `index`, whose first row is row `start` of the dataset.
    static func rows(of draft: EpisodeDraft, info: DatasetInfo, index: Int, start: Int, taskIndex: Int) throws -> Table
    {
        let frames = draft.length
        func constant(_ value: Int) -> ColumnValues { .int64([Int64](repeating: Int64(value), count: frames)) }
        var fields: [ColumnField] = []
        var columns: [ColumnValues] = []
        for feature in info.dataFeatures {
            let values: ColumnValues =
                switch feature.name {
                case "action": vector(draft.action, feature)
                case "observation.state": vector(draft.observation, feature)
                case "timestamp": .float32((0..<frames).map { Float(Double($0) / Double(info.fps)) })
                case "frame_index": .int64((0..<frames).map(Int64.init))
                case "episode_index": constant(index)
                case "index": .int64((start..<start + frames).map(Int64.init))
                case "task_index": constant(taskIndex)
                default:
                    throw ReelError(
                        .mismatch, "publish the take", subject: draft.identity,
                        cause: "the dataset has a feature \(feature.name), the take has not")
                }
            fields.append(ColumnField(feature.name, type(of: values)))
            columns.append(values)
        }
        let metadata = [(key: "huggingface", value: JSONText.line(huggingFace(info)))]
        return try Table(schema: TableSchema(fields, metadata: metadata), columns: columns)
    }

    /// What the viewer on the Hub reads the columns' types from. LeRobot's has a `fingerprint` too; it names a state of
    /// the cache of Hugging Face's `datasets`, which these rows never had.
    private static func huggingFace(_ info: DatasetInfo) -> JSONValue {
        func number(_ dtype: String) -> JSONValue { .object(["dtype": .string(dtype), "_type": .string("Value")]) }
        var features: JSONObject = [:]
        for feature in info.dataFeatures {
            features[feature.name] =
                feature.isScalar
                ? number(feature.dtype)
                : .object([
                    "feature": number(feature.dtype), "length": .integer(feature.shape[0]), "_type": .string("List"),
                ])
        }
        return .object(["info": .object(["features": .object(features)])])
    }

    /// A robot of one joint has a plain column, as every feature of shape [1].
    private static func vector(_ values: [Float], _ feature: Feature) -> ColumnValues {
        feature.isScalar ? .float32(values) : .fixedSizeList(size: feature.shape[0], values: .float32(values))
    }

    private static func type(of values: ColumnValues) -> ColumnType {
        switch values {
        case .float32: .float32
        case .fixedSizeList(let size, _): .fixedSizeList(.float32, size)
        default: .int64
        }
    }
}
