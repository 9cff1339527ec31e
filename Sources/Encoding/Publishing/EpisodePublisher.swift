import LeRobotDataset
import OrderedCollections
import Platform
package import RecordingTypes
package import Spool
package import SystemPackage

/// Makes episodes of encoded directories, whoever filled them: takes the pictures and their statistics from there, the rows
/// and what the operator said from the take, hands all to the dataset, and removes the take when the dataset has it.
package final class EpisodePublisher {
    private let root: FilePath
    private let spool: SpoolDirectory
    /// Once it was begun.
    private var writer: DatasetWriter?
    /// Where published takes go instead of being removed, for looking closely at what was recorded.
    private let archive: FilePath?

    /// `REEL_KEEP_SPOOL`: a directory that published takes are moved to, for tests that compare them with the dataset.
    package static var archiveFromEnvironment: FilePath? {
        Program.variable("REEL_KEEP_SPOOL").map { FilePath($0) }
    }

    /// Looks whether there is a dataset; `begin` opens it.
    /// - Parameters:
    ///   - root: the dataset's folder.
    ///   - spool: its spool.
    ///   - archive: keeps published takes there instead of removing them.
    /// - Throws: `ReelError` when there is none, or none of this version.
    package init(root: FilePath, spool: SpoolDirectory, archive: FilePath? = nil) throws {
        _ = try Dataset(root: root)
        self.root = root
        self.spool = spool
        self.archive = archive
    }

    /// Finishes what a kill cut short, removes the take that an earlier process had published, and opens the dataset.
    /// The caller holds the spool's lock, or works for the process that does.
    /// - Returns: What is to be told of that take: whoever waits for it has not been told yet.
    /// - Throws: `ReelError` when the dataset cannot be opened.
    package func begin() throws -> EncoderEvent? {
        try UnfinishedWork.finishAll(in: root)
        let finished = try Self.removePublished(root: root, spool: spool, archive: archive)
        writer = try DatasetWriter(root: root)
        return finished
    }

    /// Finishes an episode that an error has stopped, as `begin` does after a kill. It comes before every other: the dataset
    /// remembers one, and of a take whose episode nobody remembers there would be a second one.
    /// - Returns: As `begin`; nil when there is none.
    /// - Throws: `ReelError` when it still cannot be finished.
    func finishStopped() throws -> EncoderEvent? {
        guard let writer, writer.isStale || writer.unacknowledged != nil else { return nil }
        return try begin()
    }

    /// Removes the take that was published last and is in the spool still.
    /// - Returns: What is to be told of it; nil when there is none.
    /// - Throws: `ReelError` when it cannot be removed.
    @discardableResult
    static func removePublished(root: FilePath, spool: SpoolDirectory, archive: FilePath? = nil) throws -> EncoderEvent?
    {
        guard let published = try PublishedEpisode.last(in: root) else { return nil }
        let event = event(of: published, in: spool)
        // Only a kept take becomes an episode; where its removal failed it may lie aside now. Nobody else is asked: a
        // take that has just begun has no description yet, one that is being removed may have lost it.
        for take in try spool.takes() where take.state == .kept || take.state == .failed {
            if try readableIdentity(of: take) == published.identity { try dispose(of: take, into: archive) }
        }
        try PublishedEpisode.forget(in: root)
        return event
    }

    /// An episode's files are being moved, or were when that failed.
    var isHalfDone: Bool { writer?.isStale ?? false }

    /// Publishes a take as the next episode and removes it from the spool.
    /// - Parameters:
    ///   - take: the take; it is whole, and kept.
    ///   - directory: where it was encoded to; nil is beside the take. On the dataset's filesystem.
    /// - Returns: what is to be told of it; `noteTold` when that was done.
    /// - Throws: `ReelError`; the take is still in the spool then.
    package func publish(_ take: Take, from directory: EncodedDirectory? = nil) throws -> [EncoderEvent] {
        let directory = directory ?? EncodedDirectory(of: take)
        let info = try take.info()
        guard let encoded = directory.description(of: info), encoded.isWhole(for: info.session) else {
            throw ReelError(
                .unavailable, "publish a take", subject: take.path.string,
                cause: "it is not encoded in \(directory.path)", remedy: "Encode it once more: reel encode.")
        }
        let draft = try draft(of: take, info, encoded, in: directory)
        let losses = losses(of: info, rows: draft.length, encoded)
        guard let writer else {
            throw ReelError(.failed, "publish a take", subject: root.string, cause: "the dataset was not opened")
        }
        let episode = try writer.publish(draft)
        FaultPoint.reached("publish.take-is-episode")
        try Self.dispose(of: take, into: archive)
        FaultPoint.reached("publish.take-is-gone")
        let published = EncoderEvent.published(
            take: take.number, episode: episode, frames: draft.length, videoBytes: encoded.byteCount)
        return [published] + losses.map { .incomplete(take: take.number, message: $0) }
    }

    /// Who waits for the take knows of it. After a kill before this it is told again.
    package func noteTold() throws {
        FaultPoint.reached("publish.told")
        try writer?.acknowledge()
    }

    /// What of the take is not in the episode as it was recorded, for people.
    private func losses(of info: TakeInfo, rows: Int, _ encoded: EncodedTake) -> [String] {
        var losses: [String] = []
        if let recorded = info.end?.rows, rows < recorded {
            let cause = encoded.pictures.compactMap(\.cutBecause).first ?? "its rows are damaged"
            let lost = recorded - rows
            losses.append("\(lost) of its \(recorded.counted("row")) \(lost == 1 ? "is" : "are") lost: \(cause)")
        }
        losses += encoded.pictures.compactMap(\.damage)
        return losses
    }

    /// What is to be told of a take that an earlier process published; of one that is gone already, its sizes are 0.
    private static func event(of published: PublishedEpisode, in spool: SpoolDirectory) -> EncoderEvent? {
        guard let number = published.identity.split(separator: " ").first.flatMap({ Int($0) }) else { return nil }
        var (frames, videoBytes) = (0, 0)
        if let take = try? spool.take(number), let info = try? take.info(), info.identity == published.identity {
            let encoded = EncodedDirectory(of: take).description(of: info)
            frames = encoded?.rows ?? info.end?.rows ?? 0
            videoBytes = encoded?.byteCount ?? 0
        }
        return .published(take: number, episode: published.index, frames: frames, videoBytes: videoBytes)
    }

    /// Nil when its description is damaged or gone: then it was not published, as publishing reads it.
    private static func readableIdentity(of take: Take) throws -> String? {
        do {
            return try take.info().identity
        } catch let error as ReelError where [.damaged, .unavailable, .mismatch].contains(error.kind) {
            return nil
        }
    }

    private func draft(
        of take: Take, _ info: TakeInfo, _ encoded: EncodedTake, in directory: EncodedDirectory
    ) throws -> EpisodeDraft {
        let reader = try TakeReader(take: take)
        let length = encoded.rows ?? .max
        var rows: [TakeRow] = []
        while rows.count < length, let row = try reader.next() { rows.append(row) }
        guard !rows.isEmpty, rows.count == length || encoded.rows == nil else {
            throw ReelError(
                .damaged, "publish a take", subject: take.path.string,
                cause: "it has \(rows.count) rows and its videos have \(length) frames")
        }
        var draft = EpisodeDraft(
            identity: info.identity, length: rows.count, task: info.task, values: [:], videos: [:],
            statistics: EpisodeStatistics(),
            captureTimes: info.session.hasTimes ? captureTimes(of: rows, info, encoded) : nil)
        for (block, range) in info.session.observation.places {
            draft.values[block.feature] = FeatureValues(rows.flatMap { $0.observation[range] })
        }
        for (block, range) in info.session.action.places {
            draft.values[block.feature] = FeatureValues(rows.flatMap { $0.action[range] })
        }
        try unpack(rows, of: info, into: &draft)
        for (camera, pictures) in zip(info.session.cameras, encoded.pictures) {
            let path = directory.picturesPath(of: camera, storage: pictures.storage)
            switch pictures.content {
            case .video(let description):
                draft.videos[camera.featureName] = .init(path: path, description: description)
            case .images(let sizes):
                draft.images[camera.featureName] = .init(path: path, sizes: sizes)
            }
            draft.statistics.features[camera.featureName] = pictures.statistics
        }
        return draft
    }

    /// What rows carry besides, and their tasks where each has its own.
    private func unpack(_ rows: [TakeRow], of info: TakeInfo, into draft: inout EpisodeDraft) throws {
        let packed = PackedValues(info.session.values)
        guard !packed.schema.blocks.isEmpty else { return }
        var all = packed.schema.blocks.map { FeatureValues(of: $0.dtype) }
        for row in rows {
            do {
                for (index, place) in try packed.places(in: row.values).enumerated() {
                    all[index].append(row.values[place])
                }
            } catch {
                // Its checksum held, so it was never right.
                throw ReelError(
                    .damaged, "publish a take", subject: "\(error.feature.printable) in row \(row.index)",
                    cause: error.cause)
            }
        }
        for (block, values) in zip(packed.schema.blocks, all) {
            guard block == SessionDescription.taskBlock, case .strings(let tasks) = values else {
                draft.values[block.feature] = values
                continue
            }
            let distinct = OrderedSet(tasks)
            draft.tasks = Array(distinct)
            draft.taskOfFrame = tasks.map { distinct.firstIndex(of: $0) ?? 0 }
        }
    }

    private func captureTimes(of rows: [TakeRow], _ info: TakeInfo, _ encoded: EncodedTake) -> CaptureTimes {
        var cameras: OrderedDictionary<String, CaptureTimes.Camera> = [:]
        for (index, camera) in info.session.cameras.enumerated() {
            var isRepeated = rows.map { !$0.frames[index].isNew }
            for row in encoded[camera.name]?.undecodable ?? [] where isRepeated.indices.contains(row) {
                isRepeated[row] = true
            }
            cameras[camera.name] = .init(
                ageNanoseconds: rows.map { ($0.monotonicTime - $0.frames[index].capturedAt).nanoseconds },
                isRepeated: isRepeated,
                sequence: rows.map { $0.frames[index].sequence })
        }
        return CaptureTimes(
            monotonicNanoseconds: rows.map(\.monotonicTime.nanoseconds),
            wallNanoseconds: rows.map(\.wallNanoseconds), isLate: rows.map(\.isLate), cameras: cameras,
            outcome: info.outcome, note: info.note, findings: info.end?.findings ?? [])
    }

    private static func dispose(of take: Take, into archive: FilePath?) throws {
        var take = take
        if let archive {
            try Directory.create(archive)
            try File.remove(take.encodedPath)
            try Directory.rename(take.path, to: archive.appending(take.path.lastComponent?.string ?? "take"))
        } else {
            try take.remove()
        }
    }
}
