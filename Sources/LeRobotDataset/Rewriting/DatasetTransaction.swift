import Platform
import RecordingTypes
import SystemPackage

/// A change of a dataset that is done in steps and may be cut short at any of them. All that is new is prepared and synced
/// in a directory of its own, where no reader looks; then the steps are put on the disk beside it, then they are done.
/// Killed before the record is there, nothing has happened; killed after it, the record says what is to do, and to do a
/// step again is harmless.
struct DatasetTransaction: Hashable, Sendable {
    /// One thing to do. Paths are relative to the dataset, so that it can be moved to another place in between.
    enum Step: Hashable, Sendable {
        /// A prepared file goes to its place, in which an old one may stand.
        case move(DatasetPart, from: FilePath, to: FilePath)
        /// A prepared directory and the one that is there change places.
        case swap(DatasetPart, staged: FilePath, live: FilePath)
        /// A file that nobody names any more goes.
        case remove(DatasetPart, FilePath)
    }

    let work: UnfinishedWork.Kind
    /// The dataset's number of episodes while it goes on. Any other means that another program has been here.
    let episodeCounts: Set<Int>
    let steps: [Step]
    /// The take that becomes an episode, where that is the change.
    var published: PublishedEpisode?

    private static let recordName = "record.json"

    /// Where files are prepared: on the dataset's filesystem.
    static func directory(_ work: UnfinishedWork.Kind, in root: FilePath) -> FilePath {
        WorkDirectory(root: root)[work.directory]
    }

    /// Swaps the parts for those that are prepared, in the order in which that is done.
    static func swaps(_ parts: [DatasetPart], _ work: UnfinishedWork.Kind) -> [Step] {
        work.swappedParts.filter(parts.contains).map { part in
            .swap(part, staged: directory(work, in: FilePath()).pushing(part.path), live: part.path)
        }
    }

    private static func record(_ work: UnfinishedWork.Kind, in root: FilePath) -> FilePath {
        directory(work, in: root).appending(recordName)
    }

    /// Whether the record is on the disk: then the change will be done, whatever happens to this process.
    static func isRecorded(_ work: UnfinishedWork.Kind, in root: FilePath) -> Bool {
        File.exists(record(work, in: root))
    }

    // MARK: Doing it

    /// Prepares a change: `stage` puts all that is new into the directory that it is given, syncs it and says what is to
    /// be done with it; nil when there is nothing to do.
    /// - Throws: What `stage` throws; nothing is left behind then.
    static func prepare(
        _ work: UnfinishedWork.Kind, in root: FilePath, _ stage: (_ directory: FilePath) throws -> DatasetTransaction?
    ) throws -> DatasetTransaction? {
        let directory = directory(work, in: root)
        do {
            try File.remove(directory)
            try Directory.create(directory)
            let transaction = try stage(directory)
            if transaction == nil { try File.remove(directory) }
            return transaction
        } catch {
            try? File.remove(directory)
            throw error
        }
    }

    /// Puts the record on the disk, and does the steps. All that they name must have been synced.
    /// - Parameters:
    ///   - root: The dataset's.
    ///   - count: The dataset's episodes when it was read.
    /// - Throws: `ReelError`: mismatch when another program has changed the dataset since it was read, or naming the file.
    ///   Where `isRecorded`, `finish` does the rest; else nothing has changed.
    func commit(in root: FilePath, of count: Int) throws {
        do {
            try requireUnchanged(root, from: [count], remedy: "Nothing was done; try it again.")
            try requireInside(subject: root.string)
            for case .swap(_, let staged, let live) in steps {
                try DirectorySwap(live: root.pushing(live), staged: root.pushing(staged)).begin()
            }
            reached(.marked)
            try AtomicFile.write(text, to: Self.record(work, in: root))
        } catch {
            if !Self.isRecorded(work, in: root) { try? Self.abandon(work, in: root) }
            throw error
        }
        reached(.recorded)
        try perform(in: root)
    }

    private func perform(in root: FilePath) throws {
        for step in steps {
            try perform(step, in: root)
            reached(.done(step))
        }
        if let published {
            try published.remember(in: root)
            FaultPoint.reached("publish.noted")
        }
        let directory = Self.directory(work, in: root)
        // The record goes last: while it is there, the next command knows what was done.
        for name in try Directory.names(in: directory) where name != Self.recordName {
            try File.remove(directory.appending(name))
        }
        reached(.oldRemoved)
        try File.remove(directory)
        reached(.cleaned)
    }

    private func perform(_ step: Step, in root: FilePath) throws {
        switch step {
        case .move(_, let from, let to):
            let (from, to) = (root.pushing(from), root.pushing(to))
            if File.exists(from) {
                try File.move(from, to: to)
            } else if !File.exists(to) {
                throw ReelError(
                    .damaged, "finish \(work)", subject: to.string, cause: "the file is neither there nor at \(from)")
            }
        case .swap(_, let staged, let live):
            try DirectorySwap(live: root.pushing(live), staged: root.pushing(staged)).perform()
        case .remove(_, let path):
            try File.remove(root.pushing(path))
        }
    }

    // MARK: After an interruption

