import Media
import Platform
import RecordingTypes
import Spool
import Synchronization
import SystemPackage

/// Takes what the control loop hands over and appends it to the spool: frames first, then the row that names them. It
/// also moves takes on (sealed, kept, discarded) and tells the encoder process, so that the order on disk and the
/// order of the messages are one.
final class SpoolWriter: @unchecked Sendable {  // One thread's, but `files`, which has a lock, and the atomics.
    private let ring: TickRing
    private let spool: SpoolDirectory
    private let session: SessionDescription
    private let task: String
    private let encoder: EncoderProcess
    private let ledger: TakeLedger
    private let status: SessionStatus
    private let failure: SpoolFailure
    private let disk: DiskWatch

    private var packing: SpoolPacking
    private var open: OpenTake?
    private var takes: [Int: Take] = [:]

    /// The files of the take in progress, for the thread that syncs them once a second.
    private let files = Mutex<OpenFiles?>(nil)
    /// Bytes of takes written so far, for the same thread.
    private let written = Atomic<Int>(0)
    private let isClosing = Atomic<Bool>(false)

    /// What a take in progress writes to.
    private struct OpenFiles: @unchecked Sendable {  // Appended to by the writer's thread; the other one only syncs.
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
        /// The first thing that could not be written.
        var problem: (any Error)?
    }

    init(
        ring: TickRing, spool: SpoolDirectory, session: SessionDescription, task: String, encoder: EncoderProcess,
        ledger: TakeLedger, status: SessionStatus, failure: SpoolFailure, disk: DiskWatch, pictures: SpoolPictures
    ) {
        self.ring = ring
        self.spool = spool
        self.session = session
        self.task = task
        self.encoder = encoder
        self.ledger = ledger
        self.status = status
        self.failure = failure
        self.disk = disk
        // A moment's trial, while the first take's ticks wait in the ring.
        packing = SpoolPacking(pictures, cameras: session.cameras, fps: session.fps) {
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
                case .message(.begin(let take, let start)): begin(take, start: start)
                case .message(.end(let take, let ending)): end(take, ending)
                case .message(.keep(let take, let outcome, let note)): keep(take, outcome, note)
                case .message(.discard(let take)): discard(take)
                case .message(.drop(let take)): encoder.send(.dropped(take: take))
                case .message(.letGo): break
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
            let isCompressed = packing.compresses(free: disk.freeBytes)
            let cameras = try session.cameras.map { camera in
                try FrameFileWriter(
                    path: rows.take.framesPath(camera: camera.name), pictures: camera.format, fps: session.fps,
                    isCompressed: isCompressed)
            }
            FaultPoint.reached("record.frame-files-begun")
            let opened = OpenFiles(rows: rows, cameras: cameras)
            files.withLock { $0 = opened }
            open = OpenTake(
                number: number, files: opened, lastFrames: Array(repeating: nil, count: session.cameras.count))
            encoder.send(.begun(take: number))
        } catch {
            fail(take: number, error)
            // Not a row can be in it.
            if var take = try? spool.take(number) { try? take.remove() }
        }
    }

    private func append(_ tick: TickRing.Tick) {
        guard open != nil, open?.problem == nil else { return }
        do {
            try store(tick)
        } catch {
            open?.problem = error
            fail(take: open?.number ?? 0, error)
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
                bytes += stored.size
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
        written.add(bytes + files.rows.bytesWritten - rowsBefore, ordering: .relaxed)
    }

    private func end(_ number: Int, _ ending: TakeEnding) {
        guard var take = open, take.number == number else { return }
        files.withLock { $0 = nil }
        open = nil
        for camera in take.files.cameras {
            do {
                // Without the index that this writes, the file is read just as well.
                try camera.finish()
                FaultPoint.reached("record.frame-file-finished")
            } catch {
                if take.problem == nil { fail(take: number, error) }
                take.problem = take.problem ?? error
            }
        }
        do {
            let sealed = try seal(take, ending)
            takes[number] = sealed
            let bytes = take.files.cameras.reduce(take.files.rows.bytesWritten) { $0 + $1.bytesWritten }
            ledger.update(number) {
                $0.rows = take.rows
                $0.spoolBytes = bytes
            }
            encoder.send(.recorded(take: number))
        } catch {
            fail(take: number, error)
            status.tell(
                "take \(number) could not be finished: \(error). What is on the disk comes back with reel recover")
        }
    }

    /// A second try when the disk was full: what was kept in reserve is free then.
    private func seal(_ take: OpenTake, _ ending: TakeEnding) throws -> Take {
        let end = TakeInfo.End(
            rows: take.rows, reason: take.problem.map(SpoolFailure.reason) ?? ending.reason,
            message: take.problem.map { "\($0)" } ?? ending.message, lateTicks: ending.lateTicks,
            repeatedFrames: ending.repeatedFrames, lostRows: ending.rows - take.rows)
        do {
            return try take.files.rows.seal(end)
        } catch {
            fail(take: take.number, error)
            return try take.files.rows.seal(end)
        }
    }

    private func keep(_ number: Int, _ outcome: Outcome?, _ note: String?) {
        guard var take = takes.removeValue(forKey: number) else { return }
        do {
            if outcome != nil || note != nil { try take.update { ($0.outcome, $0.note) = (outcome, note) } }
            try take.move(to: .kept)
            ledger.update(number) { $0.isKept = true }
            encoder.send(.kept(take: number))
            // Only now would a power cut leave it whole and kept.
            status.tell("take \(number) is saved")
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
        disk.releaseReserve()
        failure.set(error)
        ledger.update(take) { $0.problem = $0.problem ?? "take \(take): \(error)" }
    }

    // MARK: - Durability

    private static let lookInterval: Duration = .milliseconds(250)
    /// A little less than the second that is promised, for the time that the sync itself takes.
    private static let syncInterval: Duration = .milliseconds(900)

    /// A power cut costs at most the last second: the files of the take in progress are synced once a second, on a
    /// thread of their own, because a sync may take as long as the disk likes. The disk is looked at there as well.
    private func watchAndSync() {
        var nextSync = MonotonicTime.now + Self.syncInterval
        var nextLook = MonotonicTime.now
        while !isClosing.load(ordering: .acquiring) {
            (MonotonicTime.now + .milliseconds(50)).sleepUntil()
            if MonotonicTime.now >= nextLook {
                nextLook = MonotonicTime.now + Self.lookInterval
                look()
            }
            if MonotonicTime.now >= nextSync {
                nextSync = MonotonicTime.now + Self.syncInterval
                sync()
            }
        }
    }

    private func sync() {
        // The lock is held for the whole sync, so that no file is closed under it.
        files.withLock { files in
            guard let files else { return }
            do {
                for camera in files.cameras {
                    try camera.sync()
                    FaultPoint.reached("record.frames-synced")
                }
                try files.rows.sync()
            } catch {
                failure.set(error)
            }
        }
    }

    private func look() {
        let isRecording = files.withLock { $0 != nil }
        let reason = disk.look(written: isRecording ? written.load(ordering: .relaxed) : nil)
        status.update { $0.minutesOfDisk = disk.minutesLeft }
        if let reason, isRecording { failure.set(.diskFull, reason) }
    }
}
