import ArrowTables
import OrderedCollections
import Platform
import RecordingTypes
import SystemPackage

/// Takes episodes out of a dataset: what is left is numbered anew, and statistics are taken together again. The new
/// dataset is prepared beside the old one, unchanged files as links; nothing of the old one changes before all of the
/// new one is whole and on the disk. Pictures are never encoded again. The list of tasks stays as it is.
struct EpisodeDeletion {
    private let root: FilePath
    private var info: DatasetInfo
    private let before: Int
    private let layout: DatasetLayout
    /// The dataset that is being prepared.
    private let staged: DatasetLayout
    /// Of all episodes, as they are, and of all that can be read where the dataset is damaged.
    private let rows: [EpisodeRow]
    /// Whether every file must be what it should be.
    private let isStrict: Bool
    /// Of those that stay, as they will be; beside each the number that it has now.
    private var kept: [(old: Int, row: EpisodeRow)]

    /// Features whose statistics could not be made anew: those of before the deletion were kept.
    private(set) var keptStatistics: [String] = []

    /// Reads the table of episodes.
    /// - Throws: `ReelError`: usage when an episode is not there or none would be left, damaged when the table does not
    ///   hold the episodes that info.json counts.
    init(of episodes: Set<Int>, root: FilePath, info: DatasetInfo) throws {
        self.root = root
        self.info = info
        before = info.totalEpisodes
        layout = DatasetLayout(root: root, info: info)
        staged = DatasetLayout(root: DatasetTransaction.directory(.deleting, in: root), info: info)
        func refusal(_ cause: String, _ remedy: String) -> ReelError {
            ReelError(.usage, "delete episodes", subject: root.string, cause: cause, remedy: remedy)
        }
        if let unknown = episodes.filter({ !(0..<info.totalEpisodes).contains($0) }).min() {
            throw refusal(
                "there is no episode \(unknown)",
                info.totalEpisodes == 0 ? "It has none." : "There are 0 to \(info.totalEpisodes - 1).")
        }
        guard episodes.count < info.totalEpisodes else {
            throw refusal("nothing would be left", "To be rid of the whole dataset, remove its directory.")
        }
        rows = try Dataset(root: root, info: info).episodes(statistics: true, to: "delete episodes")
        isStrict = true
        kept = rows.filter { !episodes.contains($0.index) }.map { ($0.index, $0) }
        if let row = kept.map(\.row).first(where: { $0.length <= 0 || $0.end - $0.start != $0.length }) {
            throw ReelError(
                .damaged, "delete episodes", subject: layout.episodes.string,
                cause: "episode \(row.index) has \(row.length) frames, from \(row.start) to \(row.end)",
                remedy: "`reel check \(ShellWord.path(root))` says more; it may be deleted too.")
        }
        renumber()
    }

    /// Keeps the episodes that are whole, of a dataset of which other files are damaged.
    /// - Throws: `ReelError` (damaged) when there is none.
    init(keeping whole: Set<Int>, of dataset: Dataset) throws {
        (root, info, layout) = (dataset.root, dataset.info, dataset.layout)
        before = info.totalEpisodes
        staged = DatasetLayout(root: DatasetTransaction.directory(.deleting, in: root), info: info)
        let info = info
        var readable: OrderedDictionary<Int, EpisodeRow> = [:]
        for path in try dataset.episodesFiles() {
            let rows = (try? EpisodesTable.read(path, info: info, statistics: true)) ?? []
            for row in rows where readable[row.index] == nil { readable[row.index] = row }
        }
        rows = readable.values.sorted { $0.index < $1.index }
        isStrict = false
        kept = rows.filter { whole.contains($0.index) && $0.length > 0 }.map { ($0.index, $0) }
        guard !kept.isEmpty else {
            throw ReelError(
                .damaged, "keep the whole episodes", subject: root.string, cause: "none is whole",
                remedy: "Bring the missing files back; `reel check \(ShellWord.path(root))` names them.")
        }
        renumber()
    }

