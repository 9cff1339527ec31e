import ArrowTables
import OrderedCollections
import Platform
import RecordingTypes
import SystemPackage

/// Checks the table of episodes in itself: LeRobot takes row i for episode i, and rows of frames by their position.
struct EpisodesCheck {
    let info: DatasetInfo
    let layout: DatasetLayout
    let tasks: [String]
    private(set) var findings: [Finding] = []
    /// Rows that make sense, without their statistics: row i is episode i.
    private(set) var rows: [EpisodeRow] = []
    /// Of each row.
    private(set) var statistics = StoredStatistics()
    /// Of the first file.
    private var columns: Set<String>?

    init(info: DatasetInfo, layout: DatasetLayout, tasks: [String]) {
        self.info = info
        self.layout = layout
        self.tasks = tasks
    }

    mutating func run() {
        let files: [FilePath]
        do {
            files = try EpisodesTable.files(in: layout)
        } catch {
            findings.append(Finding(of: error, file: "meta/episodes"))
            return
        }
        OrderedWork.run(
            files, name: "episodes",
            work: { [info] path in
                let reader = try ParquetReader.open(path)
                return (
                    columns: reader.schema.fields.map(\.name),
                    rows: try EpisodesTable.read(reader, info: info, statistics: true)
                )
            }
        ) { path, file in
            do {
                let file = try file.get()
                compare(file.columns, path)
                for row in file.rows { add(row, path) }
            } catch {
                findings.append(Finding(of: error, file: layout.name(of: path)))
            }
        }
        if rows.count != info.totalEpisodes {
            findings.append(
                Finding(
                    .error, file: "meta/episodes",
                    "it holds \(rows.count.counted("episode")), info.json says \(info.totalEpisodes)"))
        }
        let frames = rows.last?.end ?? 0
        if frames != info.totalFrames {
            findings.append(
                Finding(
                    .error, file: "meta/episodes", "its frames end at \(frames), info.json says \(info.totalFrames)"))
        }
    }

    /// LeRobot reads all files as one table.
    private mutating func compare(_ columns: [String], _ path: FilePath) {
        let own = Set(columns)
        guard let known = self.columns else {
            self.columns = own
            return
        }
        guard known != own else { return }
        let differences = [("lacks", known.subtracting(own)), ("has also", own.subtracting(known))].compactMap {
            word, names in
            names.min().map { "\(word) \(names.count == 1 ? $0 : "\(names.count) (\($0) …)")" }
        }
        findings.append(
            Finding(
                .error, file: layout.name(of: path),
                "it has other columns than the files before it (\(differences.joined(separator: "; "))): LeRobot does "
                    + "not open the dataset; `reel consolidate \(ShellWord.path(layout.root))` mends it"))
    }

    private mutating func add(_ row: EpisodeRow, _ path: FilePath) {
        let file = layout.name(of: path)
        func error(_ problem: String) { findings.append(Finding(.error, file: file, episode: row.index, problem)) }
        if row.index != rows.count {
            error("it stands where episode \(rows.count) is expected; LeRobot takes it for that one")
        }
        let start = rows.last?.end ?? 0
        if row.start != start { error("its frames begin at \(row.start), those before it end at \(start)") }
        if row.end - row.start != row.length {
            error("its frames go from \(row.start) to \(row.end), its length is \(row.length)")
        }
        if row.length <= 0 { error("it has no frames") }
        if path != layout.episodes(row.file) { error("it says that it stands in \(row.file.name)") }
        if row.tasks.isEmpty { error("it has no task") }
        for task in row.tasks where !tasks.contains(task) && !tasks.isEmpty {
            error("its task \"\(task)\" is not in meta/tasks.parquet")
        }
        for feature in info.features where !["string", "language"].contains(feature.dtype) {
            // LeRobot's streaming recorder gives pictures of a single frame no statistics.
            if row.statistics.features[feature.name] == nil, row.length > 1 || !feature.isVisual {
                findings.append(
                    Finding(.warning, file: file, episode: row.index, "it has no statistics of \(feature.name)"))
            }
        }
        statistics.append(row.statistics)
        rows.append(row)
        rows[rows.count - 1].statistics = EpisodeStatistics()
    }
}
