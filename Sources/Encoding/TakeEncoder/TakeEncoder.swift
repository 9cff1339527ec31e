import LeRobotDataset
import Platform
import RecordingTypes
package import Spool
import Synchronization
import SystemPackage

/// A take that shall be encoded.
package struct TakeToEncode: Sendable {
    /// As it was found; it may move on while it is encoded.
    package let take: Take
    package let spool: SpoolDirectory
    package let info: TakeInfo
    /// All its rows are on the disk; if not, it is still being recorded.
    package let isWhole: Bool

    /// Looks what the take is.
    /// - Throws: `ReelError`: `.damaged` when its description is gone, `.unavailable` when the take itself is.
    package static func find(_ number: Int, in spool: SpoolDirectory, isWhole: Bool = true) throws -> TakeToEncode {
        try spool.openingFiles(ofTake: number) { take in
            TakeToEncode(take: take, spool: spool, info: try take.info(), isWhole: isWhole)
        }
    }

    var session: SessionDescription { info.session }
}

/// Encodes one take, whole or still being recorded, into an encoded directory. It knows no dataset, and needs nothing but
/// the two directories; so where it runs is for others to decide (`EncodingJobs`).
///
/// The cameras may be encoded on a thread each. What was encoded whole before, by a process that died later, is taken
/// over.
package final class TakeEncoder: Sendable {
    let source: TakeToEncode
    let directory: EncodedDirectory
    private let state: Mutex<State>
    private let isSealed: Atomic<Bool>
    private let isCancelled = Atomic<Bool>(false)
    let picturesDone = Atomic<Int>(0)
    let rowsSeen = Atomic<Int>(0)

    private struct State {
        /// Rows to encode once that is known; nil while the take is being recorded.
        var rowsWanted: Int?
        var encoded: EncodedTake
    }

    /// - Parameters:
    ///   - source: the take.
    ///   - directory: where it is encoded to; nil is beside the take.
    package init(_ source: TakeToEncode, into directory: EncodedDirectory? = nil) {
        self.source = source
        let directory = directory ?? EncodedDirectory(of: source.take)
        self.directory = directory
        isSealed = Atomic(source.isWhole)
        let before = directory.description(of: source.info)
        var rows = source.isWhole ? source.info.end?.rows : nil
        // Damage had made it shorter.
        if rows != nil, let before, before.isWhole(for: source.session),
            before.pictures.contains(where: { $0.cutBecause != nil })
        {
            rows = before.rows
        }
        state = Mutex(State(rowsWanted: rows, encoded: before ?? EncodedTake(of: source.info)))
    }

    /// The take is whole: what is in its files is all there will be.
    package func seal() { isSealed.store(true, ordering: .releasing) }

    /// Gives the work up; `encode` throws `.cancelled` soon.
    package func cancel() { isCancelled.store(true, ordering: .releasing) }

    /// Pictures done, and pictures known of, all cameras together.
    package var progress: (done: Int, total: Int) {
        let rows = rowsWanted ?? rowsSeen.load(ordering: .relaxed)
        return (picturesDone.load(ordering: .relaxed), rows * source.session.cameras.count)
    }

    /// Encodes all of it, one camera after the other. Blocks.
    /// - Throws: `ReelError`: `.damaged` when not one row of the take holds.
    package func encode() throws -> EncodedTake {
        while true {
            for camera in source.session.cameras.indices { try encode(camera: camera) }
            if let encoded = try complete() { return encoded }
        }
    }

    /// Takes the cameras together, when `encode(camera:)` has returned for all of them.
    /// - Returns: nil when damage made one camera shorter than the others: then all are to be encoded again, with that
    ///   many rows.
    func complete() throws -> EncodedTake? {
        try state.withLock { state -> EncodedTake? in
            guard state.encoded.isWhole(for: source.session) else {
                state.rowsWanted = state.encoded.rows
                picturesDone.store(0, ordering: .relaxed)
                return nil
            }
            // Those with cameras are described by the last of these.
            if source.session.cameras.isEmpty { try directory.write(state.encoded) }
            return state.encoded
        }
    }

    var rowsWanted: Int? { state.withLock { $0.rowsWanted } }

    /// Whether the camera was encoded with that many rows before.
    func hasEncoded(_ camera: SessionDescription.CameraDescription, rows: Int) -> Bool {
        guard let pictures = state.withLock({ $0.encoded[camera.name] }) else { return false }
        return pictures.rows == rows && directory.holds(pictures, of: camera)
    }

    /// The camera is about to be encoded, again perhaps.
    func forget(_ camera: String) throws {
        try state.withLock { state in
            guard state.encoded[camera] != nil else { return }
            state.encoded.remove(camera: camera)
            try directory.write(state.encoded)
        }
    }

    /// The camera's file is whole, and where it shall be.
    func note(_ pictures: EncodedPictures) throws {
        try state.withLock { state in
            state.encoded.add(pictures, of: source.session)
            try directory.write(state.encoded)
        }
    }

    // MARK: - Waiting for the recorder

    func checkCancelled() throws {
        guard isCancelled.load(ordering: .acquiring) else { return }
        throw ReelError(.cancelled, "encode a take", subject: source.take.path.string, cause: "called off")
    }

    /// Says whether to look again at a file that ends: yes while the take is being recorded, and once more after that,
    /// because the last bytes may have come between the look and the end.
    func waiter() -> @Sendable () -> Bool {
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