    /// Numbers, places of the frames, and the statistics of both.
    private mutating func renumber() {
        var start = 0
        for position in kept.indices {
            let end = start + kept[position].row.length
            kept[position].row.index = position
            (kept[position].row.start, kept[position].row.end) = (start, end)
            let count = end - start
            kept[position].row.statistics.replace(
                "episode_index", with: NumericStatistics.of([Int](repeating: position, count: count)))
            kept[position].row.statistics.replace("index", with: NumericStatistics.of(Array(start..<end)))
            start = end
        }
    }

    /// Prepares the new dataset.
    /// - Throws: `ReelError`; then nothing is left behind.
    mutating func prepare(with tools: some VideoTools) throws -> DatasetTransaction? {
        try DatasetTransaction.prepare(.deleting, in: root) { directory in
            try requireUsualPlaces()
            try requireSpace()
            let parts = UnfinishedWork.Kind.deleting.swappedParts.filter { part in
                switch part {
                case .captureTimes: File.exists(layout.captureTimes)
                case .videos: !info.videoFeatures.isEmpty
                default: true
                }
            }
            for part in parts { try Directory.create(directory.pushing(part.path)) }
            try prepareData()
            try prepareCaptureTimes()
            for feature in info.videoFeatures { try prepareVideos(feature.name, tools) }
            try prepareEpisodes()
            info.count(episodes: kept.count, frames: kept.last?.row.end ?? 0)
            try prepareStatistics()
            try AtomicFile.write(info.text, to: staged.info)
            try Directory.syncTree(directory)
            FaultPoint.reached("edit.prepared")
            // What the files say counts when all else is there. A reader that opens the dataset in the moment that this
            // takes may find old and new side by side.
            let files = [DatasetPart.statistics, .info].map { part in
                DatasetTransaction.Step.move(part, from: layout.relative(directory.pushing(part.path)), to: part.path)
            }
            return DatasetTransaction(
                work: .deleting, episodeCounts: [before, kept.count],
                steps: DatasetTransaction.swaps(parts, .deleting) + files)
        }
    }

    // MARK: Rows

    private mutating func prepareData() throws {
        let files = try ParquetFiles.all(in: layout.data)
        guard try !isStrict || OrderedSet(rows.map(\.data)).elements.map(layout.data) == files else {
            throw ReelError(
                .mismatch, "delete episodes", subject: layout.data.string,
                cause: "the table of episodes does not name just the files that are there, in order",
                remedy: "`reel check` says more.")
        }
        let numbers = keptByOldNumber
        // Each episode's rows count, wherever the table says that they are: what is replaced is gone.
        var copied: [(episode: Int, count: Int)] = []
        var index: FileIndex?
        for path in files {
            let next = index?.following(chunkSize: info.chunkSize) ?? FileIndex()
            let more = try copy(path, to: staged.data(next), numbers, hasIndex: true)
            guard !more.isEmpty else { continue }
            for (episode, _) in more { kept[episode].row.data = next }
            copied += more
            index = next
        }
        guard copied.map(\.episode) == Array(kept.indices), copied.map(\.count) == kept.map(\.row.length) else {
            throw ReelError(
                .damaged, "delete episodes", subject: layout.data.string,
                cause: "the rows of the episodes that stay are not there, each once and in their order",
                remedy: "`reel check \(ShellWord.path(root))` says more.")
        }
    }

    private func prepareCaptureTimes() throws {
        let numbers = keptByOldNumber
        var index: FileIndex?
        for path in try ParquetFiles.all(in: layout.captureTimes) {
            let next = index?.following(chunkSize: info.chunkSize) ?? FileIndex()
            // Of no use to LeRobot: not for its sake is an episode lost.
            if !isStrict, (try? ParquetReader.open(path).readAll()) == nil { continue }
            if try !copy(path, to: staged.captureTimes(next), numbers, hasIndex: false).isEmpty { index = next }
        }
        guard let labels = try readable({ try EpisodeLabels(in: layout) }), !labels.isEmpty else { return }
        try labels.renumbered { numbers[Int64($0)]?.index }.write(in: staged)
    }

