import Glibc
import Platform
import RecordingTypes
import Spool
import SystemPackage
import Testing
import TestSupport

/// A spool in a directory of the test's own, with takes whose every byte follows from their number.
struct Samples {
    let spool: SpoolDirectory

    static func session(cameras: [String] = ["front", "top"], joints: Int = 6) -> SessionDescription {
        SessionDescription(
            robotType: "so_follower", fps: 30, observation: .observation((0..<joints).map { "joint_\($0).pos" }),
            action: .action((0..<joints).map { "joint_\($0).pos" }),
            cameras: cameras.map {
                .init(
                    name: $0, format: CameraFormat(width: 640, height: 480, fps: 30, pixelFormat: .mjpeg),
                    target: .video(VideoEncoderSettings()))
            }, repoID: "me/pick")
    }

    /// Camera c shows a new picture in each row that is not a multiple of c + 3.
    static func rows(_ count: Int, session: SessionDescription = session()) -> [TakeRow] {
        var pictures = [Int](repeating: -1, count: session.cameras.count)
        return (0..<count).map { row in
            let frames = pictures.indices.map { camera in
                let isNew = row == 0 || row % (camera + 3) != 0
                if isNew { pictures[camera] += 1 }
                let packet = packet(camera: camera, index: pictures[camera])
                return FrameReference(
                    index: pictures[camera], isNew: isNew,
                    capturedAt: MonotonicTime(nanoseconds: Int64(pictures[camera]) * 33_333_333 + 5),
                    sequence: Int64(pictures[camera]) * 2 + 7,
                    packet: packet.withUnsafeBytes { PacketFacts(of: $0) })
            }
            return TakeRow(
                index: row, monotonicTime: MonotonicTime(nanoseconds: 1_000_000_000 + Int64(row) * 33_333_333),
                wallNanoseconds: 1_700_000_000_000_000_000 + Int64(row) * 33_333_333, isLate: row % 5 == 4,
                observation: (0..<session.observation.count).map { Float(row) + Float($0) / 8 },
                action: (0..<session.action.count).map { -Float(row) - Float($0) / 4 }, frames: frames)
        }
    }

    static let end = TakeInfo.End(
        rows: 0, reason: .timeUp, lateTicks: 1, repeatedFrames: [2, 1], lostRows: 0)

    /// What stands for a compressed picture: 20 to 26 bytes.
    static func packet(camera: Int, index: Int) -> [UInt8] {
        [UInt8](repeating: UInt8(truncatingIfNeeded: camera * 100 + index), count: 20 + index % 7)
    }

    /// Begins a take, and writes its rows, each behind the pictures it brings. Frame files are packets end to end.
    func write(
        _ rows: [TakeRow], number: Int, session: SessionDescription = session()
    ) throws -> TakeWriter {
        let writer = try TakeWriter(
            in: spool, number: number, task: "pick", session: session, start: MonotonicTime(nanoseconds: 1_000_000_000))
        for row in rows {
            try Self.appendFrames(of: row, to: writer.take, session: session)
            try writer.append(row)
        }
        return writer
    }

    static func appendFrames(of row: TakeRow, to take: Take, session: SessionDescription) throws {
        for (camera, frame) in row.frames.enumerated() where frame.isNew {
            let file = try FileDescriptor.open(
                take.framesPath(session.cameras[camera]), .writeOnly, options: [.create, .append],
                permissions: [.ownerReadWrite])
            try file.closeAfter { _ = try file.writeAll(packet(camera: camera, index: frame.index)) }
        }
    }

    /// A recorded take.
    func record(_ count: Int, number: Int, session: SessionDescription = session()) throws -> Take {
        try write(Self.rows(count, session: session), number: number, session: session).seal(Self.end)
    }

    /// Reads the frame files of `write` as recovery asks for it.
    static func frameFacts(of take: Take) -> Take.FrameReading {
        { camera, index in
            let bytes = try File.read(take.framesPath(camera))
            let number = camera.name == "front" ? 0 : 1
            let start = (0..<index).reduce(0) { $0 + packet(camera: number, index: $1).count }
            let count = packet(camera: number, index: index).count
            guard start + count <= bytes.count else { return nil }
            return bytes[start..<start + count].withUnsafeBytes { PacketFacts(of: $0) }
        }
    }

    /// All rows that a reader gives, and the reader.
    static func read(_ take: Take) throws -> (rows: [TakeRow], reader: TakeReader) {
        let reader = try TakeReader(take: take)
        var rows: [TakeRow] = []
        while let row = try reader.next() { rows.append(row) }
        return (rows, reader)
    }
}

/// A spool in a new directory that is removed afterwards.
func withSpool<Result>(_ body: (Samples) throws -> Result) throws -> Result {
    let directory = try TemporaryDirectory()
    return try withExtendedLifetime(directory) {
        let samples = Samples(spool: SpoolDirectory(root: directory.path))
        try samples.spool.create(Samples.session())
        return try body(samples)
    }
}

func overwrite(_ path: FilePath, with bytes: some Sequence<UInt8>) throws {
    let file = try FileDescriptor.open(
        path, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite])
    try file.closeAfter { _ = try file.writeAll(bytes) }
}

/// The same numbers on every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// Flips one to three bits.
    mutating func flip(_ bytes: inout [UInt8]) {
        for _ in 0..<Int.random(in: 1...3, using: &self) {
            bytes[Int.random(in: bytes.indices, using: &self)] ^= 1 << UInt8.random(in: 0..<8, using: &self)
        }
    }
}
