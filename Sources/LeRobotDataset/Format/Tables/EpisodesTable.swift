import ArrowTables
import OrderedCollections
import Platform
import RecordingTypes
import SystemPackage

/// `meta/episodes/chunk-XXX/file-XXX.parquet`: one row an episode. LeRobot reads all files of the directory in order of
/// their names and takes row i for episode i.
enum EpisodesTable {
    // MARK: Writing

    /// One row, with the columns, their order and types as LeRobot 0.6.1 writes them; or with those that the table has
    /// already, because LeRobot does not open a table whose files have different ones, or a number in one and a list in
    /// another. What is not known of the episode is null then.
    static func table(_ row: EpisodeRow, like known: TableSchema? = nil) throws -> Table {
        let table = try table(row)
        guard let known, known.fields != table.schema.fields else { return table }
        var fields: [ColumnField] = []
        var columns: [ColumnValues] = []
        for field in known.fields {
            let own = table.schema.index(of: field.name)
            if let own, table.schema.fields[own].type != field.type,
                let row = NestedRow(table.columns[own], row: 0), let values = column(row.values, field.type)
            {
                fields.append(ColumnField(field.name, field.type))
                columns.append(values)
                continue
            }
            guard let values = own.map({ table.columns[$0] }) ?? ColumnValues.null(field.type) else {
                throw ReelError(
                    .mismatch, "add an episode to the table",
                    cause: "its column \(field.name) is of a type that Reel does not know")
            }
            fields.append(own.map { table.schema.fields[$0] } ?? field)
            columns.append(values)
        }
        return try Table(schema: TableSchema(fields), columns: columns)
    }

    /// One row of these numbers in a column of this type, a number or a list of them; nil when they do not fit it.
    private static func column(_ values: [Double], _ type: ColumnType) -> ColumnValues? {
        switch type {
        case .float64: return values.count == 1 ? .float64(values) : nil
        case .float32: return values.count == 1 ? .float32(values.map(Float.init)) : nil
        case .int64:
            guard values.count == 1, let whole = Int64(exactly: values[0]) else { return nil }
            return .int64([whole])
        case .list(.float64): return .list(offsets: [0, Int32(values.count)], values: .float64(values))
        case .list(.float32): return .list(offsets: [0, Int32(values.count)], values: .float32(values.map(Float.init)))
        case .list(.int64):
            let whole = values.compactMap { Int64(exactly: $0) }
            return whole.count == values.count
                ? .list(offsets: [0, Int32(values.count)], values: .int64(whole)) : nil
        default: return nil
        }
    }

    /// The columns that all files have, in the order of the first: what a table may have that is written anew.
    static func commonColumns(of paths: [FilePath]) throws -> [String] {
        var common: OrderedSet<String> = []
        var isFirst = true
        try OrderedWork.run(paths, name: "episodes", work: { try ParquetReader.open($0).schema.fields.map(\.name) }) {
            let names = OrderedSet(try $1.get())
            common = isFirst ? names : common.intersection(names)
            isFirst = false
        }
        return common.elements
    }

    private static func table(_ row: EpisodeRow) throws -> Table {
        var columns: [(name: String, type: ColumnType, values: ColumnValues)] = []
        func add(_ name: String, _ value: Int) { columns.append((name, .int64, .int64([Int64(value)]))) }
        func add(_ name: String, _ value: Double) { columns.append((name, .float64, .float64([value]))) }

        add("episode_index", row.index)
        columns.append(
            ("tasks", .list(.utf8), .list(offsets: [0, Int32(row.tasks.count)], values: .utf8(row.tasks))))
        add("length", row.length)
        add("data/chunk_index", row.data.chunk)
        add("data/file_index", row.data.file)
        add("dataset_from_index", row.start)
        add("dataset_to_index", row.end)
        for (name, span) in row.videos {
            add("videos/\(name)/chunk_index", span.file.chunk)
            add("videos/\(name)/file_index", span.file.file)
            add("videos/\(name)/from_timestamp", span.from)
            add("videos/\(name)/to_timestamp", span.to)
        }
        for (name, statistics) in row.statistics.features {
            let arrays = statistics.arrays
            for statistic in statistics.names {
                let (type, values) =
                    arrays[statistic].map { nested($0, shape: statistics.shape) }
                    ?? (.list(.int64), .list(offsets: [0, 1], values: .int64([Int64(statistics.count)])))
                columns.append(("stats/\(name)/\(statistic)", type, values))
            }
        }
        add("meta/episodes/chunk_index", row.file.chunk)
        add("meta/episodes/file_index", row.file.file)
        return try Table(
            schema: TableSchema(columns.map { ColumnField($0.name, $0.type) }), columns: columns.map(\.values))
    }

