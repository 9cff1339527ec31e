import Media
import Platform
import RecordingTypes
import Spool
import Synchronization
import SystemPackage

/// Takes what was pushed into the ring and appends it to the spool: frames first, then the row that names them. It also
/// moves takes on (sealed, kept, discarded) and says what the encoder process must hear, so that the order on disk and
/// the order of the messages are one.
final class SpoolWriter: @unchecked Sendable {  // One thread's, but `files`, which has a lock, and the atomics.
    private let ring: TickRing
    private let spool: SpoolDirectory
    private let session: SessionDescription
    private let task: String
    let failure: SpoolFailure
    let disk: DiskWatch
    private let onCommand: @Sendable (EncoderCommand) -> Void
    let onEvent: @Sendable (IntakeEvent) -> Void

    private var packing: SpoolPacking
    /// What the newest takes are like that were not discarded, for the verdict on the next.
    private var earlier: [(take: Int, figures: TakeFigures)] = []
    /// Sees what pictures look like.
    private let look: PictureLook?
    private static let mostEarlier = 50
    private var open: OpenTake?
    /// Sealed, and not decided about.
    private var undecided: [Int: Take] = [:]
    /// Could not be sealed, and not discarded.
    private var unsealed: Set<Int> = []

    /// The files of the take in progress, for the thread that syncs them once a second.
    let files = Mutex<OpenFiles?>(nil)
    /// Bytes of takes written so far, for the same thread.
    let written = Atomic<Int>(0)
    let isClosing = Atomic<Bool>(false)

    /// What a take in progress writes to.
    struct OpenFiles: @unchecked Sendable {  // Appended to by the writer's thread; the other one only syncs.
        let rows: TakeWriter
        let cameras: [FrameFileWriter]

        /// Why what was written is not safe, whatever a later sync would say.
        var syncFailure: ReelError? { rows.syncFailure ?? cameras.lazy.compactMap(\.syncFailure).first }
    }

    /// What is known of the take in progress.
    private struct OpenTake {
        let number: Int
        let files: OpenFiles
        /// Per camera: the picture that was stored last, as rows refer to it.
        var lastFrames: [FrameReference?]
        /// What its rows tell of it.
        var figures: TakeFigures
        /// The first thing that could not be written.
        var problem: (any Error)?
    }

    init(
        ring: TickRing, spool: SpoolDirectory, session: SessionDescription, settings: TakeIntake.Settings,
        failure: SpoolFailure, disk: DiskWatch, look: PictureLook?,
        onCommand: @escaping @Sendable (EncoderCommand) -> Void,
        onEvent: @escaping @Sendable (IntakeEvent) -> Void
    ) {
        self.ring = ring
        self.spool = spool
        self.session = session
        task = settings.task
        self.failure = failure
        self.disk = disk
        self.look = look
        self.onCommand = onCommand
        self.onEvent = onEvent
        // A moment's trial, while the first take's ticks wait in the ring.
        packing = SpoolPacking(settings.pictures, cameras: session.cameras, fps: session.fps) {
            try? DiskTrial.run(in: spool.path, for: .milliseconds(100), atMost: 8 << 20).bytesPerSecond
        }
    }

    /// Works until the ring says `close`.
    func run() {
        let syncing = OwnThread(name: "spool-sync") { [self] in watchAndSync() }
        var isOpen = true
        while isOpen {
            ring.pop { entry in
                switch entry {
                case .tick(let tick): append(tick)
                case .message(.begin(let take, let start, let task)): begin(take, start: start, task: task)
                case .message(.end(let take, let ending)): end(take, ending)
                case .message(.decide(let take, .keep(let outcome, let note))): keep(take, outcome, note)
                case .message(.decide(let take, .discard)): discard(take)
                case .message(.decide(let take, .drop)): onCommand(.dropped(take: take))
                case .message(.letGo): break
                case .message(.close): isOpen = false
                }
            }
        }
        isClosing.store(true, ordering: .releasing)
        syncing.join()
    }

    // MARK: - A take

    private func begin(_ number: Int, start: MonotonicTime, task: String?) {
        // Whatever is there of this number before is not ours to remove.
        var isThere = true
        do {
            isThere = try spool.take(number) != nil
            let rows = try TakeWriter(
                in: spool, number: number, task: task ?? self.task, session: session, start: start)
            let isCompressed = packing.compresses(free: disk.freeBytes)
            let cameras = try session.cameras.map { camera in
                try FrameFileWriter(
                    path: rows.take.framesPath(camera), pictures: camera.format, fps: session.fps,
                    isCompressed: isCompressed)
            }
            FaultPoint.reached("record.frame-files-begun")
            let opened = OpenFiles(rows: rows, cameras: cameras)
            files.withLock { $0 = opened }
            open = OpenTake(
                number: number, files: opened, lastFrames: Array(repeating: nil, count: session.cameras.count),
                figures: TakeFigures(of: session))
            look?.takeBegins()
            onCommand(.begun(take: number))
        } catch {
            fail(error)
            onEvent(.cutShort(take: number, cause: "\(error)"))
            // Not a row can be in it.
            if !isThere, var take = try? spool.take(number) { try? take.remove() }
        }
    }

    private func append(_ tick: TickRing.Tick) {
        guard let number = open?.number, open?.problem == nil else { return }
        do {
            try store(tick)
        } catch {
            open?.problem = error
            fail(error)
            onEvent(.cutShort(take: number, cause: "\(error)"))
        }
    }

