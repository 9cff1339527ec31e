import ArrowTables
import OrderedCollections
import Platform
import RecordingTypes
import SystemPackage

/// Checks the data files row by row: numbers that count on, times, tasks, and each episode's statistics.
struct DataCheck {
    let info: DatasetInfo
    let layout: DatasetLayout
    let rows: [EpisodeRow]
    let statistics: StoredStatistics
    let tasks: [String]
    /// Which row is the episode's.
    private let positions: [Int: Int]
    private(set) var findings: [Finding] = []
    /// Episodes that lack rows.
    private(set) var lost: Set<Int> = []

    private var nextIndex = 0
    private var rowsSeen = 0
    private var episode: Int?
    private var found = 0
    private var problems: OrderedSet<String> = []
    private var taskNumbers: Set<Int64> = []
    private var values: OrderedDictionary<String, NumericValues> = [:]
    private var file = ""
    private var seen: Set<Int> = []

    init(
        info: DatasetInfo, layout: DatasetLayout, rows: [EpisodeRow], statistics: StoredStatistics, tasks: [String]
    ) {
        self.info = info
        self.layout = layout
        self.rows = rows
        self.statistics = statistics
        self.tasks = tasks
        positions = Dictionary(rows.enumerated().map { ($1.index, $0) }, uniquingKeysWith: { first, _ in first })
    }

    mutating func run() {
        do {
            OrderedWork.run(
                try ParquetFiles.all(in: layout.data), name: "data",
                work: { [info] in try DataFile(path: $0, info: info) }
            ) { path, data in
                file = layout.name(of: path)
                do {
                    try check(path, data.get())
                } catch {
                    findings.append(Finding(of: error, file: file))
                }
                finishEpisode()
            }
        } catch {
            findings.append(Finding(of: error, file: "data"))
        }
        for row in rows where !seen.contains(row.index) {
            let path = (try? layout.data(row.data)).map(layout.name) ?? "data"
            lost.insert(row.index)
            let rows = row.length.counted("row")
            findings.append(Finding(.error, file: path, episode: row.index, "none of its \(rows) is there"))
        }
        if rowsSeen != info.totalFrames {
            findings.append(
                Finding(
                    .error, file: "data",
                    "it holds \(rowsSeen.counted("row")), info.json says \(info.totalFrames.counted("frame"))"))
        }
    }

    private mutating func check(_ path: FilePath, _ data: DataFile) throws {
        let names = Set(data.columns)
        for name in names.sorted() where info[feature: name]?.isVideo != false {
            findings.append(
                Finding(.error, file: file, "it has a column \(name) that info.json does not name: LeRobot refuses it"))
        }
        for feature in info.dataFeatures where !names.contains(feature.name) {
            findings.append(Finding(.error, file: file, "the column \(feature.name) is missing"))
        }
        if data.rowCount > 0, Double(File.size(of: path) ?? 0) > info.dataFileSize * 1.1 * 1024 * 1024,
            data.rowGroupCount > 1
        {
            findings.append(Finding(.warning, file: file, "it is larger than \(info.dataFileSize) MB"))
        }
        try data.forEachRowGroup { group in
            guard case .success(let table) = group else {
                // Rows behind it may be whole.
                if case .failure(let error) = group { findings.append(Finding(of: error, file: file)) }
                return
            }
            let episodes = try table.int64s("episode_index")
            var start = 0
            while start < episodes.count {
                var end = start + 1
                while end < episodes.count, episodes[end] == episodes[start] { end += 1 }
                try check(table.rows(start..<end), episode: Int(episodes[start]))
                start = end
            }
        }
    }