    /// The rows of a file of the table that is written anew, with these columns. Statistics and times are in double
    /// precision, as `relocated` and `renumbered` put them there: conversions of older datasets have whole numbers,
    /// other converters what their libraries made of it.
    static func readAll(_ path: FilePath, columns names: [String]) throws -> Table {
        let table = try ParquetReader.open(path).readAll(columns: names)
        var (schema, columns) = (table.schema, table.columns)
        for (position, field) in table.schema.fields.enumerated() where isReal(field.name) {
            guard let type = field.type.doubled, let values = columns[position].doubled else { continue }
            (schema.fields[position].type, columns[position]) = (type, values)
        }
        return try Table(schema: schema, columns: columns)
    }

    private static func isReal(_ column: String) -> Bool {
        column.hasPrefix("stats/") && !column.hasSuffix("/count")
            || column.hasPrefix("videos/") && column.hasSuffix("_timestamp")
    }

    /// The same rows with the places that `rows` name.
    static func relocated(_ table: Table, to rows: [EpisodeRow]) throws -> Table {
        var columns: [String: ColumnValues] = [:]
        func set(_ prefix: String, _ file: (EpisodeRow) -> FileIndex) {
            columns["\(prefix)/chunk_index"] = .int64(rows.map { Int64(file($0).chunk) })
            columns["\(prefix)/file_index"] = .int64(rows.map { Int64(file($0).file) })
        }
        set("data", \.data)
        set("meta/episodes", \.file)
        for name in rows.first?.videos.keys ?? [] {
            let spans = rows.compactMap { $0.videos[name] }
            set("videos/\(name)") { $0.videos[name]?.file ?? FileIndex() }
            columns["videos/\(name)/from_timestamp"] = .float64(spans.map(\.from))
            columns["videos/\(name)/to_timestamp"] = .float64(spans.map(\.to))
        }
        return try table.replacing(columns)
    }

    /// A table of one row with the number, the frames and the places of `row`.
    static func renumbered(_ table: Table, to row: EpisodeRow) throws -> Table {
        var columns: [String: ColumnValues] = [
            "episode_index": .int64([Int64(row.index)]), "dataset_from_index": .int64([Int64(row.start)]),
            "dataset_to_index": .int64([Int64(row.end)]),
        ]
        for name in ["episode_index", "index"] {
            guard let statistics = row.statistics.features[name] else { continue }
            for (statistic, values) in statistics.arrays {
                let column = "stats/\(name)/\(statistic)"
                let isPlain = table.schema.fields.contains { $0.name == column && $0.type == .float64 }
                columns[column] = isPlain ? .float64(values) : nested(values, shape: statistics.shape).1
            }
        }
        return try relocated(table, to: [row]).replacing(columns)
    }

    /// One row that holds an array of this shape, as lists in lists.
    private static func nested(_ values: [Double], shape: [Int]) -> (ColumnType, ColumnValues) {
        var type = ColumnType.float64
        var column = ColumnValues.float64(values)
        // From the innermost list outwards; the row itself is the last list's owner.
        for (depth, size) in shape.enumerated().reversed() {
            let lists = shape[..<depth].reduce(1, *)
            type = .list(type)
            column = .list(offsets: (0...lists).map { Int32($0 * size) }, values: column)
        }
        return (type, column)
    }

    // MARK: Reading

    /// The files of the table in the order in which LeRobot reads them.
    static func files(in layout: DatasetLayout) throws -> [FilePath] { try ParquetFiles.all(in: layout.episodes) }

    /// Number, frames and tasks of each episode of one file, and nothing else of it.
    static func readLengths(_ path: FilePath) throws -> [(index: Int, length: Int, tasks: [String])] {
        let reader = try ParquetReader.open(path)
        let table = try reader.readAll(columns: ["episode_index", "length", "tasks"].filter(reader.hasColumn))
        let (indices, lengths) = (try table.int64s("episode_index"), try table.int64s("length"))
        let tasks = lists(table["tasks"], count: table.rowCount)
        return table.rowCount == 0
            ? [] : indices.indices.map { (index: Int(indices[$0]), length: Int(lengths[$0]), tasks: tasks[$0]) }
    }

    /// All rows of one file, with their statistics when these are wanted and there.
    static func read(_ path: FilePath, info: DatasetInfo, statistics: Bool = false) throws -> [EpisodeRow] {
        try read(ParquetReader.open(path), info: info, statistics: statistics)
    }

