import ArrowTables
import OrderedCollections
import Platform
package import RecordingTypes
package import SystemPackage

/// Adds episodes to a LeRobot dataset (format v3.0) so that it is whole at every instant: each episode gets files of its
/// own, written beside the dataset, synced, and moved in by renaming, info.json last. What an episode costs does not
/// depend on how many there are.
///
/// One process at a time, one thread at a time; the spool's lock sees to that.
package final class DatasetWriter {
    package let root: FilePath
    package private(set) var info: DatasetInfo
    /// The episode that was published last, until `acknowledge` is called: after a kill the caller finds out here that a
    /// take is in the dataset already, and only has to be removed from the spool.
    package private(set) var unacknowledged: PublishedEpisode?

    private var end: DatasetEnd
    /// Set while files are being moved: after an error there, the dataset is read afresh before anything else.
    package private(set) var isStale = false

    /// Makes a dataset that has no episode yet.
    /// - Throws: `ReelError`: mismatch when there is a dataset already, usage for pictures that cannot be recorded.
    package static func create(root: FilePath, session: SessionDescription) throws {
        for camera in session.cameras {
            guard let problem = camera.kind.problem else { continue }
            throw ReelError(
                .usage, "create the dataset", subject: "camera \(camera.name.printable)", cause: problem)
        }
        try create(root: root, info: DatasetInfo(session: session))
    }

    /// Makes a dataset that has no episode yet.
    /// - Throws: `ReelError`: mismatch when there is a dataset already.
    package static func create(root: FilePath, info: DatasetInfo) throws {
        let path = DatasetLayout.info(in: root)
        guard !File.exists(path) else {
            throw ReelError(
                .mismatch, "create the dataset", subject: root.string, cause: "there is one already",
                remedy: "Continue it with --resume=true, or choose another place.")
        }
        try Directory.create(path.removingLastComponent())
        try AtomicFile.write(info.text, to: path)
        FaultPoint.reached("dataset.created")
    }

    /// Opens a dataset, whoever wrote it. Reads only.
    /// - Throws: `ReelError`: unavailable when there is none, mismatch when it is of another version, damaged when its
    ///   files contradict each other, busy when work on it was cut short and must be finished first.
    package init(root: FilePath) throws {
        if let work = UnfinishedWork.find(in: root).first {
            throw ReelError(
                .busy, "open the dataset", subject: root.string, cause: "\(work.kind) was cut short",
                remedy: "`reel recover \(ShellWord.path(root))` finishes it.")
        }
        self.root = root
        let dataset = try Dataset(root: root)
        info = dataset.info
        end = try DatasetEnd(dataset)
        unacknowledged = try PublishedEpisode.last(in: root)
    }

    /// Makes the take the dataset's next episode; its videos are moved in. When it throws before the files are moved,
    /// nothing has changed; when it throws or is killed after that, the next publishing or `UnfinishedWork` finishes it.
    /// - Throws: `ReelError`: mismatch when the take does not fit the dataset, damaged when a video is not what it
    ///   should be, diskFull.
    package func publish(_ draft: EpisodeDraft) throws -> Int {
        if isStale { try reopen() }
        if let unacknowledged, unacknowledged.identity == draft.identity { return unacknowledged.index }
        try draft.requireFitting(info)
        var publishing = Publishing(root: root, info: info, end: end)
        try publishing.prepare(draft)
        isStale = true
        let published = try publishing.commit()
        isStale = false
        unacknowledged = published
        info = publishing.info
        end = publishing.end
        return published.index
    }

    /// Tells that the take published last is gone from the spool, so that it need not be remembered.
    /// - Throws: `ReelError` when the note cannot be removed.
    package func acknowledge() throws {
        try PublishedEpisode.forget(in: root)
        unacknowledged = nil
    }

    /// Joins small files up to the sizes in info.json (and videos up to 500 s), by copying row groups and packets. Files
    /// that are large enough stay untouched; the table of episodes becomes one file. Readers may go on reading.
    /// - Throws: `ReelError`: diskFull when the new files do not fit beside the old ones, damaged. Nothing has changed
    ///   then, unless it was while the files were put in place; `UnfinishedWork` finishes that.
    @discardableResult
    package func consolidate(with tools: some VideoTools) throws -> ConsolidationReport {
        if isStale { try reopen() }
        var consolidation = try Consolidation(root: root, info: info)
        try change(consolidation.prepare(with: tools))
        return consolidation.report
    }

    /// Takes episodes out; those behind them get lower numbers, statistics are taken together again. Videos that hold
    /// episodes of both kinds are copied without the pictures of those that go; all others keep their files. Returns
    /// features whose statistics nothing tells anew: these stay those of before.
    /// - Throws: `ReelError`: usage when an episode is not there or none would be left, diskFull, damaged, mismatch.
    ///   Nothing has changed then, unless it was while the new files were put in place; `UnfinishedWork` finishes that.
    @discardableResult
    package func deleteEpisodes(_ episodes: Set<Int>, with tools: some VideoTools) throws -> [String] {
        if isStale { try reopen() }
        var deletion = try EpisodeDeletion(of: episodes, root: root, info: info)
        try change(deletion.prepare(with: tools))
        return deletion.keptStatistics
    }

    /// Does what was prepared, if there is anything to do, and reads the dataset afresh.
    private func change(_ transaction: DatasetTransaction?) throws {
        guard let transaction else { return }
        isStale = true
        try transaction.commit(in: root, of: info.totalEpisodes)
        try reopen()
    }

    /// Reads the dataset afresh, after it was changed by other means than `publish`, or `publish` was stopped by an error.
    private func reopen() throws {
        try UnfinishedWork.finishAll(in: root)
        let dataset = try Dataset(root: root)
        info = dataset.info
        end = try DatasetEnd(dataset)
        unacknowledged = try PublishedEpisode.last(in: root)
        isStale = false
    }
}

extension DatasetInfo {
    /// Reads the file.
    /// - Throws: `ReelError`: unavailable when it is not there, damaged, or mismatch.
    package init(path: FilePath) throws {
        guard File.exists(path) else {
            throw ReelError(
                .unavailable, "open the dataset", subject: path.string, cause: "the file is not there",
                remedy: "A LeRobot dataset has meta/info.json; check --dataset.root.")
        }
        do {
            try self.init(reading: File.read(path), subject: path.string)
        } catch {
            throw LFSPointer.explain(error, at: path)
        }
    }
}
