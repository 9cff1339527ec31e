import LeRobotDataset
import Media
import Platform
import RecordingTypes
import Spool
import Synchronization
import SystemPackage

/// One camera of the take on its way to a file.
extension TakeEncoder {
    /// Encodes one camera from the first row to the last. Blocks.
    /// - Throws: `ReelError`: `.damaged` when not one row holds, `.mismatch` for pictures that cannot be encoded,
    ///   `.cancelled`.
    func encode(camera index: Int) throws {
        let camera = source.session.cameras[index]
        if let problem = camera.kind.problem {
            throw ReelError(
                .mismatch, "encode the camera \(camera.name.printable)", subject: source.take.path.string,
                cause: problem, remedy: "Update Reel.")
        }
        if let rowsWanted, hasEncoded(camera, rows: rowsWanted) { return }
        var length = rowsWanted
        var cause: String?
        while let cut = try encode(index, length: length, cutBecause: cause) {
            (length, cause) = (cut.rows, cut.cutBecause)
        }
    }

    /// Encodes one camera of a take of `length` rows; nil where nobody knows yet.
    /// - Returns: nil when that is done. Else damage has made the camera shorter than that, so that its statistics were
    ///   taken of other pictures than LeRobot would choose of so many: it is to be encoded again, with this length.
    private func encode(_ index: Int, length: Int?, cutBecause cause: String?) throws -> Encoded? {
        let camera = source.session.cameras[index]
        let path = directory.picturesPath(of: camera, storage: camera.target.storage)
        let partial = AtomicFile.partial(of: path)
        try Directory.create(directory.path)
        try File.remove(partial)
        try forget(camera.name)
        FaultPoint.reached("encode.begun", take: source.take.number)

        let (rows, frames) = try source.spool.openingFiles(ofTake: source.take.number) { take in
            let path = take.framesPath(camera)
            try File.require(path)
            return (try TakeReader(take: take), try FrameFileReader(path: path, waitForMore: waiter()))
        }
        let output = try output(of: camera, to: partial)
        do {
            var encoded = try encode(index, rows: rows, frames: frames, length: length, into: output)
            encoded.cutBecause = encoded.cutBecause ?? cause
            if let length, !Self.samplesAlike(length, cutTo: encoded.rows) {
                output.cancel()
                picturesDone.subtract(encoded.rows, ordering: .relaxed)
                return encoded
            }
            let content = try output.complete()
            FaultPoint.reached("encode.video-written")
            let statistics = try encoded.samples.statistics(length: encoded.rows)
            try File.sync(partial)
            try Directory.rename(partial, to: path)
            FaultPoint.reached("encode.video-moved")
            try note(
                EncodedPictures(
                    camera: camera.name, rows: encoded.rows, content: content, pictureCount: encoded.pictures,
                    undecodable: encoded.undecodable, shownDamaged: encoded.shownDamaged,
                    cutBecause: encoded.cutBecause, statistics: statistics))
            FaultPoint.reached("encode.saved")
            return nil
        } catch {
            output.cancel()
            throw error
        }
    }

    /// Whether the sample of a take of `length` rows is, as far as there are rows, that of a take of `rows`.
    private static func samplesAlike(_ length: Int, cutTo rows: Int) -> Bool {
        if rows == length { return true }
        return ImageSampling.sampleIndices(length: length).prefix { $0 < rows }
            .elementsEqual(ImageSampling.sampleIndices(length: rows))
    }

    private func output(
        of camera: SessionDescription.CameraDescription, to path: FilePath
    ) throws -> any PictureOutput {
        switch camera.target {
        case .video(let settings):
            // The cameras share the cores: threads beyond that only wait for each other.
            try VideoFileWriter(
                path: path, settings: settings, width: camera.format.width, height: camera.format.height,
                fps: source.session.fps,
                threads: max(1, OrderedWork.coreCount / source.session.cameras.count))
        case .images:
            try ImageFileWriter(path: path, width: camera.format.width, height: camera.format.height)
        }
    }

    /// What came of one camera's rows.
    private struct Encoded {
        var rows = 0
        var pictures = 0
        var undecodable: [Int] = []
        var shownDamaged: [Int] = []
        var cutBecause: String?
        var samples: PictureSampler
    }

    private func encode(
        _ index: Int, rows: TakeReader, frames: FrameFileReader, length: Int?, into output: any PictureOutput
    ) throws -> Encoded {
        let camera = source.session.cameras[index]
        var encoded = Encoded(
            samples: try PictureSampler(
                width: camera.format.width, height: camera.format.height, rowCount: length,
                storage: camera.target.storage, in: directory.path))
        let rowsWanted = length ?? .max
        var picture: Picture?
        var pictureIndex = -1
        /// The last row whose picture was whole.
        var wholeRow: Int?
        let wait = waiter()
        reading: while encoded.rows < rowsWanted, let next = try rows.next(wait: wait) {
            try checkCancelled()
            let reference = next.frames[index]
            var isNew = reference.index != pictureIndex
            if isNew {
                encoded.pictures += 1
                switch try nextPicture(frames, is: reference) {
                case .picture(let decoded): (picture, wholeRow) = (decoded, encoded.rows)
                case .undecodable(let stored, let cause):
                    // One bad picture of a camera must not cost the rest of the take: it shows the one before, as where
                    // a camera has nothing new. But a camera all of whose pictures have a flaw is not stood still for.
                    let isTooLong = wholeRow.map { encoded.rows - $0 > source.session.fps } ?? true
                    if isTooLong, let partial = try? stored.decodeWhatThereIs() {
                        picture = partial
                        encoded.shownDamaged.append(encoded.rows)
                    } else {
                        if picture == nil { encoded.cutBecause = cause }
                        encoded.undecodable.append(encoded.rows)
                        isNew = false
                    }
                case .isNotThere(let cause):
                    // Damage makes the take that much shorter; it never pairs a row with another picture.
                    encoded.cutBecause = "camera \(camera.name.printable): \(cause)"
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
        try checkCancelled()
        encoded.cutBecause = encoded.cutBecause ?? rows.stoppedBecause
        guard encoded.rows > 0 else {
            throw ReelError(
                .damaged, "encode a take", subject: source.take.path.string,
                cause: "not one row of it holds (\(encoded.cutBecause ?? "it is empty"))")
        }
        return encoded
    }

    /// What a frame file has where a row's picture should be.
    private enum Found {
        case picture(Picture)
        /// It is what the camera gave, byte for byte, and no whole picture.
        case undecodable(StoredPicture, cause: String)
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
        guard stored.index == reference.index, stored.facts == reference.packet else {
            return .isNotThere("picture \(reference.index) is not the one that was recorded")
        }
        do {
            return .picture(try stored.decode())
        } catch let error as ReelError where error.kind == .damaged {
            return .undecodable(stored, cause: error.cause)
        }
    }
}