    private var rowByNumber: [Int: EpisodeRow] {
        Dictionary(rows.map { ($0.index, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private var keptByOldNumber: [Int64: EpisodeRow] {
        Dictionary(uniqueKeysWithValues: kept.map { (Int64($0.old), $0.row) })
    }

    /// Copies the rows of episodes that stay, with their new numbers: these and how many rows, in their order. Without
    /// any there is no file.
    private func copy(
        _ path: FilePath, to target: FilePath, _ numbers: [Int64: EpisodeRow], hasIndex: Bool
    ) throws -> [(episode: Int, count: Int)] {
        guard let reader = try readable({ try ParquetReader.open(path) }) else { return [] }
        var copied: [(episode: Int, count: Int)] = []
        var writer: ParquetWriter?
        for group in 0..<reader.rowGroupCount {
            guard let table = try readable({ try reader.readRowGroup(group) }),
                let episodes = try readable({ try table.int64s("episode_index") })
            else { continue }
            for (episode, range) in Self.runs(episodes) {
                guard let row = numbers[episode] else { continue }
                if copied.last?.episode != row.index { copied.append((row.index, 0)) }
                let place = copied.count - 1
                let part = try table.rows(range)
                var columns: [String: ColumnValues] = [
                    "episode_index": .int64([Int64](repeating: Int64(row.index), count: range.count))
                ]
                if hasIndex {
                    let start = row.start + copied[place].count
                    columns["index"] = .int64((start..<start + range.count).map(Int64.init))
                }
                try Directory.create(target.removingLastComponent())
                let opened = try writer ?? ParquetWriter(path: target, schema: table.schema)
                try opened.writeRowGroup(part.replacing(columns))
                writer = opened
                copied[place].count += range.count
            }
        }
        try writer?.finish()
        return copied
    }

    /// What is read; of a damaged dataset nil where it cannot be: what stays of it is counted afterwards.
    private func readable<Value>(_ read: () throws -> Value) throws -> Value? {
        do {
            return try read()
        } catch {
            if isStrict { throw error }
            return nil
        }
    }

    /// Neighbouring equal values.
    private static func runs(_ values: [Int64]) -> [(Int64, Range<Int>)] {
        var runs: [(Int64, Range<Int>)] = []
        var start = 0
        for end in values.indices.map({ $0 + 1 }) where end == values.count || values[end] != values[start] {
            runs.append((values[start], start..<end))
            start = end
        }
        return runs
    }

    // MARK: Videos

    private mutating func prepareVideos(_ feature: String, _ tools: some VideoTools) throws {
        let files = OrderedDictionary(grouping: rows) { $0.videos[feature]?.file }
        let old = rowByNumber
        let positionsByFile = Dictionary(grouping: kept.indices) { old[kept[$0].old]?.videos[feature]?.file }
        var index: FileIndex?
        for (file, episodes) in files {
            guard let file, let positions = positionsByFile[file] else { continue }
            let next = index?.following(chunkSize: info.chunkSize) ?? FileIndex()
            let (path, target) = (try layout.video(feature, file), try staged.video(feature, next))
            try LFSPointer.refuse(path, to: "delete episodes")
            try Directory.create(target.removingLastComponent())
            // Of a damaged dataset nobody knows what else is in the file.
            if isStrict && positions.count == episodes.count {
                try File.linkOrCopy(path, to: target)
            } else {
                try tools.cut(
                    positions.compactMap { try old[kept[$0].old].map { try frames(of: $0, feature) } }, of: path,
                    into: target)
                var time = 0
                for position in positions {
                    let end = time + kept[position].row.length
                    kept[position].row.videos[feature]?.from = Double(time) / Double(info.fps)
                    kept[position].row.videos[feature]?.to = Double(end) / Double(info.fps)
                    time = end
                }
            }
            for position in positions { kept[position].row.videos[feature]?.file = next }
            index = next
        }
    }

    /// - Throws: `ReelError` (damaged) when there can be no such pictures.
    private func frames(of row: EpisodeRow, _ feature: String) throws -> Range<Int> {
        let begin = row.videos[feature]?.from ?? 0
        guard let first = Int(exactly: (begin * Double(info.fps)).rounded()), first >= 0,
            FeatureStatistics.counts.contains(row.length), first <= FeatureStatistics.counts.upperBound
        else {
            throw ReelError(
                .damaged, "delete episodes", subject: layout.episodes.string,
                cause: "the pictures of episode \(row.index) begin at \(begin) s",
                remedy: "`reel check \(ShellWord.path(root))` says more.")
        }
        return first..<first + row.length
    }

    // MARK: Episodes

    private mutating func prepareEpisodes() throws {
        var index: FileIndex?
        var file: EpisodesFile?
        var numbers = keptByOldNumber
        let files = try EpisodesTable.files(in: layout).filter { isStrict || (try? ParquetReader.open($0)) != nil }
        // LeRobot opens no table whose files have different columns; one that has them is mended by the way.
        let columns = try EpisodesTable.commonColumns(of: files)
        for path in files {
            let table = try EpisodesTable.readAll(path, columns: columns)
            for (episode, range) in Self.runs(try table.int64s("episode_index")) {
                // In a damaged table an episode may stand twice; what was read of it is the first.
                guard var row = numbers.removeValue(forKey: episode) else { continue }
                // Tables of other types stand apart.
                if file?.holds(table) != true {
                    try file?.finish()
                    let next = index?.following(chunkSize: info.chunkSize) ?? FileIndex()
                    file = try EpisodesFile(path: staged.episodes(next), schema: table.schema)
                    index = next
                }
                row.file = index ?? FileIndex()
                let first = range.lowerBound..<range.lowerBound + 1
                try file?.append(EpisodesTable.renumbered(table.rows(first), to: row))
            }
        }
        try file?.finish()
    }

    // MARK: The rest

    /// Anew from those of the episodes that stay, or from their rows. What neither tells stays as it was: the pictures of
    /// a table without statistics, features that only stats.json knows.
    private mutating func prepareStatistics() throws {
        let old = (try? DatasetStatistics(path: layout.statistics)) ?? DatasetStatistics()
        let new = try DatasetStatistics(others: old.others).completed(
            for: Dataset(root: staged.root, info: info), rows: kept.map(\.row))
        let names = Set(new.features.features.keys)
        var all = new
        for (name, statistics) in old.features.features where !names.contains(name) {
            all.features.features[name] = statistics
            if info[feature: name]?.hasStatistics == true { keptStatistics.append(name) }
        }
        try AtomicFile.write(all.text, to: staged.statistics)
    }

    /// - Throws: `ReelError` (mismatch) when files lie outside of the directories that are replaced.
    private func requireUsualPlaces() throws {
        var places: [(path: FilePath, directory: FilePath, template: String)] = []
        places.append((try layout.data(FileIndex()), layout.data, info.dataPath))
        for feature in info.videoFeatures {
            places.append((try layout.video(feature.name, FileIndex()), layout.videos, info.videoPath ?? ""))
        }
        for (path, directory, template) in places where !path.starts(with: directory) {
            throw ReelError(
                .mismatch, "delete episodes", subject: root.string,
                cause: "info.json has files at \(template), not in \(layout.name(of: directory))/",
                remedy: "Move them there, and say so in info.json.")
        }
    }

    /// - Throws: `ReelError` (diskFull) when what is written anew would not fit beside what is there.
    private func requireSpace() throws {
        var paths = Set(try ParquetFiles.all(in: layout.data) + ParquetFiles.all(in: layout.captureTimes))
        for feature in info.videoFeatures.map(\.name) {
            for (file, episodes) in OrderedDictionary(grouping: rows, by: { $0.videos[feature]?.file }) {
                guard let file, episodes.count > 1 else { continue }
                paths.insert(try layout.video(feature, file))
            }
        }
        let needed = paths.reduce(0) { $0 + (File.size(of: $1) ?? 0) }
        try SpareSpace.require(needed, at: root, to: "delete episodes")
    }
}
