import ArrowTables
import OrderedCollections
import Platform
import RecordingTypes
package import SystemPackage

/// What of a dataset can be mended without losing anything, because other files of it say it better. First it is looked
/// (`plan`, which changes nothing), then done.
package struct DatasetRepair: Sendable {
    /// Something to mend, in the order in which it is done.
    package enum Step: Hashable, Sendable {
        /// LeRobot takes row i of tasks.parquet for task i, and the sentence from pandas' index.
        case tasks
        /// tasks.parquet is gone or cannot be read; the episodes know their tasks.
        case tasksAnew([String])
        /// Tables, data and videos agree, info.json says something else.
        case counts(episodes: Int, frames: Int, tasks: Int)
        /// stats.json is missing, or lacks features or their counts.
        case statistics
    }

    package let steps: [Step]
    private let root: FilePath

    /// Looks what can be mended.
    /// - Throws: `ReelError`: unavailable when there is no dataset, mismatch when it is of another version, damaged when
    ///   its info.json cannot be read.
    package static func plan(root: FilePath) throws -> DatasetRepair {
        var dataset = try Dataset(root: root)
        var steps: [Step] = []
        let tasks = try? TasksTable.readRows(dataset.layout.tasks)
        var taskCount = tasks?.tasks.count
        if let tasks, !tasks.tasks.isEmpty {
            let hasIndex = try TasksTable.hasIndex(dataset.layout.tasks)
            if tasks.order == .other || tasks.order == .ofNumbers && !hasIndex { steps.append(.tasks) }
        } else if !LFSPointer.stands(at: dataset.layout.tasks), let made = try? TasksTable.made(of: dataset) {
            steps.append(.tasksAnew(made))
            taskCount = made.count
        } else {
            taskCount = nil
        }
        let hasReals = try !DatasetInfo.realCounts(in: File.read(dataset.layout.info)).isEmpty
        if let counted = counted(dataset, tasks: taskCount), counted != dataset.info || hasReals {
            steps.append(
                .counts(episodes: counted.totalEpisodes, frames: counted.totalFrames, tasks: counted.totalTasks))
            dataset = Dataset(root: root, info: counted)
        }
        if dataset.info.totalEpisodes > 0, !LFSPointer.stands(at: dataset.layout.statistics) {
            let stored = (try? DatasetStatistics(path: dataset.layout.statistics)) ?? DatasetStatistics()
            // Where nothing can be made anew, nothing is promised.
            if !stored.isComplete(for: dataset.info), let made = try? stored.completed(for: dataset),
                made.features.features.count > stored.features.features.count
            {
                steps.append(.statistics)
            }
        }
        return DatasetRepair(steps: steps, root: root)
    }

    /// Mends all of it. The caller holds the spool's lock.
    /// - Throws: `ReelError` naming the file that cannot be written.
    package func perform() throws {
        for step in steps {
            let dataset = try Dataset(root: root)
            switch step {
            case .tasks: try Self.write(TasksTable.read(dataset.layout.tasks), to: dataset.layout.tasks)
            case .tasksAnew(let tasks): try Self.write(tasks, to: dataset.layout.tasks)
            case .counts(let episodes, let frames, let tasks):
                var info = dataset.info
                info.totalTasks = tasks
                info.mend(episodes: episodes, frames: frames)
                try AtomicFile.write(info.text, to: dataset.layout.info)
            case .statistics:
                try AtomicFile.write(DatasetStatistics.current(of: dataset).text, to: dataset.layout.statistics)
            }
        }
    }

    private static func write(_ tasks: [String], to path: FilePath) throws {
        let temporary = AtomicFile.partial(of: path)
        try TasksTable.write(tasks, to: temporary)
        try File.sync(temporary)
        try Directory.rename(temporary, to: path)
    }

    /// info.json as tables, data and videos have it; nil when they do not agree either, or hold nothing.
    private static func counted(_ dataset: Dataset, tasks: Int?) -> DatasetInfo? {
        let (layout, info) = (dataset.layout, dataset.info)
        guard let files = try? dataset.episodesFiles(),
            let tables = try? all(of: files, named: "episodes", { try EpisodesTable.read($0, info: info) }),
            case let rows = tables.flatMap(\.self), let last = rows.last,
            rows.map(\.index) == Array(rows.indices)
        else { return nil }
        var end = 0
        for row in rows {
            guard row.length > 0, row.start == end, row.end == row.start + row.length else { return nil }
            end = row.end
            for (name, span) in row.videos {
                guard let path = try? layout.video(name, span.file), File.size(of: path) ?? 0 > 0 else { return nil }
            }
        }
        guard let data = try? ParquetFiles.all(in: layout.data),
            let counts = try? all(of: data, named: "data", { try ParquetReader.open($0).rowCount }),
            counts.reduce(0, +) == last.end, (try? Set(rows.map { try layout.data($0.data) })) == Set(data)
        else { return nil }
        var counted = info
        counted.totalTasks = tasks ?? info.totalTasks
        counted.mend(episodes: rows.count, frames: last.end)
        return counted
    }

    /// What `read` makes of each file.
    private static func all<Value: Sendable>(
        of files: [FilePath], named name: String, _ read: @escaping @Sendable (FilePath) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        try OrderedWork.run(files, name: name, work: read) { values.append(try $1.get()) }
        return values
    }

    /// Makes a dataset of the episodes that are whole: the others are taken out, as `deleteEpisodes` does it, but for files
    /// that cannot be read. The caller holds the spool's lock.
    ///
    /// `report` says which. Returns how many are left.
    /// - Throws: `ReelError`: unavailable when a file that may hold the others cannot be read here and now, damaged
    ///   when none is whole, diskFull, mismatch.
    package static func keepWhole(
        _ report: DatasetCheck.Report, in root: FilePath, with tools: some VideoTools
    ) throws -> Int {
        if let file = report.unread.first {
            throw ReelError(
                .unavailable, "take out the lost episodes", subject: root.string,
                cause: "\(file) cannot be read here, and may hold some of them",
                remedy: "`reel check \(ShellWord.path(root))` says why. Where it cannot be had, remove it first.")
        }
        let dataset = try Dataset(root: root)
        var deletion = try EpisodeDeletion(keeping: Set(report.whole), of: dataset)
        try deletion.prepare(with: tools)?.commit(in: root, of: dataset.info.totalEpisodes)
        return try Dataset(root: root).info.totalEpisodes
    }
}

extension DatasetInfo {
    /// So many there are in truth. A split that somebody made is theirs as long as the number of episodes is right.
    fileprivate mutating func mend(episodes: Int, frames: Int) {
        let splits = totalEpisodes == episodes ? splits : nil
        count(episodes: episodes, frames: frames)
        if let splits { self.splits = splits }
    }
}

extension DatasetRepair.Step: CustomStringConvertible {
    /// What is mended, for people.
    package var description: String {
        switch self {
        case .tasks: "meta/tasks.parquet: its rows, in the order of their numbers"
        case .tasksAnew(let tasks): "meta/tasks.parquet: \(tasks.count.counted("task")), made anew from the episodes"
        case .counts(let episodes, let frames, let tasks):
            "meta/info.json: \(episodes.counted("episode")), \(frames.counted("frame")) and "
                + "\(tasks.counted("task")), as there are"
        case .statistics: "meta/stats.json: made anew from the episodes"
        }
    }
}
