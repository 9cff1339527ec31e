import LeRobotDataset
import Media
import Platform
import RecordingTypes
import Spool
import Synchronization
import SystemPackage

/// The cameras of one take on their way to videos: one call of `encode` a camera, each on a thread of its own. Works on
/// a take that is whole and on one that is still being recorded.
package final class CameraEncoding: Sendable {
    private let spool: SpoolDirectory
    private let take: Take
    private let session: SessionDescription
    /// Rows to encode once that is known; nil while the take is being recorded.
    private let rowsWanted: Int?
    private let isSealed: Atomic<Bool>
    private let isCancelled = Atomic<Bool>(false)
    private let picturesDone = Atomic<Int>(0)
    private let rowsSeen = Atomic<Int>(0)

    /// - Parameters:
    ///   - spool: where the take is.
    ///   - take: the take as it was found; it may move on while it is encoded.
    ///   - session: what the take's own description says.
    ///   - sealedRows: rows to encode; nil while the take is being recorded.
    init(spool: SpoolDirectory, take: Take, session: SessionDescription, sealedRows: Int?) {
        self.spool = spool
        self.take = take
        self.session = session
        rowsWanted = sealedRows
        isSealed = Atomic(sealedRows != nil)
    }

    /// The take is whole: what is in its files is all there will be.
    func seal() { isSealed.store(true, ordering: .releasing) }

    /// Gives the work up; `encode` throws `.cancelled` soon.
    func cancel() { isCancelled.store(true, ordering: .releasing) }

    /// Pictures done, and pictures known of, all cameras together.
    var progress: (done: Int, total: Int) {
        let rows = rowsWanted ?? rowsSeen.load(ordering: .relaxed)
        return (picturesDone.load(ordering: .relaxed), rows * session.cameras.count)
    }

    /// Encodes one camera from the first row to the last. Blocks.
    ///
    /// What was encoded whole before, by a process that died later, is taken over.
    func encode(camera index: Int) throws -> Outcome {
        let camera = session.cameras[index]
        let files = EncodedCamera(take: take, camera: camera.name, storage: session.storage)
        if let rowsWanted, let outcome = files.outcome(), outcome.rows == rowsWanted { return outcome }
        try files.prepare()
        FaultPoint.reached("encode.begun", take: take.number)

        let (rows, frames) = try spool.reading(take: take.number) { take in
            let path = take.framesPath(camera: camera.name)
            try DurableFiles.requireFile(path)
            return (try TakeReader(take: take), try FrameFileReader(path: path, waitForMore: waiter()))
        }
        let output = try output(camera.format, to: files.partialPictures)
        do {
            let (length, samples) = try encode(index, rows: rows, frames: frames, into: output)
            let content = try output.complete()
            FaultPoint.reached("encode.video-written")
            let outcome = Outcome(
                camera: camera.name, rows: length, content: content, statistics: samples.statistics(length: length))
            try files.save(outcome)
            FaultPoint.reached("encode.saved")
            return outcome
        } catch {
            output.cancel()
            throw error
        }
    }

    private func output(_ format: CameraFormat, to path: FilePath) throws -> any CameraOutput {
        switch session.storage {
        case .video:
            // The cameras share the cores: threads beyond that only wait for each other.
            try VideoFileWriter(
                path: path, settings: session.encoder, width: format.width, height: format.height, fps: session.fps,
                threads: max(1, EncodingQueue.usualJobLimit / session.cameras.count))
        case .images:
            try ImageFileWriter(path: path, width: format.width, height: format.height)
        }
    }

    private func encode(
        _ index: Int, rows: TakeReader, frames: FrameFileReader, into output: any CameraOutput
    ) throws -> (rows: Int, samples: PictureSampler) {
        let format = session.cameras[index].format
        var sampler = PictureSampler(width: format.width, height: format.height, rowCount: rowsWanted)
        var picture: Picture?
        var pictureIndex = -1
        var row = 0
        let wait = waiter()
        while row < rowsWanted ?? .max, let next = try rows.next(wait: wait) {
            if isCancelled.load(ordering: .acquiring) { throw cancelled }
            let reference = next.frames[index]
            let isNew = reference.index != pictureIndex
            if isNew {
                // Damage makes the take that much shorter; it never pairs a row with another picture.
                guard let decoded = try nextPicture(frames, is: reference) else { break }
                picture = decoded
                pictureIndex = reference.index
            }
            guard let picture else { break }
            try output.append(picture, isNew: isNew)
            try sampler.add(picture, row: row)
            FaultPoint.reached("encode.picture-encoded")
            row += 1
            picturesDone.add(1, ordering: .relaxed)
            rowsSeen.max(row, ordering: .relaxed)
        }
        if isCancelled.load(ordering: .acquiring) { throw cancelled }
        guard row > 0 else {
            throw ReelError(
                .damaged, "encode a take", subject: take.path.string,
                cause: "not one row of it holds (\(rows.stoppedBecause ?? "it is empty"))")
        }
        return (row, sampler)
    }

    /// The next picture when it is the one that the row means, else nil.
    private func nextPicture(_ frames: FrameFileReader, is reference: FrameReference) throws -> Picture? {
        do {
            guard let stored = try frames.next(), stored.index == reference.index,
                stored.size == reference.size, stored.checksum == reference.checksum
            else { return nil }
            return try stored.decode()
        } catch let error as ReelError where error.kind == .damaged {
            return nil
        }
    }

    private var cancelled: ReelError {
        ReelError(.cancelled, "encode a take", subject: take.path.string, cause: "called off")
    }

    /// Says whether to look again at a file that ends: yes while the take is being recorded, and once more after that,
    /// because the last bytes may have come between the look and the end.
    private func waiter() -> @Sendable () -> Bool {
        let lastLook = LastLook()
        return { [self] in
            if isCancelled.load(ordering: .acquiring) { return false }
            if isSealed.load(ordering: .acquiring) { return lastLook.take() }
            (MonotonicTime.now + .milliseconds(15)).sleepUntil()
            return true
        }
    }
}

/// True once, then false.
private final class LastLook: Sendable {
    private let isTaken = Atomic<Bool>(false)

    func take() -> Bool { !isTaken.exchange(true, ordering: .relaxed) }
}
