import Encoding
import LeRobotDataset
import Media
import OrderedCollections
import Platform
package import PythonJSON
import Recording
package import RecordingTypes
import Spool
package import SystemPackage

/// The dataset that a client has opened, from `open` to `finish`: its locks, what is recorded into it, and the memory for
/// pictures.
final class OpenedDataset {
    let root: FilePath
    let info: DatasetInfo
    /// Nil where rows have no pictures.
    let pictures: PictureMemory?
    let values: PackedValues
    let recording: ProgramRecording
    /// What was found and done when it was opened.
    let notes: [String]
    /// Episodes and frames with all that was saved.
    private(set) var episodes: Int
    private(set) var frames: Int

    private let spool: SpoolDirectory
    private let claim: SpoolClaim
    private let consolidates: Bool

    /// How long another Reel that has lost its client may take to let go.
    private static let patience: Duration = .seconds(5)
    private static let usualBacklog = 4 << 30

    /// Takes the locks, makes or recovers the dataset, and begins to record into it.
    /// - Parameters:
    ///   - request: what was asked for.
    ///   - tools: what only the program itself knows.
    ///   - isWanted: false when the client is gone.
    /// - Throws: `ReelError`, `FeatureRefusal`. Nothing is left behind then.
    init(_ request: OpenRequest, _ tools: WriterTools, isWanted: @escaping @Sendable () -> Bool) throws {
        root = request.root
        spool = SpoolDirectory(root: root)
        consolidates = request.consolidates
        var notes: [String] = []
        // All that can be refused comes before anything is made.
        let known = try request.info ?? Dataset(root: root).info
        let session = try request.session(of: known, encoder: Self.encoder(of: known, request, tools, &notes))
        let places = known.features.filter(\.isVisual).map { feature in
            PictureMemory.Camera(feature: feature.name, format: request.format(of: feature, session.fps))
        }
        pictures = try places.isEmpty ? nil : PictureMemory(places, byteCount: request.memory)
        values = PackedValues(session.values)
        var claim: SpoolClaim
        if let info = request.info {
            claim = try Self.make(info, in: root, spool)
            self.info = info
        } else {
            claim = try Self.claim(spool)
            notes += try SpoolRecovery.run(root: root).map(\.text)
            info = try DatasetWriter(root: root).info
        }
        let waiting = try spool.takes().filter { $0.state == .kept }
        episodes = info.totalEpisodes + waiting.count
        frames = info.totalFrames + waiting.reduce(0) { $0 + ((try? $1.info().end?.rows) ?? 0) }
        try spool.create(session)
        claim.letEncoderWork()
        self.claim = claim
        self.notes = notes
        let free = (try? FileSystem.freeBytes(at: spool.path)) ?? 0
        // The ring holds two rows at the least.
        let rowBytes = (pictures?.slotBytes ?? 0) + PackedValues.mostBytes
        let (root, path) = (root, spool.encoderLogPath)
        recording = try ProgramRecording(
            spool: spool, session: session,
            settings: .init(
                capacity: max(request.memory, 2 * rowBytes),
                backlog: min(request.backlog ?? Self.usualBacklog, max(free / 3, 1))),
            isWanted: isWanted
        ) { onEvent, onTrouble in
            EncoderProcess(
                executable: tools.executable, arguments: tools.encoderArguments(root, request.schedule), logPath: path,
                onEvent: onEvent, onTrouble: onTrouble)
        }
        recording.start()
    }

    /// An episode was saved.
    /// - Returns: its number.
    func noteSaved(rows: Int) -> Int {
        defer { (episodes, frames) = (episodes + 1, frames + rows) }
        return episodes
    }

    /// Everything that was saved is in the dataset, or lies aside: it is put in order and let go.
    /// - Returns: what could not be done, a sentence each.
    func close() -> [String] {
        recording.close()
        var troubles = recording.takeTroubles()
        do {
            if consolidates { try DatasetWriter(root: root).consolidate(with: FFmpegVideoTools()) }
            try spool.removeIfEmpty()
        } catch {
            troubles.append("\(error)")
        }
        return troubles
    }

    // MARK: - Making and continuing

    private static func make(_ info: DatasetInfo, in root: FilePath, _ spool: SpoolDirectory) throws -> SpoolClaim {
        if File.exists(DatasetLayout.info(in: root)) {
            throw ReelError(
                .mismatch, "make a new dataset", subject: root.string, cause: "a dataset is there already",
                remedy: "Continue it (resume), or give another directory.")
        }
        guard try !Directory.exists(root) || Directory.names(in: root).isEmpty else {
            throw ReelError(
                .mismatch, "make a new dataset", subject: root.string,
                cause: "the directory is there already, and holds something else",
                remedy: "Give a directory that is empty or not there yet.")
        }
        let claim = try claim(spool)
        try DatasetWriter.create(root: root, info: info)
        return claim
    }

    /// A Reel whose client was killed lets go within a moment.
    private static func claim(_ spool: SpoolDirectory) throws -> SpoolClaim {
        let end = MonotonicTime.now + patience
        while true {
            do {
                return try SpoolClaim(spool, onWait: { _ in })
            } catch let error as ReelError where error.kind == .busy && MonotonicTime.now < end {
                (MonotonicTime.now + .milliseconds(50)).sleepUntil()
            }
        }
    }

    /// What new videos are encoded with: what was asked for, but as the dataset's videos are, because a reader decodes all of
    /// a camera's files alike.
    private static func encoder(
        of info: DatasetInfo, _ request: OpenRequest, _ tools: WriterTools, _ notes: inout [String]
    ) throws -> VideoEncoderSettings {
        var members = request.encoder ?? [:]
        guard let made = info.videoFeatures.lazy.compactMap(\.madeVideos).first else {
            return try tools.readEncoder(members)
        }
        if members["vcodec"] == nil { members["vcodec"] = made.kind.map { .string($0.rawValue) } }
        if members["pix_fmt"] == nil { members["pix_fmt"] = .string(made.pixelFormat) }
        let settings = try tools.readEncoder(members)
        guard !made.matches(settings) else { return settings }
        notes.append("the dataset's videos are \(made.codec) in \(made.pixelFormat): those of new episodes will be too")
        return try made.adapting(settings)
    }
}

/// What only the program knows, and the command gives.
package struct WriterTools: Sendable {
    /// The program that is started as the encoder process.
    package var executable: FilePath
    package var encoderArguments: @Sendable (_ root: FilePath, _ schedule: EncodingSchedule) -> [String]
    /// Reads what a client says of the encoder, by LeRobot's names.
    package var readEncoder: @Sendable (JSONObject) throws -> VideoEncoderSettings
    /// Reel's version.
    package var version: String

    package init(
        executable: FilePath, version: String,
        encoderArguments: @escaping @Sendable (_ root: FilePath, _ schedule: EncodingSchedule) -> [String],
        readEncoder: @escaping @Sendable (JSONObject) throws -> VideoEncoderSettings
    ) {
        self.executable = executable
        self.version = version
        self.encoderArguments = encoderArguments
        self.readEncoder = readEncoder
    }
}
