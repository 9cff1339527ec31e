import ArrowTables
import OrderedCollections
import Platform
import RecordingTypes
import SystemPackage

/// Joins a dataset's small files up to the sizes in info.json, by copying row groups and packets. Everything new is
/// prepared beside the dataset; nothing of the dataset changes before all of it is whole and on the disk.
struct Consolidation {
    private(set) var report = ConsolidationReport()
    private let root: FilePath
    private let info: DatasetInfo
    private let layout: DatasetLayout
    /// What is prepared.
    private let staged: DatasetLayout
    private let episodesFiles: [FilePath]
    /// As they will be.
    private var rows: [EpisodeRow]
    /// A joined video begins with the same pictures as the first of those that it replaces, so it may stand there before
    /// the table of episodes knows: the old table is still right.
    ///
    /// LeRobot finds rows by their position and pictures by the table of episodes, so each state in between is a dataset
    /// that it reads rightly. Only a reader that is opening the dataset just now (from listing its directories until it
    /// has read them) may be told that a file is missing. A reader that opened it before keeps its old table, and open
    /// videos: it gets an error for what is gone, never a wrong picture, and has to open the dataset again.
    private var moves: [DatasetTransaction.Step] = []
    private var removals: [DatasetTransaction.Step] = []
    /// Those of which new directories are prepared.
    private var parts: [DatasetPart] = []

    /// Reads the table of episodes.
    /// - Throws: `ReelError` (damaged) when it does not hold the episodes that info.json counts.
    init(root: FilePath, info: DatasetInfo) throws {
        self.root = root
        self.info = info
        layout = DatasetLayout(root: root, info: info)
        staged = DatasetLayout(root: DatasetTransaction.directory(.consolidating, in: root), info: info)
        let dataset = Dataset(root: root, info: info)
        episodesFiles = try dataset.episodesFiles()
        rows = try dataset.episodes(to: "consolidate the dataset")
    }

    /// Prepares all new files. Nil when there is nothing to join.
    /// - Throws: `ReelError`; then nothing is left behind.
    mutating func prepare(with tools: some VideoTools) throws -> DatasetTransaction? {
        let transaction = try DatasetTransaction.prepare(.consolidating, in: root) { directory in
            let plan = try VideoGroup.plan(rows: rows, info: info, layout: layout, report: &report)
            let data = try dataFiles()
            let captureTimes = try ParquetFiles.all(in: layout.captureTimes)
            try requireSpace(plan, data, captureTimes)
            for group in plan { try prepare(group, tools) }
            try prepareData(data)
            if let indices = try prepareTables(captureTimes, .captureTimes), Set(indices).count < captureTimes.count {
                parts.append(.captureTimes)
                if File.exists(layout.labels) { try File.linkOrCopy(layout.labels, to: staged.labels) }
            }
            try prepareEpisodes()
            guard !parts.isEmpty else { return nil }
            try Directory.syncTree(directory)
            return DatasetTransaction(
                work: .consolidating, episodeCounts: [info.totalEpisodes],
                steps: moves + DatasetTransaction.swaps(parts, .consolidating) + removals)
        }
        if transaction != nil { FaultPoint.reached("consolidate.prepared") }
        return transaction
    }

    // MARK: Videos

    private mutating func prepare(_ group: VideoGroup, _ tools: some VideoTools) throws {
        let staged = try staged.video(group.feature, group.files[0])
        try Directory.create(staged.removingLastComponent())
        let parts = try group.files.map { try layout.video(group.feature, $0) }
        let spans: [(from: Double, to: Double)]
        do {
            spans = try tools.join(parts, into: staged)
        } catch let error as ReelError where error.kind == .mismatch {
            // Of different codecs or sizes, say: they are as good apart.
            try File.remove(staged)
            report.leftAlone.append("\(group.feature), \(group.name): \(error.cause)")
            report.videoFiles.after += parts.count
            return
        }
        guard spans.count == parts.count, let first = spans.first, abs(first.from) < 1e-9 else {
            throw ReelError(
                .failed, "join videos", subject: staged.string, cause: "its parts do not lie one after the other")
        }
        let starts = Dictionary(zip(group.files, spans.map(\.from)), uniquingKeysWith: { first, _ in first })
        for row in rows.indices {
            guard let file = rows[row].videos[group.feature]?.file, let start = starts[file] else { continue }
            rows[row].videos[group.feature]?.file = group.files[0]
            rows[row].videos[group.feature]?.from += start
            rows[row].videos[group.feature]?.to += start
        }
        moves.append(.move(.videos, from: layout.relative(staged), to: layout.relative(parts[0])))
        removals += parts.dropFirst().map { .remove(.videos, layout.relative($0)) }
        report.videoFiles.after += 1
    }

    // MARK: Data