    /// Does what is left to do of a change that was cut short, or takes back what had only been prepared.
    /// - Throws: `ReelError`: mismatch when another program has changed the dataset since, or a newer Reel began the
    ///   change; damaged when the record cannot be read; or naming a file. It can be tried again.
    static func finish(_ work: UnfinishedWork.Kind, in root: FilePath) throws {
        let directory = directory(work, in: root)
        guard File.exists(directory) else { return }
        guard isRecorded(work, in: root) else { return try abandon(work, in: root) }
        let record = record(work, in: root)
        let transaction = try DatasetTransaction(reading: File.read(record), work, subject: record.string)
        try transaction.requireInside(subject: record.string)
        try transaction.requireUnchanged(
            root, from: transaction.episodeCounts,
            remedy: "What was prepared is in \(directory); look at `reel check` before you remove that.")
        try transaction.perform(in: root)
    }

    /// Takes back what was prepared.
    private static func abandon(_ work: UnfinishedWork.Kind, in root: FilePath) throws {
        let directory = directory(work, in: root)
        for part in work.swappedParts {
            let live = root.pushing(part.path)
            if File.exists(live) { try DirectorySwap(live: live, staged: directory).abandon() }
        }
        try File.remove(directory)
    }

    private func requireUnchanged(_ root: FilePath, from counts: Set<Int>, remedy: String) throws {
        let total = try DatasetInfo(path: DatasetLayout.info(in: root)).totalEpisodes
        guard counts.contains(total) else {
            let expected = counts.sorted().map(String.init).joined(separator: " or ")
            throw ReelError(
                .mismatch, "finish \(work)", subject: root.string,
                cause: "the dataset has \(total.counted("episode")), not \(expected): "
                    + "another program has changed it since",
                remedy: remedy)
        }
    }

    /// A record may have come with a dataset from anywhere: it has no business outside of it.
    private func requireInside(subject: String) throws {
        let paths = steps.flatMap { step in
            switch step {
            case .move(_, let from, let to): [from, to]
            case .swap(_, let staged, let live): [staged, live]
            case .remove(_, let path): [path]
            }
        }
        for path in paths
        where path.isAbsolute || path.isEmpty || path.components.contains(where: { $0.kind != .regular }) {
            throw ReelError(
                .damaged, "finish \(work)", subject: subject, cause: "\(path) is not in the dataset",
                remedy: "Look at what the file says before you remove its directory.")
        }
    }
}

// MARK: - Faults

extension DatasetTransaction {
    /// How far it has come.
    private enum Progress {
        case marked, recorded, done(Step), oldRemoved, cleaned
    }

    private func reached(_ progress: Progress) {
        switch (work, progress) {
        case (.publishing, .marked), (.publishing, .oldRemoved), (.publishing, .done(.swap)),
            (.publishing, .done(.remove)),
            (.consolidating, .oldRemoved):
            break
        case (.publishing, .recorded): FaultPoint.reached("publish.recorded")
        case (.publishing, .done(.move(.videos, _, _))): FaultPoint.reached("publish.video-moved")
        case (.publishing, .done(.move(.data, _, _))): FaultPoint.reached("publish.data-moved")
        case (.publishing, .done(.move(.captureTimes, _, _))): FaultPoint.reached("publish.capture-times-moved")
        case (.publishing, .done(.move(.tasks, _, _))): FaultPoint.reached("publish.tasks-moved")
        case (.publishing, .done(.move(.episodes, _, _))): FaultPoint.reached("publish.episodes-moved")
        case (.publishing, .done(.move(.statistics, _, _))): FaultPoint.reached("publish.statistics-moved")
        case (.publishing, .done(.move(.info, _, _))): FaultPoint.reached("publish.info-moved")
        case (.publishing, .cleaned): FaultPoint.reached("publish.cleaned")
        case (.consolidating, .marked): FaultPoint.reached("consolidate.marked")
        case (.consolidating, .recorded): FaultPoint.reached("consolidate.recorded")
        case (.consolidating, .done(.move)): FaultPoint.reached("consolidate.video-moved")
        case (.consolidating, .done(.swap(.captureTimes, _, _))):
            FaultPoint.reached("consolidate.capture-times-swapped")
        case (.consolidating, .done(.swap(.data, _, _))): FaultPoint.reached("consolidate.data-swapped")
        case (.consolidating, .done(.swap)): FaultPoint.reached("consolidate.episodes-swapped")
        case (.consolidating, .done(.remove)): FaultPoint.reached("consolidate.video-removed")
        case (.consolidating, .cleaned): FaultPoint.reached("consolidate.cleaned")
        case (.deleting, .marked): FaultPoint.reached("edit.marked")
        case (.deleting, .recorded): FaultPoint.reached("edit.recorded")
        case (.deleting, .done(.swap(.captureTimes, _, _))): FaultPoint.reached("edit.capture-times-swapped")
        case (.deleting, .done(.swap(.data, _, _))): FaultPoint.reached("edit.data-swapped")
        case (.deleting, .done(.swap(.videos, _, _))): FaultPoint.reached("edit.videos-swapped")
        case (.deleting, .done(.swap)): FaultPoint.reached("edit.episodes-swapped")
        case (.deleting, .done): FaultPoint.reached("edit.file-replaced")
        case (.deleting, .oldRemoved): FaultPoint.reached("edit.old-removed")
        case (.deleting, .cleaned): FaultPoint.reached("edit.cleaned")
        }
    }
}
