import Media
import Platform
import RecordingTypes
import Spool
import Synchronization
import SystemPackage

/// Takes what the control loop hands over and appends it to the spool: frames first, then the row that names them. It
/// also moves takes on (sealed, kept, discarded) and tells the encoder process, so that the order on disk and the
/// order of the messages are one.
final class SpoolWriter: @unchecked Sendable {
    // Everything below belongs to the writer's thread; `files` is shared with the syncing thread under its lock.

    private let ring: TickRing
    private let spool: SpoolDirectory
    private let session: SessionDescription
    private let task: String
    private let encoder: EncoderProcess
    private let ledger: TakeLedger
    private let failure: SpoolFailure
    private let onSaved: @Sendable (Int) -> Void

    private var open: OpenTake?
    private var takes: [Int: Take] = [:]

    /// The files of the take in progress, for the thread that syncs them once a second.
    private let files = Mutex<OpenFiles?>(nil)
    private let isClosing = Atomic<Bool>(false)

    /// Appended to by the writer's thread alone; syncing is safe beside that.
    private struct OpenFiles: @unchecked Sendable {  // See above.
        let rows: TakeWriter
        let cameras: [FrameFileWriter]
    }

    /// What is known of the take in progress.
    private struct OpenTake {
        let number: Int
        let files: OpenFiles
        /// Per camera: the picture that was stored last, as rows refer to it.
        var lastFrames: [FrameReference?]
        var rows = 0
        var problem: String?
    }

    init(
        ring: TickRing, spool: SpoolDirectory, session: SessionDescription, task: String, encoder: EncoderProcess,
        ledger: TakeLedger, failure: SpoolFailure, onSaved: @escaping @Sendable (Int) -> Void
    ) {
        self.ring = ring
        self.spool = spool
        self.session = session
        self.task = task
        self.encoder = encoder
        self.ledger = ledger
        self.failure = failure
        self.onSaved = onSaved
    }

    /// Works until the ring says `close`.
    func run() {
        let syncing = OwnThread(name: "spool-sync") { [self] in syncEverySecond() }
        var isOpen = true
        while isOpen {
            ring.pop { entry in
                switch entry {
                case .tick(let tick): append(tick)
                case .message(.begin(let take, let start)): begin(take, start: start)
                case .message(.end(let take, let ending)): end(take, ending)
                case .message(.keep(let take)): keep(take)
                case .message(.discard(let take)): discard(take)
                case .message(.close): isOpen = false
                }
            }
        }
        isClosing.store(true, ordering: .releasing)
        syncing.join()
    }

    // MARK: - A take

    private func begin(_ number: Int, start: MonotonicTime) {
        do {
            let rows = try TakeWriter(in: spool, number: number, task: task, session: session, start: start)
            let cameras = try session.cameras.map { camera in
                try FrameFileWriter(
                    path: rows.take.framesPath(camera: camera.name), pictures: camera.format, fps: session.fps)
            }
            let opened = OpenFiles(rows: rows, cameras: cameras)
            files.withLock { $0 = opened }
            open = OpenTake(
                number: number, files: opened, lastFrames: Array(repeating: nil, count: session.cameras.count))
            encoder.send(.begun(take: number))
        } catch {
            fail(take: number, error)
        }
    }

    private func append(_ tick: TickRing.Tick) {
        guard open != nil, open?.problem == nil else { return }
        do {
            try store(tick)
        } catch {
            open?.problem = "\(error)"
            fail(take: open?.number ?? 0, error)
        }
    }

    private func store(_ tick: TickRing.Tick) throws {
        guard let files = open?.files else { return }
        var references: [FrameReference] = []
        references.reserveCapacity(tick.frames.count)
        for (index, frame) in tick.frames.enumerated() {
            guard let frame else { throw ReelError(.failed, "store a tick", cause: "a picture is missing") }
            let last = open?.lastFrames[index]
            var reference: FrameReference
            if let last, last.sequence == frame.sequence {
                reference = last
                reference.isNew = false
            } else {
                let stored = try files.cameras[index].append(frame)
                reference = FrameReference(
                    index: last.map { $0.index + 1 } ?? 0, isNew: true, capturedAt: frame.capturedAt,
                    sequence: frame.sequence, size: stored.size, checksum: stored.checksum)
            }
            open?.lastFrames[index] = reference
            references.append(reference)
        }
        try files.rows.append(
            TakeRow(
                index: tick.header.row, monotonicTime: tick.header.time,
                wallNanoseconds: tick.header.wallNanoseconds, isLate: tick.header.isLate,
                observation: Array(tick.observation), action: Array(tick.action), frames: references))
        open?.rows += 1
    }

    private func end(_ number: Int, _ ending: TakeEnding) {
        guard let take = open, take.number == number else { return }
        files.withLock { $0 = nil }
        open = nil
        do {
            for camera in take.files.cameras { try camera.finish() }
            let lost = ending.rows - take.rows
            let sealed = try take.files.rows.seal(
                TakeInfo.End(
                    rows: take.rows, reason: take.problem == nil ? ending.reason : .diskFailed,
                    message: take.problem ?? ending.message, lateTicks: ending.lateTicks,
                    repeatedFrames: ending.repeatedFrames, lostRows: lost))
            takes[number] = sealed
            let bytes = take.files.cameras.reduce(0) { $0 + $1.bytesWritten }
            ledger.update(number) {
                $0.rows = take.rows
                $0.spoolBytes = bytes
            }
            encoder.send(.recorded(take: number))
            onSaved(number)
        } catch {
            fail(take: number, error)
        }
    }

    private func keep(_ number: Int) {
        guard var take = takes.removeValue(forKey: number) else { return }
        do {
            try take.move(to: .kept)
            encoder.send(.kept(take: number))
        } catch {
            fail(take: number, error)
        }
    }

    private func discard(_ number: Int) {
        guard var take = takes.removeValue(forKey: number) else { return }
        do {
            try take.move(to: .discarded)
            encoder.send(.discarded(take: number))
        } catch {
            fail(take: number, error)
        }
    }

    private func fail(take: Int, _ error: any Error) {
        failure.set("\(error)")
        ledger.update(take) { $0.problem = "\(error)" }
    }

    // MARK: - Durability

    /// A power cut costs at most the last second: the files of the take in progress are synced once a second, on a
    /// thread of their own, because a sync may take as long as the disk likes.
    private func syncEverySecond() {
        var next = MonotonicTime.now + .seconds(1)
        while !isClosing.load(ordering: .acquiring) {
            (MonotonicTime.now + .milliseconds(50)).sleepUntil()
            guard MonotonicTime.now >= next else { continue }
            next = MonotonicTime.now + .seconds(1)
            // The lock is held for the whole sync, so that no file is closed under it.
            files.withLock { files in
                do {
                    for camera in files?.cameras ?? [] { try camera.sync() }
                    try files?.rows.sync()
                } catch {
                    failure.set("\(error)")
                }
            }
        }
    }
}
