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
    private var transaction: DatasetTransaction?

    init(root: FilePath, info: DatasetInfo, end: DatasetEnd) {
        self.root = root
        self.info = info
        self.end = end
        layout = DatasetLayout(root: root, info: info)
    }

    // MARK: Preparing

    /// Writes and syncs all files of the episode. On an error nothing is left behind.
    mutating func prepare(_ draft: EpisodeDraft) throws {
        transaction = try DatasetTransaction.prepare(.publishing, in: root) { directory in
            let moves = try write(draft, into: directory)
            for case .move(_, let from, let to) in moves {
                try File.sync(root.pushing(from))
                try Directory.create(root.pushing(to).removingLastComponent())
                FaultPoint.reached("publish.file-prepared")
            }
            try Directory.sync(directory)
            let index = info.totalEpisodes - 1
            return DatasetTransaction(
                work: .publishing, episodeCounts: [index, index + 1], steps: moves,
                published: PublishedEpisode(identity: draft.identity, index: index))
        }
        FaultPoint.reached("publish.prepared")
    }

    private mutating func write(_ draft: EpisodeDraft, into directory: FilePath) throws -> [DatasetTransaction.Step] {
        // In the order of the parts: a reader may come at any time.
        var moves: [DatasetTransaction.Step] = []
        func move(_ part: DatasetPart, _ from: FilePath, _ to: FilePath) {
            moves.append(.move(part, from: layout.relative(from), to: layout.relative(to)))
        }
        func next(_ index: FileIndex?) -> FileIndex { index?.following(chunkSize: info.chunkSize) ?? FileIndex() }

        let (index, start) = (info.totalEpisodes, info.totalFrames)
        let tasksBefore = end.tasks.count
        let numbers = draft.tasks.map { end.number(of: $0) }
        let taskIndices =
            draft.taskOfFrame.map { $0.map { numbers[$0] } } ?? [Int](repeating: numbers[0], count: draft.length)
        let statistics = draft.allStatistics(info, index: index, start: start, taskIndices: taskIndices)
        let row = EpisodeRow(
            index: index, tasks: draft.tasks, length: draft.length, data: next(end.data), start: start,
            end: start + draft.length,
            videos: OrderedDictionary(
                uniqueKeysWithValues: info.videoFeatures.map { feature in
                    let seconds = Double(draft.length) / Double(info.fps)
                    let file = next(end.videos[feature.name])
                    return (feature.name, EpisodeRow.VideoSpan(file: file, from: 0, to: seconds))
                }),
            statistics: statistics, file: next(end.episodes))

        for (number, (name, video)) in draft.videos.enumerated() {
            let file = row.videos[name]?.file ?? FileIndex()
            let copy = directory.appending("video-\(number).mp4")
            move(.videos, try inside(video.path, copy: copy), try layout.video(name, file))
            end.videos[name] = file
            // The dataset's own description of its videos is made from the first episode, as LeRobot does it.
            if index == 0, let position = info.features.firstIndex(where: { $0.name == name }) {
                info.features[position].describe(video.description)
            }
        }

        let data = directory.appending("data.parquet")
        try DataTable(draft: draft, info: info, index: index, start: start, taskIndices: taskIndices).write(to: data)
        move(.data, data, try layout.data(row.data))
        if let captureTimes = draft.captureTimes {
            let path = directory.appending("capture-times.parquet")
            try write(captureTimes.table(episode: index), to: path)
            let file = next(end.captureTimes)
            move(.captureTimes, path, layout.captureTimes(file))
            end.captureTimes = file
        }
        if end.tasks.count > tasksBefore {
            let path = directory.appending("tasks.parquet")
            try TasksTable.write(end.tasks, to: path)
            move(.tasks, path, layout.tasks)
        }
        let episodes = directory.appending("episodes.parquet")
        try write(EpisodesTable.table(row, like: end.episodesSchema), to: episodes)
        move(.episodes, episodes, layout.episodes(row.file))

        try end.statistics.add(statistics)
        let statisticsPath = directory.appending("stats.json")
        try AtomicFile.write(end.statistics.text, to: statisticsPath)
        move(.statistics, statisticsPath, layout.statistics)

        info.count(frames: draft.length, tasks: end.tasks.count)
        let infoPath = directory.appending("info.json")
        try AtomicFile.write(info.text, to: infoPath)
        move(.info, infoPath, layout.info)

        (end.data, end.episodes) = (row.data, row.file)
        return moves
    }

    /// The video where the transaction may take it from: a record names nothing outside of the dataset, so one from
    /// elsewhere is copied first, and stays the caller's.
    private func inside(_ video: FilePath, copy: FilePath) throws -> FilePath {
        guard layout.relative(video) == video else { return video }
        try File.copy(video, to: copy)
        return copy
    }

    private func write(_ table: Table, to path: FilePath) throws {
        let writer = try ParquetWriter(path: path, schema: table.schema)
        try writer.writeRowGroup(table)
        try writer.finish()
    }

    // MARK: Moving

    /// Moves the prepared files into the dataset.
    /// - Throws: `ReelError`; then `UnfinishedWork` does the rest.
    func commit() throws -> PublishedEpisode {
        guard let transaction, let published = transaction.published else {
            throw ReelError(.failed, "publish the take", subject: root.string, cause: "nothing was prepared")
        }
        try transaction.commit(in: root, of: published.index)
        return published
    }
}