    /// Checks neighbouring rows of one episode.
    private mutating func check(_ table: Table, episode number: Int) throws {
        if number != episode {
            finishEpisode()
            episode = number
        }
        let indices = try table.int64s("index")
        if let wrong = indices.enumerated().first(where: { $0.element != Int64(nextIndex &+ $0.offset) }) {
            problems.append("row \(found + wrong.offset) has index \(wrong.element), not \(nextIndex &+ wrong.offset)")
        }
        let frames = try table.int64s("frame_index")
        if let wrong = frames.enumerated().first(where: { $0.element != Int64(found + $0.offset) }) {
            problems.append("row \(found + wrong.offset) has frame_index \(wrong.element)")
        }
        let times = try table.float64s("timestamp")
        let expected = (0..<times.count).map { Double(found + $0) / Double(info.fps) }
        if let wrong = zip(times, expected).enumerated().first(where: { !(abs($0.element.0 - $0.element.1) <= 1e-4) }) {
            problems.append(
                "row \(found + wrong.offset) has timestamp \(wrong.element.0), not \(wrong.element.1) (frame_index / fps)"
            )
        }
        taskNumbers.formUnion(try table.int64s("task_index"))
        for (field, column) in zip(table.schema.fields, table.columns) {
            if let problem = info[feature: field.name].flatMap({
                column.problem(width: $0.shape.reduce(1, *), from: found)
            }) {
                problems.append("\(field.name): \(problem)")
                continue
            }
            guard let more = NumericValues(column) else { continue }
            if values[field.name]?.append(more) == nil { values[field.name] = more }
        }
        // After a gap each row is wrong; to say it once is enough.
        nextIndex = Int(indices.last ?? 0) &+ 1
        rowsSeen += table.rowCount
        found += table.rowCount
    }

    private mutating func finishEpisode() {
        guard let number = episode else { return }
        defer {
            (episode, found, problems, taskNumbers, values) = (nil, 0, [], [], [:])
        }
        for problem in problems { findings.append(Finding(.error, file: file, episode: number, problem)) }
        func error(_ problem: String) { findings.append(Finding(.error, file: file, episode: number, problem)) }
        guard let position = positions[number] else {
            error("\(found.counted("row")) of an episode that the table of episodes does not have")
            return
        }
        let row = rows[position]
        let isFirst = seen.insert(number).inserted
        if !isFirst { error("its rows are in two places") }
        if !isFirst || found != row.length { lost.insert(number) }
        if found != row.length { error("\(found.counted("row")), the table of episodes says \(row.length)") }
        if let path = try? layout.data(row.data), layout.name(of: path) != file {
            // Its number may be right and info.json's data_path another.
            let isNamed = layout.name(of: path).contains(row.data.name)
            error("its rows are here, the table of episodes says \(isNamed ? row.data.name : layout.name(of: path))")
        }
        let sentences = taskNumbers.sorted().map { tasks.indices.contains(Int($0)) ? tasks[Int($0)] : nil }
        if tasks.isEmpty {
            // Said already.
        } else if sentences.contains(nil) {
            error("its task_index \(taskNumbers.sorted()) is not in meta/tasks.parquet")
        } else if Set(sentences.compactMap { $0 }) != Set(row.tasks) {
            error("its rows are of \(sentences.compactMap { $0 }), the table of episodes says \(row.tasks)")
        }
        let features = statistics[position].features
        for (name, values) in values {
            if !values.areNumbers {
                findings.append(
                    Finding(.warning, file: file, episode: number, "\(name) holds values that are no numbers"))
                continue
            }
            guard let stated = features[name], let computed = values.statistics else { continue }
            if let difference = StatisticsCheck.difference(stated, computed) {
                error("the statistics of \(name) are not those of its values: \(difference)")
            }
        }
    }
}

extension ColumnValues {
    /// The first row that is not `width` numbers, counted from `first`; nil when all are.
    fileprivate func problem(width: Int, from first: Int) -> String? {
        func wrong(_ row: Int, _ count: Int) -> String {
            "row \(first + row) has \(count.counted("value")), not \(width)"
        }
        switch self {
        case .nullable(let isValid, let values):
            return isValid.firstIndex(of: false).map { "row \(first + $0) has no value" }
                ?? values.problem(width: width, from: first)
        case .list(let offsets, let values):
            let widths = zip(offsets, offsets.dropFirst()).map { Int($1 - $0) }
            if let row = widths.firstIndex(where: { $0 != width }) { return wrong(row, widths[row]) }
            guard case .nullable(let isValid, _) = values, let place = isValid.firstIndex(of: false) else { return nil }
            return "row \(first + place / max(width, 1)) lacks a value"
        case .fixedSizeList(let size, let values):
            if size != width { return count == 0 ? nil : wrong(0, size) }
            guard case .nullable(let isValid, _) = values, let place = isValid.firstIndex(of: false) else { return nil }
            return "row \(first + place / size) lacks a value"
        default: return width == 1 || count == 0 ? nil : wrong(0, 1)
        }
    }
}
