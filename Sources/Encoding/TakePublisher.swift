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
        for take in try spool.takes() where try Self.identity(of: take) == published.identity { try dispose(of: take) }
        try writer.acknowledge()
    }

    /// An episode's files are being moved, or were when that failed.
    var isHalfDone: Bool { writer.isStale }

    /// Publishes a take as the next episode and removes it from the spool.
    /// - Throws: `ReelError`; the take is still in the spool then.
    func publish(_ take: Take, encoded: [CameraEncoding.Outcome]) throws -> EncoderEvent {
        let draft = try draft(of: take, encoded: encoded)
        let episode = try writer.publish(draft)
        FaultPoint.reached("publish.take-is-episode")
        try dispose(of: take)
        FaultPoint.reached("publish.take-is-gone")
        try writer.acknowledge()
        return .published(
            take: take.number, episode: episode, frames: draft.length,
            videoBytes: encoded.reduce(0) { $0 + $1.video.byteCount })
    }

    /// A take's number alone is used again in a later session.
    private static func identity(of take: Take) throws -> String {
        let info = try take.info()
        return "\(info.number) \(info.startedWall)"
    }

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
            statistics: EpisodeStatistics(), captureTimes: captureTimes(of: rows, info.session))
        for (camera, outcome) in zip(info.session.cameras, encoded) {
            let files = EncodedCamera(take: take, camera: camera.name)
            draft.videos[camera.featureName] = .init(path: files.video, description: outcome.video)
            draft.statistics.features[camera.featureName] = outcome.statistics
        }
        return draft
    }

    private func captureTimes(of rows: [TakeRow], _ session: SessionDescription) -> CaptureTimes {
        var cameras: OrderedDictionary<String, CaptureTimes.Camera> = [:]
        for (index, camera) in session.cameras.enumerated() {
            cameras[camera.name] = .init(
                ageNanoseconds: rows.map { ($0.monotonicTime - $0.frames[index].capturedAt).nanoseconds },
                isRepeated: rows.map { !$0.frames[index].isNew },
                sequence: rows.map { $0.frames[index].sequence })
        }
        return CaptureTimes(
            monotonicNanoseconds: rows.map(\.monotonicTime.nanoseconds),
            wallNanoseconds: rows.map(\.wallNanoseconds), isLate: rows.map(\.isLate), cameras: cameras)
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
