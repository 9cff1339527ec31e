import ArrowTables
import OrderedCollections
import Platform
import PythonJSON
import RecordingTypes
import SystemPackage

/// `meta/tasks.parquet`: the tasks' sentences; a task's number is its row.
///
/// LeRobot reads it with pandas, which takes the sentence from the frame's index. Without the `pandas` entry in the
/// file's metadata it finds no index and silently gives row numbers as tasks.
enum TasksTable {
    /// How the rows lie.
    enum Order {
        /// Row i is task i, as LeRobot takes for granted.
        case ofNumbers
        /// All numbers are there, in another order.
        case other
        /// The numbers are not 0, 1, 2, …: what counts is the row, as for LeRobot.
        case none
    }

    /// The tasks in order of their numbers, whatever the order of the rows.
    /// - Throws: `ReelError` naming the file.
    static func read(_ path: FilePath) throws -> [String] { try readRows(path).tasks }

    /// The tasks in order of their numbers, and how the rows lie.
    /// - Throws: `ReelError` naming the file.
    static func readRows(_ path: FilePath) throws -> (tasks: [String], order: Order) {
        let reader = try ParquetReader.open(path)
        func damaged(_ cause: String) -> ReelError {
            ReelError(.damaged, "read the tasks", subject: path.string, cause: cause)
        }
        guard let column = sentenceColumn(of: reader.schema) else { throw damaged("no column holds the tasks") }
        let table = try reader.readAll(columns: ["task_index", column])
        let tasks = try table.strings(column)
        let numbers = try table.int64s("task_index")
        let wanted = (0..<tasks.count).map(Int64.init)
        if numbers == wanted { return (tasks, .ofNumbers) }
        guard numbers.sorted() == wanted else { return (tasks, .none) }
        return (zip(numbers, tasks).sorted { $0.0 < $1.0 }.map(\.1), .other)
    }

    /// Whether pandas, and so LeRobot, will find the sentences.
    static func hasIndex(_ path: FilePath) throws -> Bool {
        let schema = try ParquetReader.open(path).schema
        return statedIndex(of: schema).map { name in schema.fields.contains { $0.name == name } } ?? false
    }

    /// The tasks as the episodes know them: the sentence of each, and the number that its rows have.
    /// - Throws: `ReelError` (damaged) when that does not tell all of them.
    static func made(of dataset: Dataset) throws -> [String] {
        let rows = try dataset.episodes(to: "make the tasks anew")
        var tasks: [Int: String] = [:]
        func unknown(_ cause: String) -> ReelError {
            ReelError(.damaged, "make the tasks anew", subject: dataset.layout.tasks.string, cause: cause)
        }
        try OrderedWork.run(
            try ParquetFiles.all(in: dataset.layout.data), name: "tasks",
            work: { path in
                let table = try ParquetReader.open(path).readAll(columns: ["episode_index", "task_index"])
                return Set(zip(try table.int64s("episode_index"), try table.int64s("task_index")).map(Pair.init))
            }
        ) {
            for pair in try $1.get() {
                guard rows.indices.contains(pair.episode) else { throw unknown("a row is of no episode") }
                // Of several tasks in one episode nobody knows which is which.
                guard rows[pair.episode].tasks.count == 1, let task = rows[pair.episode].tasks.first else { continue }
                guard tasks[pair.task, default: task] == task else { throw unknown("a number has two sentences") }
                tasks[pair.task] = task
            }
        }
        let made = tasks.sorted { $0.key < $1.key }
        guard !made.isEmpty, made.map(\.key).elementsEqual(0..<made.count) else {
            throw unknown("the episodes do not tell all of them")
        }
        return made.map(\.value)
    }

    /// What a row of the data says.
    private struct Pair: Hashable, Sendable {
        let episode: Int
        let task: Int

        init(_ numbers: (Int64, Int64)) { (episode, task) = (Int(numbers.0), Int(numbers.1)) }
    }

    static func write(_ tasks: [String], to path: FilePath) throws {
        let schema = TableSchema(
            [ColumnField("task_index", .int64), ColumnField("task", .utf8)],
            metadata: [(key: "pandas", value: JSONText.line(pandas))])
        let table = try Table(schema: schema, columns: [.int64((0..<tasks.count).map(Int64.init)), .utf8(tasks)])
        let writer = try ParquetWriter(path: path, schema: schema)
        try writer.writeRowGroup(table)
        try writer.finish()
    }

    /// pandas names the index column in its metadata; writers other than LeRobot call it otherwise.
    private static func sentenceColumn(of schema: TableSchema) -> String? {
        let names = [statedIndex(of: schema), "task", "__index_level_0__"].compactMap { $0 }
        return names.first { name in schema.fields.contains { $0.name == name && $0.type == .utf8 } }
    }

    private static func statedIndex(of schema: TableSchema) -> String? {
        guard let text = schema.metadata("pandas"),
            let pandas = try? JSONReader.read(Array(text.utf8), subject: "pandas")
        else { return nil }
        return pandas.object?["index_columns"]?.array?.first?.string
    }

    private static var pandas: JSONValue {
        func column(_ name: JSONValue, _ pandasType: String, _ numpyType: String, _ metadata: JSONValue) -> JSONValue {
            .object([
                "name": name, "field_name": name, "pandas_type": .string(pandasType), "numpy_type": .string(numpyType),
                "metadata": metadata,
            ])
        }
        return .object([
            "index_columns": .array([.string("task")]),
            "column_indexes": .array([
                column(.null, "unicode", "object", .object(["encoding": .string("UTF-8")]))
            ]),
            "columns": .array([
                column(.string("task_index"), "int64", "int64", .null),
                column(.string("task"), "unicode", "object", .null),
            ]),
            "attributes": .object([:]),
            "creator": .object(["library": .string("reel"), "version": .string("1")]),
            "pandas_version": .string("2.3.3"),
        ])
    }
}
