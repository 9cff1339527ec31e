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

        let (rows, frames) = try spool.openingFiles(ofTake: take.number) { take in
            let path = take.framesPath(camera: camera.name)
            try File.require(path)
            return (try TakeReader(take: take), try FrameFileReader(path: path, waitForMore: waiter()))
        }
        let output = try output(camera.format, to: files.partialPictures)
        do {
            let encoded = try encode(index, rows: rows, frames: frames, into: output)
            let content = try output.complete()
            FaultPoint.reached("encode.video-written")
            let outcome = Outcome(
                camera: camera.name, rows: encoded.rows, content: content, undecodable: encoded.undecodable,
                cutBecause: encoded.cutBecause, statistics: encoded.samples.statistics(length: encoded.rows))
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
                threads: max(1, OrderedWork.coreCount / session.cameras.count))
        case .images:
            try ImageFileWriter(path: path, width: format.width, height: format.height)
        }
    }

    /// What came of one camera's rows.
    private struct Encoded {
        var rows = 0
        var undecodable: [Int] = []
        var cutBecause: String?
        var samples: PictureSampler
    }

    private func encode(
        _ index: Int, rows: TakeReader, frames: FrameFileReader, into output: any CameraOutput
    ) throws -> Encoded {
        let format = session.cameras[index].format
        var encoded = Encoded(
            samples: PictureSampler(
                width: format.width, height: format.height, rowCount: rowsWanted, storage: session.storage))
        var picture: Picture?
        var pictureIndex = -1
        let wait = waiter()
        reading: while encoded.rows < rowsWanted ?? .max, let next = try rows.next(wait: wait) {
            if isCancelled.load(ordering: .acquiring) { throw cancelled }
            let reference = next.frames[index]
            var isNew = reference.index != pictureIndex
            if isNew {
                switch try nextPicture(frames, is: reference) {
                case .picture(let decoded): picture = decoded
                case .undecodable(let cause):
                    // One bad picture of a camera must not cost the rest of the take: it shows the one before, as where
                    // a camera has nothing new.
                    if picture == nil { encoded.cutBecause = cause }
                    encoded.undecodable.append(encoded.rows)
                    isNew = false
                case .isNotThere(let cause):
                    // Damage makes the take that much shorter; it never pairs a row with another picture.
                    encoded.cutBecause = "camera \(session.cameras[index].name): \(cause)"
                    break reading
                }
                pictureIndex = reference.index
            }
            guard let picture else { break }
            try output.append(picture, isNew: isNew)
            try encoded.samples.add(picture, row: encoded.rows)
            FaultPoint.reached("encode.picture-encoded")
            encoded.rows += 1
            picturesDone.add(1, ordering: .relaxed)
            rowsSeen.max(encoded.rows, ordering: .relaxed)
        }
        if isCancelled.load(ordering: .acquiring) { throw cancelled }
        encoded.cutBecause = encoded.cutBecause ?? rows.stoppedBecause
        guard encoded.rows > 0 else {
            throw ReelError(
                .damaged, "encode a take", subject: take.path.string,
                cause: "not one row of it holds (\(encoded.cutBecause ?? "it is empty"))")
        }
        return encoded
    }

    /// What a frame file has where a row's picture should be.
    private enum Found {
        case picture(Picture)
        /// It is what the camera gave, byte for byte, and no picture.
        case undecodable(String)
        case isNotThere(String)
    }

    private func nextPicture(_ frames: FrameFileReader, is reference: FrameReference) throws -> Found {
        let stored: StoredPicture
        do {
            guard let next = try frames.next() else { return .isNotThere("picture \(reference.index) is missing") }
            stored = next
        } catch let error as ReelError where error.kind == .damaged {
            return .isNotThere(error.cause)
        }
        guard stored.index == reference.index, stored.size == reference.size, stored.checksum == reference.checksum
        else { return .isNotThere("picture \(reference.index) is not the one that was recorded") }
        do {
            return .picture(try stored.decode())
        } catch let error as ReelError where error.kind == .damaged {
            return .undecodable(error.cause)
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
