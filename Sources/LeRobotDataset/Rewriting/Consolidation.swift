import ArrowTables
import OrderedCollections
import Platform
import RecordingTypes
import SystemPackage

/// Joins a dataset's small files up to the sizes in info.json, by copying row groups and packets. Everything new is
/// prepared beside the dataset; nothing of the dataset changes before all of it is whole and on the disk.
struct Consolidation {
    /// Joins mp4 files into one by copying packets, and says from when to when (seconds) each lies in it.
    typealias Join = (_ parts: [FilePath], _ whole: FilePath) throws -> [(Double, Double)]

    private(set) var report = ConsolidationReport()
    private let root: FilePath
    private let info: DatasetInfo
    private let layout: DatasetLayout
    private let directory: FilePath
    private let episodesFiles: [FilePath]
    /// As they will be.
    private var rows: [EpisodeRow]
    private var videos: [(from: FilePath, to: FilePath)] = []
    private var obsolete: [FilePath] = []
    private var directories: [ConsolidationRecord.Directory] = []

    /// Reads the table of episodes.
    /// - Throws: `ReelError` (damaged) when it does not hold the episodes that info.json counts.
    init(root: FilePath, info: DatasetInfo) throws {
        self.root = root
        self.info = info
        layout = DatasetLayout(root: root, info: info)
        directory = ConsolidationRecord.directory(in: root)
        let dataset = Dataset(root: root, info: info)
        episodesFiles = try dataset.episodesFiles()
        rows = try dataset.episodes(to: "consolidate the dataset")
    }

    /// Prepares all new files. Nil when there is nothing to join.
    /// - Throws: `ReelError`; then nothing is left behind.
    mutating func prepare(join: Join) throws -> ConsolidationRecord? {
        do {
            try DurableFiles.remove(directory)
            let plan = try VideoGroup.plan(rows: rows, info: info, layout: layout, report: &report)
            let data = try dataFiles()
            let captureTimes = try ParquetFiles.all(in: layout.captureTimes)
            try requireSpace(plan, data, captureTimes)
            for group in plan { try prepare(group, join) }
            try prepareData(data)
            if let indices = try prepareTables(captureTimes, .captureTimes), Set(indices).count < captureTimes.count {
                directories.append(.captureTimes)
            }
            try prepareEpisodes()
            guard !directories.isEmpty else {
                try DurableFiles.remove(directory)
                return nil
            }
            try DurableFiles.syncTree(directory)
        } catch {
            try? DurableFiles.remove(directory)
            throw error
        }
        FaultPoint.reached("consolidate.prepared")
        return ConsolidationRecord(
            totalEpisodes: info.totalEpisodes, videos: videos, directories: directories, obsolete: obsolete)
    }

    // MARK: Videos

    private mutating func prepare(_ group: VideoGroup, _ join: Join) throws {
        let staged = directory.appending("videos/\(group.feature)/\(group.files[0].name).mp4")
        try DurableFiles.createDirectory(staged.removingLastComponent())
        let parts = try group.files.map { try layout.video(group.feature, $0) }
        let spans: [(from: Double, to: Double)]
        do {
            spans = try join(parts, staged)
        } catch let error as ReelError where error.kind == .mismatch {
            // Of different codecs or sizes, say: they are as good apart.
            try DurableFiles.remove(staged)
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
        videos.append((inside(staged), inside(parts[0])))
        obsolete += parts.dropFirst().map(inside)
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
        directories.append(.data)
        report.dataFiles.after = Set(new).count
    }

    /// Joins neighbouring Parquet files under the size limit, row group by row group, into a new directory. Returns the
    /// new number of each file, or nil when there is nothing to join.
    private func prepareTables(_ paths: [FilePath], _ kind: ConsolidationRecord.Directory) throws -> [FileIndex]? {
        let groups = FileGroups.make(sizes: paths.map { DurableFiles.size(of: $0) ?? 0 }, bytes: dataLimit)
        guard groups.count < paths.count else { return nil }
        let target = directory.appending(kind.rawValue)
        var indices: [FileIndex] = []
        func next() throws -> (FileIndex, FilePath) {
            let index = indices.last?.following(chunkSize: info.chunkSize) ?? FileIndex()
            let path = target.appending("\(index.name).parquet")
            try DurableFiles.createDirectory(path.removingLastComponent())
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
        guard !videos.isEmpty || directories.contains(.data) || episodesFiles.count > 1 else { return }
        let target = directory.appending(ConsolidationRecord.Directory.episodes.rawValue)
        var file: EpisodesFile?
        var index: FileIndex?
        var row = 0
        // LeRobot opens no table whose files have different columns; one that has them is mended by the way.
        let columns = try EpisodesTable.commonColumns(of: episodesFiles)
        try OrderedWork.run(
            episodesFiles, name: "episodes", work: { try ParquetReader.open($0).readAll(columns: columns) }
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
        directories.append(.episodes)
        report.episodesFiles.after = index.map { $0.chunk * info.chunkSize + $0.file + 1 } ?? 0
    }

    // MARK: The rest

    private var dataLimit: Double { info.dataFileSize * 1024 * 1024 }

    /// - Throws: `ReelError` (diskFull) when what is to be joined would not fit beside what is there.
    private func requireSpace(_ plan: [VideoGroup], _ data: [FileIndex], _ captureTimes: [FilePath]) throws {
        let tables = (try data.map(layout.data) + captureTimes + episodesFiles).reduce(0) {
            $0 + (DurableFiles.size(of: $1) ?? 0)
        }
        try SpareSpace.require(
            plan.reduce(tables) { $0 + $1.byteCount }, at: root, to: "consolidate the dataset")
    }

    private func inside(_ path: FilePath) -> FilePath {
        var relative = path
        return relative.removePrefix(root) ? relative : path
    }
}
