import Glibc
import LeRobotDataset
import OrderedCollections
import Platform
import RecordingTypes
package import Spool
package import SystemPackage

/// Makes episodes of takes: reads the rows once more, hands rows, videos and statistics to the dataset, and removes the
/// take when the dataset has it.
package final class TakePublisher {
    private let writer: DatasetWriter
    /// Where published takes go instead of being removed, for looking closely at what was recorded.
    private let archive: FilePath?
    /// The take that an earlier process had begun to publish: whoever waits for it has not been told yet.
    private(set) var finished: EncoderEvent?

    /// `REEL_KEEP_SPOOL`: a directory that published takes are moved to, for tests that compare them with the dataset.
    package static var archiveFromEnvironment: FilePath? {
        getenv("REEL_KEEP_SPOOL").map { FilePath(String(cString: $0)) }
    }

    /// Opens the dataset, finishes a publishing that a kill cut short, and removes the take that it was about.
    /// - Parameters:
    ///   - root: the dataset's folder.
    ///   - spool: its spool.
    ///   - archive: keeps published takes there instead of removing them.
    /// - Throws: `ReelError` when the dataset cannot be opened.
    package init(root: FilePath, spool: SpoolDirectory, archive: FilePath? = nil) throws {
        self.archive = archive
        writer = try DatasetWriter(root: root)
        guard let published = writer.unacknowledged else { return }
        finished = Self.event(of: published, in: spool)
        // What is being removed already may have lost its description, and so may what lies aside.
        for take in try spool.takes() where take.state != .discarded {
            let identity = take.state == .failed ? try? Self.identity(of: take) : try Self.identity(of: take)
            if identity == published.identity { try dispose(of: take) }
        }
        try writer.acknowledge()
    }

    /// An episode's files are being moved, or were when that failed.
    var isHalfDone: Bool { writer.isStale }

    /// Publishes a take as the next episode and removes it from the spool.
    /// - Returns: what is to be told of it; `noteTold` when that was done.
    /// - Throws: `ReelError`; the take is still in the spool then.
    func publish(_ take: Take, encoded: [CameraEncoding.Outcome]) throws -> [EncoderEvent] {
        let draft = try draft(of: take, encoded: encoded)
        let losses = losses(of: take, rows: draft.length, encoded)
        let episode = try writer.publish(draft)
        FaultPoint.reached("publish.take-is-episode")
        try dispose(of: take)
        FaultPoint.reached("publish.take-is-gone")
        let published = EncoderEvent.published(
            take: take.number, episode: episode, frames: draft.length,
            videoBytes: encoded.reduce(0) { $0 + $1.byteCount })
        return [published] + losses.map { .incomplete(take: take.number, message: $0) }
    }

    /// Who waits for the take knows of it. After a kill before this it is told again.
    func noteTold() throws {
        FaultPoint.reached("publish.told")
        try writer.acknowledge()
    }

    /// What of the take is not in the episode as it was recorded, for people.
    private func losses(of take: Take, rows: Int, _ encoded: [CameraEncoding.Outcome]) -> [String] {
        var losses: [String] = []
        if let recorded = (try? take.info())?.end?.rows, rows < recorded {
            let cause = encoded.compactMap(\.cutBecause).first ?? "its rows are damaged"
            losses.append("\(recorded - rows) of its \(recorded) rows are lost: \(cause)")
        }
        for outcome in encoded where !outcome.undecodable.isEmpty {
            let count = outcome.undecodable.count
            losses.append(
                "\(count) \(count == 1 ? "row shows" : "rows show") an older picture of the camera \(outcome.camera), "
                    + "because what it gave cannot be decoded")
        }
        return losses
    }

    /// What is to be told of a take that an earlier process published; of one that is gone already, its sizes are 0.
    private static func event(of published: PublishedEpisode, in spool: SpoolDirectory) -> EncoderEvent? {
        guard let number = published.identity.split(separator: " ").first.flatMap({ Int($0) }) else { return nil }
        var (frames, videoBytes) = (0, 0)
        if let take = try? spool.take(number), let info = try? take.info(),
            identity(of: info) == published.identity
        {
            let outcomes = info.session.cameras.map {
                EncodedCamera(take: take, camera: $0.name, storage: info.session.storage).description()
            }
            frames = outcomes.compactMap { $0?.rows }.min() ?? info.end?.rows ?? 0
            videoBytes = outcomes.reduce(0) { $0 + ($1?.byteCount ?? 0) }
        }
        return .published(take: number, episode: published.index, frames: frames, videoBytes: videoBytes)
    }

    /// A take's number alone is used again in a later session.
    private static func identity(of take: Take) throws -> String { identity(of: try take.info()) }

    private static func identity(of info: TakeInfo) -> String { "\(info.number) \(info.startedWall)" }

    private func draft(of take: Take, encoded: [CameraEncoding.Outcome]) throws -> EpisodeDraft {
        let info = try take.info()
        let reader = try TakeReader(take: take)
        let length = encoded.map(\.rows).min() ?? .max
        var rows: [TakeRow] = []
        while rows.count < length, let row = try reader.next() { rows.append(row) }
        guard !rows.isEmpty, rows.count == length || encoded.isEmpty else {
            throw ReelError(
                .damaged, "publish a take", subject: take.path.string,
                cause: "it has \(rows.count) rows and its videos have \(length) frames")
        }
        var draft = EpisodeDraft(
            identity: try Self.identity(of: take), length: rows.count, task: info.task,
            observation: rows.flatMap(\.observation), action: rows.flatMap(\.action), videos: [:],
            statistics: EpisodeStatistics(), captureTimes: captureTimes(of: rows, info, encoded))
        for (camera, outcome) in zip(info.session.cameras, encoded) {
            let path = EncodedCamera(take: take, camera: camera.name, storage: info.session.storage).pictures
            switch outcome.content {
            case .video(let description):
                draft.videos[camera.featureName] = .init(path: path, description: description)
            case .images(let sizes):
                draft.images[camera.featureName] = .init(path: path, sizes: sizes)
            }
            draft.statistics.features[camera.featureName] = outcome.statistics
        }
        return draft
    }

    private func captureTimes(
        of rows: [TakeRow], _ info: TakeInfo, _ encoded: [CameraEncoding.Outcome]
    ) -> CaptureTimes {
        var cameras: OrderedDictionary<String, CaptureTimes.Camera> = [:]
        for (index, camera) in info.session.cameras.enumerated() {
            var isRepeated = rows.map { !$0.frames[index].isNew }
            for row in encoded.first(where: { $0.camera == camera.name })?.undecodable ?? []
            where isRepeated.indices.contains(row) { isRepeated[row] = true }
            cameras[camera.name] = .init(
                ageNanoseconds: rows.map { ($0.monotonicTime - $0.frames[index].capturedAt).nanoseconds },
                isRepeated: isRepeated,
                sequence: rows.map { $0.frames[index].sequence })
        }
        return CaptureTimes(
            monotonicNanoseconds: rows.map(\.monotonicTime.nanoseconds),
            wallNanoseconds: rows.map(\.wallNanoseconds), isLate: rows.map(\.isLate), cameras: cameras,
            outcome: info.outcome, note: info.note)
    }

    private func dispose(of take: Take) throws {
        var take = take
        if let archive {
            try DurableFiles.createDirectory(archive)
            try DurableFiles.remove(take.encodedPath)
            try DurableFiles.rename(take.path, to: archive.appending(take.path.lastComponent?.string ?? "take"))
        } else {
            try take.remove()
        }
    }
}
