import Encoding
import Glibc
import LeRobotDataset
import Media
import Platform
import RecordingTypes
import Simulation
import Spool
import Synchronization
import SystemPackage
import TestSupport

/// A dataset in a temporary folder with takes as the recorder leaves them, for tests of what comes after.
final class RecordedDataset {
    let root: FilePath
    let spool: SpoolDirectory
    let session: SessionDescription
    /// Nil where somebody else removes the folder.
    private let directory: TemporaryDirectory?

    /// The dataset in a folder that somebody else removes.
    init(at root: FilePath) throws {
        self.root = root
        spool = SpoolDirectory(root: root)
        session = try spool.session()
        directory = nil
    }

    convenience init(
        cameras: [String] = ["front", "top"], pixelFormat: PixelFormat = .yuv420p, storage: PictureStorage = .video
    ) throws {
        try self.init(Self.session(cameras: cameras, pixelFormat: pixelFormat, storage: storage))
    }

    init(_ session: SessionDescription) throws {
        let directory = try TemporaryDirectory()
        self.directory = directory
        root = directory.path
        spool = SpoolDirectory(root: root)
        self.session = session
        try spool.create(session)
        try DatasetWriter.create(root: root, session: session)
    }

    private static let encoder = VideoEncoderSettings(kind: .h264, preset: "ultrafast")

    static func session(
        cameras: [String], pixelFormat: PixelFormat = .yuv420p, storage: PictureStorage = .video
    ) -> SessionDescription {
        SessionDescription(
            robotType: "so_follower", fps: 30, observation: .observation(["a.pos", "b.pos"]),
            action: .action(["a.pos", "b.pos"]),
            cameras: cameras.map { name in
                .init(
                    name: name, format: CodedPicture.format(pixelFormat),
                    target: PictureTarget(storage, encoder: encoder))
            }, repoID: "test/coded")
    }

    /// A take that grows: what the recorder's writer does, by hand.
    final class Growing {
        let number: Int
        private let session: SessionDescription
        private let rows: TakeWriter
        private let cameras: [FrameFileWriter]
        private var count = 0
        private var last: [FrameReference] = []
        private let start = MonotonicTime.now

        init(_ dataset: RecordedDataset, number: Int, task: String) throws {
            self.number = number
            session = dataset.session
            rows = try TakeWriter(in: dataset.spool, number: number, task: task, session: session, start: start)
            let take = rows.take
            cameras = try session.cameras.map {
                try FrameFileWriter(path: take.framesPath($0), pictures: $0.format, fps: 30)
            }
        }

        /// Appends a row; `isRepeated` means that the cameras had nothing new, `isBroken` that they gave a JPEG that is
        /// none.
        func append(isRepeated: Bool = false, isBroken: Bool = false) throws {
            let time = start + .nanoseconds(Int64(count) * 33_333_333)
            if isRepeated {
                for index in last.indices { last[index].isNew = false }
            } else {
                last = try cameras.enumerated().map { index, writer in
                    let picture = CodedPicture.frame(
                        take: number, frame: count, sequence: Int64(count), capturedAt: time)
                    let isJPEG = session.cameras[index].format.pixelFormat == .mjpeg
                    let stored = try writer.append(
                        isJPEG ? CodedJPEG.frame(picture, isBroken: isBroken) : picture)
                    return FrameReference(
                        index: last.isEmpty ? 0 : last[index].index + 1, isNew: true, capturedAt: time,
                        sequence: Int64(count), packet: stored)
                }
            }
            try rows.append(
                TakeRow(
                    index: count, monotonicTime: time, wallNanoseconds: 1_000 + Int64(count), isLate: false,
                    observation: [Float(count), Float(number)], action: [Float(-count), Float(number)], frames: last))
            count += 1
        }

        func seal() throws -> Take {
            for camera in cameras { try camera.finish() }
            return try rows.seal(
                .init(
                    rows: count, reason: .timeUp, lateTicks: 0,
                    repeatedFrames: Array(repeating: 0, count: cameras.count), lostRows: 0))
        }
    }

    /// Records a whole take of coded pictures; it is `.recorded` then.
    @discardableResult
    func record(_ number: Int, rows: Int, task: String = "Stack the cubes") throws -> Take {
        let take = try Growing(self, number: number, task: task)
        for _ in 0..<rows { try take.append() }
        return try take.seal()
    }

    /// Records a take and keeps it.
    @discardableResult
    func keep(_ number: Int, rows: Int) throws -> Take {
        var take = try record(number, rows: rows)
        try take.move(to: .kept)
        return take
    }

    /// Encodes and publishes all that is kept, and returns what was told.
    @discardableResult
    func encode() throws -> [EncoderEvent] { try Self.encode(root: root) }

    /// As above, for another process.
    @discardableResult
    static func encode(root: FilePath) throws -> [EncoderEvent] {
        let spool = SpoolDirectory(root: root)
        let events = Mutex<[EncoderEvent]>([])
        let queue = EncodingQueue(
            spool: spool, publisher: try EpisodePublisher(root: root, spool: spool), jobs: LocalJobs(limit: 2),
            schedule: .batches(of: 1), report: { event in events.withLock { $0.append(event) } })
        queue.post(.command(.finish))
        queue.post(.commandsEnded)
        try queue.run()
        return events.withLock { $0 }
    }

    /// The codes in an episode's video, frame after frame.
    func codes(episode: Int, camera: String = "front") throws -> [FrameCode?] {
        let name = String("00\(episode)".suffix(3))
        let video = try VideoFileReader(
            path: root.appending("videos/observation.images.\(camera)/chunk-000/file-\(name).mp4"))
        var codes: [FrameCode?] = []
        while let (_, picture) = try video.next() {
            codes.append(
                FrameCode.decode(
                    rgb24: try picture.rgb24(), width: picture.width, height: picture.height))
        }
        return codes
    }
}

extension Take {
    /// Turns bits in the middle of a camera's file.
    func damagePictures(of camera: String) throws {
        let path = path.appending("\(camera).nut")
        var bytes = try File.read(path)
        bytes[bytes.count / 2] ^= 0x55
        try AtomicFile.write(bytes, to: path)
    }
}
