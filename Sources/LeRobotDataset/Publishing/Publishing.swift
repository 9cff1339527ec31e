import ArrowTables
import OrderedCollections
import Platform
import RecordingTypes
import SystemPackage

/// One episode on its way into the dataset: first its files are prepared in a directory of their own, then a record of
/// where they go is put there, then they are moved. Killed before the record is there, nothing has happened; killed
/// after it, the record says what is left to do.
struct Publishing {
    /// As they are after the episode.
    private(set) var info: DatasetInfo
    private(set) var end: DatasetEnd
    private let root: FilePath
    private let layout: DatasetLayout
    private var record: PublishRecord?

    init(root: FilePath, info: DatasetInfo, end: DatasetEnd) {
        self.root = root
        self.info = info
        self.end = end
        layout = DatasetLayout(root: root, info: info)
    }

    /// Where files are prepared: on the dataset's filesystem, where no reader looks.
    static func directory(in root: FilePath) -> FilePath { root.appending(".reel/publishing") }

    // MARK: Preparing

    /// Writes and syncs all files of the episode. On an error nothing is left behind.
    mutating func prepare(_ draft: EpisodeDraft) throws {
        let directory = Self.directory(in: root)
        do {
            try DurableFiles.remove(directory)
            try DurableFiles.createDirectory(directory)
            let moves = try write(draft, into: directory)
            for move in moves {
                try DurableFiles.sync(root.pushing(move.from))
                try DurableFiles.createDirectory(root.pushing(move.to).removingLastComponent())
                FaultPoint.reached("publish.file-prepared")
            }
            try DurableFiles.syncDirectory(directory)
            record = PublishRecord(
                episode: PublishedEpisode(identity: draft.identity, index: info.totalEpisodes - 1), moves: moves)
        } catch {
            try? DurableFiles.remove(directory)
            throw error
        }
        FaultPoint.reached("publish.prepared")
    }

    private mutating func write(_ draft: EpisodeDraft, into directory: FilePath) throws -> [PublishRecord.Move] {
        var moves: [PublishRecord.Move] = []
        func move(_ kind: PublishRecord.Kind, _ from: FilePath, _ to: FilePath) {
            moves.append(PublishRecord.Move(kind: kind, from: inside(from), to: inside(to)))
        }
        func next(_ index: FileIndex?) -> FileIndex { index?.following(chunkSize: info.chunkSize) ?? FileIndex() }

        let (index, start) = (info.totalEpisodes, info.totalFrames)
        let task = end.number(of: draft.task)
        let statistics = draft.allStatistics(info, index: index, start: start, taskIndex: task.index)
        let row = EpisodeRow(
            index: index, tasks: [draft.task], length: draft.length, data: next(end.data), start: start,
            end: start + draft.length,
            videos: OrderedDictionary(
                uniqueKeysWithValues: info.videoFeatures.map { feature in
                    let seconds = Double(draft.length) / Double(info.fps)
                    let file = next(end.videos[feature.name])
                    return (feature.name, EpisodeRow.VideoSpan(file: file, from: 0, to: seconds))
                }),
            statistics: statistics, file: next(end.episodes))

        for (name, video) in draft.videos {
            let file = row.videos[name]?.file ?? FileIndex()
            move(.video, video.path, try layout.video(name, file))
            end.videos[name] = file
            // The dataset's own description of its videos is made from the first episode, as LeRobot does it.
            if index == 0, let position = info.features.firstIndex(where: { $0.name == name }) {
                info.features[position].describe(video.description)
            }
        }

        let data = directory.appending("data.parquet")
        try DataTable(draft: draft, info: info, index: index, start: start, taskIndex: task.index).write(to: data)
        move(.data, data, try layout.data(row.data))
        if let captureTimes = draft.captureTimes {
            let path = directory.appending("capture-times.parquet")
            try write(captureTimes.table(episode: index), to: path)
            let file = next(end.captureTimes)
            move(.captureTimes, path, layout.captureTimes(file))
            end.captureTimes = file
        }
        if task.isNew {
            let path = directory.appending("tasks.parquet")
            try TasksTable.write(end.tasks, to: path)
            move(.tasks, path, layout.tasks)
        }
        let episodes = directory.appending("episodes.parquet")
        try write(EpisodesTable.table(row, like: end.episodesSchema), to: episodes)
        move(.episodes, episodes, layout.episodes(row.file))

        try end.statistics.add(statistics)
        let statisticsPath = directory.appending("stats.json")
        try DurableFiles.write(end.statistics.text, to: statisticsPath)
        move(.statistics, statisticsPath, layout.statistics)

        info.count(frames: draft.length, tasks: end.tasks.count)
        let infoPath = directory.appending("info.json")
        try DurableFiles.write(info.text, to: infoPath)
        move(.info, infoPath, layout.info)

        (end.data, end.episodes) = (row.data, row.file)
        return moves
    }

    private func write(_ table: Table, to path: FilePath) throws {
        let writer = try ParquetWriter(path: path, schema: table.schema)
        try writer.writeRowGroup(table)
        try writer.finish()
    }

    /// Relative to the dataset where it lies inside, so that an interrupted dataset can be moved to another place.
    private func inside(_ path: FilePath) -> FilePath {
        var relative = path
        return relative.removePrefix(root) ? relative : path
    }

    // MARK: Moving

    /// Moves the prepared files into the dataset.
    /// - Throws: `ReelError`; then `finishInterrupted` does the rest.
    func commit() throws -> PublishedEpisode {
        guard let record else {
            throw ReelError(.failed, "publish the take", subject: root.string, cause: "nothing was prepared")
        }
        let directory = Self.directory(in: root)
        try DurableFiles.write(JSONText.indented(record.json), to: directory.appending(PublishRecord.name))
        FaultPoint.reached("publish.recorded")
        try Self.perform(record, in: root)
        return record.episode
    }

    private static func perform(_ record: PublishRecord, in root: FilePath) throws {
        try record.perform(in: root)
        try record.episode.remember(in: root)
        FaultPoint.reached("publish.noted")
        try DurableFiles.remove(directory(in: root))
        FaultPoint.reached("publish.cleaned")
    }

    /// Finishes a publishing that was interrupted, or takes back what had only been prepared.
    /// - Throws: `ReelError`: mismatch when another program has added episodes since.
    static func finishInterrupted(in root: FilePath) throws {
        let directory = directory(in: root)
        let path = directory.appending(PublishRecord.name)
        if DurableFiles.exists(path) {
            let record = try PublishRecord(path: path)
            let total = try DatasetInfo(path: DatasetLayout.info(in: root)).totalEpisodes
            guard total == record.episode.index || total == record.episode.index + 1 else {
                throw ReelError(
                    .mismatch, "finish publishing episode \(record.episode.index)", subject: root.string,
                    cause: "the dataset has \(total) episodes now: another program has changed it since",
                    remedy: "The episode's files are in \(directory); look at `reel check` before removing them.")
            }
            try perform(record, in: root)
        } else if DurableFiles.exists(directory) {
            try DurableFiles.remove(directory)
        }
    }
}
