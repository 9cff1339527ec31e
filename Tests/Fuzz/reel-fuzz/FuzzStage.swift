import LeRobotDataset
import Media
import Platform
import RecordingTypes
import Spool
import SystemPackage

/// A spool with one whole take, of which one file is replaced for each run of the fuzzer.
final class FuzzStage: Sendable {
    private let directory: FilePath
    private let whole: Take

    private static let session = SessionDescription(
        robotType: "so_follower", fps: 30, observation: .observation(["a.pos", "b.pos"]), action: .action(["a.pos"]),
        cameras: [
            .init(
                name: "front", format: CameraFormat(width: 32, height: 32, fps: 30, pixelFormat: .yuv420p),
                target: .video(VideoEncoderSettings()))
        ], repoID: "fuzz/take")

    /// Makes it anew; libFuzzer ends the process without a word, so it stays until the next time.
    init(in directory: FilePath) throws {
        self.directory = directory
        try File.remove(directory)
        let spool = SpoolDirectory(root: directory)
        try spool.create(Self.session)
        let start = MonotonicTime(nanoseconds: 1_000_000_000)
        let rows = try TakeWriter(in: spool, number: 1, task: "t", session: Self.session, start: start)
        let frames = try FrameFileWriter(
            path: rows.take.path.appending("front.nut"), pictures: Self.session.cameras[0].format, fps: 30)
        for index in 0..<4 {
            let time = start + .milliseconds(33 * index)
            let stored = try frames.append(GreyPicture(UInt8(40 * index), at: time, sequence: Int64(index)).frame)
            try rows.append(
                TakeRow(
                    index: index, monotonicTime: time, wallNanoseconds: Int64(index), isLate: false,
                    observation: [Float(index), 1], action: [Float(-index)],
                    frames: [
                        FrameReference(
                            index: index, isNew: true, capturedAt: time, sequence: Int64(index), packet: stored)
                    ]))
        }
        try frames.finish()
        whole = try rows.seal(
            .init(rows: 4, reason: .timeUp, lateTicks: 0, repeatedFrames: [0], lostRows: 0))
    }

    /// What the fuzzer begins with.
    func samples(for reader: FuzzedReader) throws -> [[UInt8]] {
        switch reader {
        case .rows: [try File.read(whole.rowsPath)]
        case .frames: [try File.read(whole.path.appending("front.nut")), try rawFrames()]
        case .take: [try File.read(whole.infoPath)]
        case .info: [DatasetInfo(session: Self.session).text]
        }
    }

    /// A frame file of pictures that are not compressed.
    private func rawFrames() throws -> [UInt8] {
        let path = directory.appending("raw.nut")
        let frames = try FrameFileWriter(
            path: path, pictures: Self.session.cameras[0].format, fps: 30, isCompressed: false)
        let time = MonotonicTime(nanoseconds: 0)
        for index in 0..<2 {
            _ = try frames.append(GreyPicture(UInt8(40 * index), at: time, sequence: Int64(index)).frame)
        }
        try frames.finish()
        return try File.read(path)
    }

    func take(rows: UnsafeRawBufferPointer) throws -> Take {
        try overwrite(whole.rowsPath, rows)
        return whole
    }

    func take(description: UnsafeRawBufferPointer) throws -> Take {
        try overwrite(whole.infoPath, description)
        return whole
    }

    func frames(_ bytes: UnsafeRawBufferPointer) throws -> FilePath {
        let path = whole.path.appending("front.nut")
        try overwrite(path, bytes)
        return path
    }

    /// Without a sync: thousands a second are wanted.
    private func overwrite(_ path: FilePath, _ bytes: UnsafeRawBufferPointer) throws {
        let file = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
        try file.closeAfter { _ = try file.writeAll(bytes) }
    }
}
