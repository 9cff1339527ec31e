import Glibc
import Platform
import RecordingTypes
import Robots
import Simulation
import Spool
import SystemPackage
import Testing
import TestSupport

@testable import Console
@testable import Recording

/// A whole session on simulated or scripted devices, into a temporary folder; nothing is encoded.
final class SessionStage: Sendable {
    static let fps = 50
    private let directory: TemporaryDirectory
    var root: FilePath { directory.path }
    let spool: SpoolDirectory
    let input = OperatorInput()
    /// What was told, in order, and what of it went wrong.
    let events = EventLog()
    private let troubles: SessionProblems

    /// What ended the session early, and devices that could not be given back.
    var problems: [String] { troubles.lines(at: .session) }

    /// What went wrong with a take.
    func problems(of take: Int) -> [String] { troubles.lines(at: .take(take)) }

    /// What a terminal was told.
    var lines: [String] { events.all.compactMap { $0.line(root: root) } }

    init() throws {
        signal(SIGPIPE, SIG_IGN)
        directory = try TemporaryDirectory()
        spool = SpoolDirectory(root: directory.path)
        troubles = SessionProblems(root: directory.path)
    }

    /// A simulated camera with small pictures.
    static func camera(_ name: String = "front", faults: String = "") throws -> SimulatedCamera {
        try SimulatedCamera(
            name: name, view: .front, width: 64, height: 48, fps: fps, world: SimulatedWorld(),
            faults: SimulatedFaults(faults))
    }

    /// Records; returns when the session is over and its takes are on the disk.
    func record(
        episodes: Int, rows: Int, resetRows: Int = 0, reconnect: Duration = .seconds(60),
        robot: any Robot & Sendable = ScriptedArm(), teleoperator: any Teleoperator & Sendable = ScriptedLeader(),
        cameras: [any Camera], person: (any CalibrationDialogue)? = nil,
        ringBytes: Int = 64 << 20, align: Duration = .zero,
        freeBytes: @escaping @Sendable (FilePath) throws -> Int = { _ in 1 << 40 }
    ) async throws -> RecordingSession {
        func time(_ rows: Int) -> Duration { .nanoseconds(Int64(rows) * 1_000_000_000 / Int64(Self.fps)) }
        let session = RecordingSession(
            configuration: SessionConfiguration(
                root: root, repoID: "me/test", task: "t", fps: Self.fps, episodeTime: time(rows),
                resetTime: time(resetRows), episodeCount: episodes, schedule: .batches(of: 1),
                target: .video(VideoEncoderSettings(kind: .h264)), reconnectTime: reconnect, alignTime: align,
                spoolPictures: .compressed,
                ringBytes: ringBytes, playsSounds: false, consolidates: false),
            robot: robot, teleoperator: teleoperator, cameras: cameras, input: input,
            listeners: [events, troubles],
            freeBytes: freeBytes)
        let description = try session.connect(asking: person)
        try spool.create(description)
        let encoder = EncoderProcess(
            executable: "/bin/cat", arguments: [], logPath: spool.encoderLogPath, onEvent: { _ in }, onTrouble: { _ in }
        )
        await withCheckedContinuation { continuation in
            _ = OwnThread(name: "control") { [spool] in
                encoder.start()
                session.record(into: spool, session: description, encoder: encoder)
                session.disconnect()
                encoder.abandon()
                continuation.resume()
            }
        }
        return session
    }

    func info(_ take: Int) throws -> TakeInfo { try #require(try spool.take(take)).info() }

    func end(_ take: Int) throws -> TakeInfo.End { try #require(try info(take).end) }

    /// The takes by number, with what became of them.
    func states() throws -> [Int: TakeState] {
        Dictionary(uniqueKeysWithValues: try spool.takes().map { ($0.number, $0.state) })
    }

    /// The rows that a take's files really hold.
    func rowCount(_ take: Int) throws -> Int {
        let reader = try TakeReader(take: try #require(try spool.take(take)))
        while try reader.next() != nil {}
        #expect(reader.isWhole)
        return reader.rowCount
    }
}