    private func store(_ tick: TickRing.Tick) throws {
        guard let files = open?.files else { return }
        var references: [FrameReference] = []
        references.reserveCapacity(tick.frames.count)
        var bytes = 0
        let rowsBefore = files.rows.bytesWritten
        for (index, frame) in tick.frames.enumerated() {
            let last = open?.lastFrames[index]
            var reference: FrameReference
            if let last, frame.map({ $0.sequence == last.sequence }) ?? true {
                reference = last
                reference.isNew = false
            } else {
                guard let frame else { throw ReelError(.failed, "store a tick", cause: "a picture is missing") }
                let stored = try files.cameras[index].append(frame)
                FaultPoint.reached("record.frame-written")
                look?.offer(frame, of: index)
                bytes += stored.size
                reference = FrameReference(
                    index: last.map { $0.index + 1 } ?? 0, isNew: true, capturedAt: frame.capturedAt,
                    sequence: frame.sequence, packet: stored)
            }
            open?.lastFrames[index] = reference
            references.append(reference)
        }
        try files.rows.append(
            TakeRow(
                index: tick.row.index, monotonicTime: tick.row.time, wallNanoseconds: tick.row.wallNanoseconds,
                isLate: tick.row.isLate, observation: Array(tick.observation), action: Array(tick.action),
                values: tick.values,
                frames: references))
        open?.figures.note(isLate: tick.row.isLate, areRepeated: references.map { !$0.isNew }, tick.observation)
        written.add(bytes + files.rows.bytesWritten - rowsBefore, ordering: .relaxed)
    }

    private func end(_ number: Int, _ ending: TakeEnding) {
        guard var take = open, take.number == number else {
            onEvent(.written(take: number, rows: 0))
            return onEvent(.stored(take: number, rows: 0, bytes: 0))
        }
        onEvent(.written(take: number, rows: take.figures.rows))
        files.withLock { $0 = nil }
        open = nil
        for camera in take.files.cameras {
            do {
                // Without the index that this writes, the file is read just as well.
                try camera.finish()
                FaultPoint.reached("record.frame-file-finished")
            } catch {
                fail(error)
                if take.problem == nil { onEvent(.cutShort(take: number, cause: "\(error)")) }
                take.problem = take.problem ?? error
            }
        }
        let bytes = take.files.cameras.reduce(take.files.rows.bytesWritten) { $0 + $1.bytesWritten }
        onEvent(.stored(take: number, rows: take.figures.rows, bytes: bytes))
        let findings = judge(take)
        onEvent(.judged(take: number, findings))
        do {
            undecided[number] = try seal(take, ending, findings)
            onCommand(.recorded(take: number))
        } catch {
            fail(error)
            unsealed.insert(number)
            // Who follows the files as they grow must not wait for more.
            onCommand(.abandoned(take: number))
            onEvent(.unsafe(take: number, cause: "\(error)"))
        }
    }

    /// What is worth a look before the scene is put in order: against the takes before it.
    private func judge(_ take: OpenTake) -> [TakeFinding] {
        guard let look else { return [] }
        var take = take
        for (index, seen) in look.takeEnds().enumerated() {
            guard let seen else { continue }
            take.figures.cameras[index].light = ([seen.light], [seen.contrast])
            take.figures.cameras[index].sharpness = seen.sharpness
        }
        earlier.append((take.number, take.figures))
        if earlier.count > Self.mostEarlier { earlier.removeFirst() }
        return TakeReview(of: earlier.map(\.figures)).findings(of: take.figures)
    }

    private func seal(_ take: OpenTake, _ ending: TakeEnding, _ findings: [TakeFinding]) throws -> Take {
        // The kernel tells once that it lost something, and calls it synced the next time.
        if let failure = take.files.syncFailure { throw failure }
        let end = TakeInfo.End(
            rows: take.figures.rows, reason: take.problem.map(SpoolFailure.reason) ?? ending.reason,
            message: take.problem.map { "\($0)" } ?? ending.message, lateTicks: take.figures.lateRows,
            repeatedFrames: take.figures.cameras.map(\.repeated), lostRows: ending.rows - take.figures.rows,
            findings: findings.isEmpty ? nil : findings.map(\.words))
        return try withReserve("seal") { try take.files.rows.seal(end) }
    }

    // MARK: - What the operator decides

    private func keep(_ number: Int, _ outcome: Outcome?, _ note: String?) {
        // One that could not be sealed was told of then.
        guard var take = undecided.removeValue(forKey: number) else { return }
        do {
            try withReserve("keep") {
                if outcome != nil || note != nil { try take.update { ($0.outcome, $0.note) = (outcome, note) } }
                try take.move(to: .kept)
            }
            onCommand(.kept(take: number))
            // Only now would a power cut leave it whole and kept.
            onEvent(.saved(take: number))
        } catch {
            fail(error)
            onEvent(.unsafe(take: number, cause: "\(error)"))
        }
    }

    private func discard(_ number: Int) {
        // What was not wanted is no measure for the next.
        earlier.removeAll { $0.take == number }
        do {
            // One that could not be sealed is on the disk too, and would come back as one that nobody decided about. One
            // that could not be begun is not, and what has its number there is another.
            let isUnsealed = unsealed.remove(number) != nil
            guard var take = try undecided.removeValue(forKey: number) ?? (isUnsealed ? spool.take(number) : nil)
            else { return }
            try take.move(to: .discarded)
            onCommand(.discarded(take: number))
        } catch {
            fail(error)
            onEvent(.unsafe(take: number, cause: "\(error)"))
        }
    }

    /// Does it once more when the disk was too full for it: what was kept in reserve is free then. What failed in any
    /// other way is not done again; it would only seem to succeed.
    private func withReserve<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
        do {
            if FaultPoint.fails("record.disk-full", name) { throw ReelError(Errno.noSpace, name, subject: "the take") }
            return try body()
        } catch let error as ReelError where error.kind == .diskFull {
            fail(error)
            return try body()
        }
    }

    private func fail(_ error: any Error) {
        disk.releaseReserve()
        failure.set(error)
    }
}