    /// No number of a row can be larger, and no sum of them is too large then.
    private static let most: Int64 = 1 << 40

    /// The columns that tell where an episode is.
    private static func places(_ info: DatasetInfo) -> Set<String> {
        let files = (["data", "meta/episodes"] + info.videoFeatures.map { "videos/\($0.name)" })
            .flatMap { ["\($0)/chunk_index", "\($0)/file_index", "\($0)/from_timestamp", "\($0)/to_timestamp"] }
        return Set(files + ["episode_index", "length", "dataset_from_index", "dataset_to_index"])
    }

    /// What is read of a table: others may have put columns beside it, of whatever type.
    private static func columns(of schema: TableSchema, _ info: DatasetInfo, statistics: Bool) -> [String] {
        let places = places(info)
        return schema.fields.filter { field in
            field.name.hasPrefix("stats/")
                ? statistics && field.type.doubled != nil
                : places.contains(field.name) || field.name == "tasks" && field.type == .list(.utf8)
        }.map(\.name)
    }

    /// A column of which no new row can have anything, not even nothing.
    static func unknownColumn(of schema: TableSchema, _ info: DatasetInfo) -> String? {
        let known = places(info).union(["tasks"])
        return schema.fields.first { field in
            ColumnValues.null(field.type) == nil && !known.contains(field.name)
                && !info.features.contains { field.name.hasPrefix("stats/\($0.name)/") }
        }?.name
    }

    /// All rows of one file that is open.
    static func read(_ reader: ParquetReader, info: DatasetInfo, statistics: Bool) throws -> [EpisodeRow] {
        let path = reader.path
        let table = try reader.readAll(columns: columns(of: reader.schema, info, statistics: statistics))
        let count = table.rowCount
        // Beyond these nothing can be meant, and sums overflow.
        func whole(_ name: String) throws -> [Int] {
            let values = try table.int64s(name)
            if let wrong = values.first(where: { !(-most...most).contains($0) }) {
                throw ReelError(.damaged, "read the table of episodes", cause: "a \(name) is \(wrong)")
            }
            return values.map(Int.init)
        }
        func files(_ prefix: String) throws -> [FileIndex] {
            zip(try whole("\(prefix)/chunk_index"), try whole("\(prefix)/file_index")).map(FileIndex.init)
        }

        do {
            let tasks = lists(table["tasks"], count: count)
            let spans = try info.videoFeatures.map { feature in
                let prefix = "videos/\(feature.name)"
                let times = zip(
                    try table.float64s("\(prefix)/from_timestamp"), try table.float64s("\(prefix)/to_timestamp"))
                return (feature.name, zip(try files(prefix), times).map { EpisodeRow.VideoSpan($0, $1) })
            }
            let (indices, lengths) = (try whole("episode_index"), try whole("length"))
            let (starts, ends) = (try whole("dataset_from_index"), try whole("dataset_to_index"))
            let data = try files("data")
            // Some converters leave these out, and LeRobot does not look at them.
            let own = FileIndex(path) ?? FileIndex()
            let metadata =
                reader.hasColumn("meta/episodes/file_index")
                ? try files("meta/episodes") : [FileIndex](repeating: own, count: count)
            let columns = statistics ? info.features.compactMap { StatisticsColumns(of: $0.name, in: table) } : []
            return (0..<count).map { i in
                EpisodeRow(
                    index: indices[i], tasks: tasks[i], length: lengths[i], data: data[i], start: starts[i],
                    end: ends[i],
                    videos: OrderedDictionary(uniqueKeysWithValues: spans.map { ($0.0, $0.1[i]) }),
                    statistics: EpisodesTable.statistics(columns, row: i), file: metadata[i])
            }
        } catch var error as ReelError {
            error.subject = path.string
            throw error
        }
    }

    /// A column of lists of text; empty lists where it is not there.
    private static func lists(_ column: ColumnValues?, count: Int) -> [[String]] {
        guard case .list(let offsets, .utf8(let values))? = column else {
            return [[String]](repeating: [], count: count)
        }
        return (0..<count).map { Array(values[Int(offsets[$0])..<Int(offsets[$0 + 1])]) }
    }

    /// One row's statistics of the features that have some.
    private static func statistics(_ columns: [StatisticsColumns], row: Int) -> EpisodeStatistics {
        var all = EpisodeStatistics()
        for columns in columns { all.features[columns.feature] = columns[row] }
        return all
    }
}

extension EpisodeRow.VideoSpan {
    fileprivate init(_ file: FileIndex, _ times: (from: Double, to: Double)) {
        self.init(file: file, from: times.from, to: times.to)
    }
}
