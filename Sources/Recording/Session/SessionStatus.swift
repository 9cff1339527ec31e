package import RecordingTypes
import Synchronization

/// What is going on, for the status line: written by the control loop in place, read four times a second. The lock is
/// held for some additions only, and who looks gets nothing that the loop writes to, or its next tick would copy that.
package final class SessionStatus: Sendable {
    /// Where the session is.
    package enum Phase: Sendable { case connecting, recording, resetting, waiting, finishing, over }

    /// One look at the session.
    package struct Snapshot: Sendable {
        package var phase = Phase.connecting
        /// The episode that is being recorded, counted from 1 in this session.
        package var episode = 0
        package var episodeCount = 0
        package var row = 0
        package var rowLimit = 0
        package var fps = 0
        package var phaseStart = MonotonicTime(nanoseconds: 0)
        package var lastTick = MonotonicTime(nanoseconds: 0)
        package var lateTicks = 0
        /// The device that is waited for, and until when.
        package var missing: (device: String, until: MonotonicTime)?
        package var cameraNames: [String] = []
        /// Nanoseconds between the last tick and its picture's capture, per camera.
        package var cameraAges: [Int64] = []
        /// How often the arms' motors were asked again, because a reply did not come or was damaged.
        package var busRetries = 0
        /// What the operator said of the take in progress, or of the one just over.
        package var outcome: Outcome?
        package var takesWaiting = 0
        /// Pictures encoded and pictures to encode, of takes in work.
        package var encoded: (done: Int, total: Int) = (0, 0)
        package var minutesOfDisk: Int?
        /// How often the encoder process died.
        package var encoderDeaths = 0
        /// It is not started again.
        package var isEncoderGivenUp = false
        package var takesSetAside = 0

        /// Rows a second since the phase began.
        package var rate: Double {
            let elapsed = (lastTick - phaseStart).seconds
            return elapsed > 0 ? Double(row - 1) / elapsed : Double(fps)
        }
    }

    /// Its `cameraAges` stay empty; they are in `ages`.
    private let snapshot: Mutex<Snapshot>
    /// Written in place, under the snapshot's lock.
    private let ages: Ages
    private let cameraCount: Int

    private final class Ages: @unchecked Sendable {  // Under the snapshot's lock alone.
        let values: UnsafeMutableBufferPointer<Int64>

        init(count: Int) {
            values = .allocate(capacity: count)
            values.initialize(repeating: 0)
        }

        deinit { values.deallocate() }
    }
    /// Lines for the operator that nobody has shown yet: at most `noteLimit`, then the oldest goes.
    private let notes = Mutex<[String]>([])
    private static let noteLimit = 64

    package init(fps: Int, episodeCount: Int, cameraNames: [String]) {
        var first = Snapshot()
        first.fps = fps
        first.episodeCount = episodeCount
        first.cameraNames = cameraNames.map(\.printable)
        ages = Ages(count: cameraNames.count)
        cameraCount = cameraNames.count
        snapshot = Mutex(first)
    }

    package var current: Snapshot {
        // Made before the lock is taken: the control loop waits for no allocation.
        var seen = [Int64](repeating: 0, count: cameraCount)
        var current = snapshot.withLock { now in
            for index in seen.indices { seen[index] = ages.values[index] }
            return now
        }
        current.cameraAges = seen
        return current
    }

    /// Enters a phase.
    func enter(_ phase: Phase, episode: Int, rowLimit: Int, start: MonotonicTime) {
        snapshot.withLock {
            $0.phase = phase
            $0.episode = episode
            $0.row = 0
            $0.rowLimit = rowLimit
            $0.phaseStart = start
            $0.lastTick = start
        }
    }

    /// A device has failed and is waited for.
    func wait(for device: String, until end: MonotonicTime) {
        snapshot.withLock {
            $0.phase = .waiting
            $0.missing = (device, end)
        }
    }

    /// After each tick.
    func tick(row: Int, captured: [MonotonicTime?], busRetries: Int, outcome: Outcome?, now: MonotonicTime) {
        snapshot.withLock {
            $0.row = row
            $0.lastTick = now
            $0.busRetries = busRetries
            $0.outcome = outcome
            for index in captured.indices {
                if let time = captured[index] { ages.values[index] = (now - time).nanoseconds }
            }
        }
    }

    /// Has a line shown to the operator. From any thread; waits for no terminal.
    package func tell(_ line: String) {
        notes.withLock { notes in
            if notes.count == Self.noteLimit { notes.removeFirst() }
            notes.append(line)
        }
    }

    /// What is to be shown, once.
    func takeNotes() -> [String] {
        notes.withLock { notes in
            defer { notes = [] }
            return notes
        }
    }

    func update(_ change: (inout Snapshot) -> Void) { snapshot.withLock { change(&$0) } }
}

extension SessionStatus {
    /// What the encoder process is at.
    package func showEncoding(of takes: Takes) {
        let (progress, waiting, setAside) = (takes.encodingProgress, takes.waitingCount, takes.setAsideCount)
        update {
            $0.encoded = progress
            $0.takesWaiting = waiting
            $0.takesSetAside = setAside
        }
    }

    /// The encoder process died.
    package func noteEncoderTrouble(isGivenUp: Bool) {
        update {
            $0.encoderDeaths += 1
            $0.isEncoderGivenUp = isGivenUp
        }
    }
}