    /// The data files in order, by the numbers that rows name; empty when they are not exactly the files that are there.
    private mutating func dataFiles() throws -> [FileIndex] {
        let indices = OrderedSet(rows.map(\.data)).elements
        let found = try ParquetFiles.all(in: layout.data)
        report.dataFiles = .init(before: found.count, after: found.count)
        if try indices.map(layout.data) == found { return indices }
        report.leftAlone.append("data: the table of episodes does not name just the files that are there, in order")
        return []
    }

    private mutating func prepareData(_ indices: [FileIndex]) throws {
        let paths = try indices.map(layout.data)
        guard let new = try prepareTables(paths, .data), Set(new).count < paths.count else { return }
        let numbers = Dictionary(zip(indices, new), uniquingKeysWith: { first, _ in first })
        for row in rows.indices { rows[row].data = numbers[rows[row].data] ?? rows[row].data }
        parts.append(.data)
        report.dataFiles.after = Set(new).count
    }

    /// Joins neighbouring Parquet files under the size limit, row group by row group, into a new directory. Returns the
    /// new number of each file, or nil when there is nothing to join.
    private func prepareTables(_ paths: [FilePath], _ part: DatasetPart) throws -> [FileIndex]? {
        let groups = FileGroups.make(sizes: paths.map { File.size(of: $0) ?? 0 }, bytes: dataLimit)
        guard groups.count < paths.count else { return nil }
        var indices: [FileIndex] = []
        func next() throws -> (FileIndex, FilePath) {
            let index = indices.last?.following(chunkSize: info.chunkSize) ?? FileIndex()
            let path = try part == .data ? staged.data(index) : staged.captureTimes(index)
            try Directory.create(path.removingLastComponent())
            return (index, path)
        }
        for group in groups {
            if group.count == 1 {
                let (index, path) = try next()
                try File.linkOrCopy(paths[group.lowerBound], to: path)
                indices.append(index)
                continue
            }
            var writer: ParquetWriter?
            for position in group {
                let reader = try ParquetReader.open(paths[position])
                // Files of other columns or types cannot be joined; a new file begins there.
                if let writer, let index = indices.last, try Self.copy(reader, to: writer) {
                    indices.append(index)
                    continue
                }
                try writer?.finish()
                let (index, path) = try next()
                let fresh = try ParquetWriter(path: path, like: reader)
                try fresh.copyRowGroups(of: reader)
                writer = fresh
                indices.append(index)
            }
            try writer?.finish()
        }
        return indices
    }

    /// False when the file's columns are not those of the writer; then nothing of it was copied.
    private static func copy(_ reader: ParquetReader, to writer: ParquetWriter) throws -> Bool {
        for group in 0..<reader.rowGroupCount {
            do {
                try writer.copyRowGroup(group, of: reader)
            } catch let error as ReelError where error.kind == .mismatch && group == 0 {
                return false
            }
        }
        return true
    }

    // MARK: Episodes

    /// Writes the table of episodes anew, in one file, when anything that it names has changed or it has several files.
    private mutating func prepareEpisodes() throws {
        report.episodesFiles = .init(before: episodesFiles.count, after: episodesFiles.count)
        guard !moves.isEmpty || parts.contains(.data) || episodesFiles.count > 1 else { return }
        let target = staged.episodes
        var file: EpisodesFile?
        var index: FileIndex?
        var row = 0
        // LeRobot opens no table whose files have different columns; one that has them is mended by the way.
        let columns = try EpisodesTable.commonColumns(of: episodesFiles)
        try OrderedWork.run(
            episodesFiles, name: "episodes", work: { try EpisodesTable.readAll($0, columns: columns) }
        ) {
            let table = try $1.get()
            // Tables of other types stand apart.
            if file?.holds(table) != true {
                try file?.finish()
                let next = index?.following(chunkSize: info.chunkSize) ?? FileIndex()
                file = try EpisodesFile(path: target.appending("\(next.name).parquet"), schema: table.schema)
                index = next
            }
            let own = rows[row..<row + table.rowCount].map {
                var row = $0
                row.file = index ?? FileIndex()
                return row
            }
            try file?.append(EpisodesTable.relocated(table, to: own))
            row += table.rowCount
        }
        try file?.finish()
        parts.append(.episodes)
        report.episodesFiles.after = index.map { $0.chunk * info.chunkSize + $0.file + 1 } ?? 0
    }

    // MARK: The rest

    private var dataLimit: Double { info.dataFileSize * 1024 * 1024 }

    /// - Throws: `ReelError` (diskFull) when what is to be joined would not fit beside what is there.
    private func requireSpace(_ plan: [VideoGroup], _ data: [FileIndex], _ captureTimes: [FilePath]) throws {
        let tables = (try data.map(layout.data) + captureTimes + episodesFiles).reduce(0) {
            $0 + (File.size(of: $1) ?? 0)
        }
        try SpareSpace.require(
            plan.reduce(tables) { $0 + $1.byteCount }, at: root, to: "consolidate the dataset")
    }
}
