package import RecordingTypes
import Synchronization

/// What is going on, for the status line: written by the control loop in place, read four times a second. The lock is
/// held for some additions only, and who looks gets nothing that the loop writes to, or its next tick would copy that.
package final class SessionStatus: Sendable {
    /// Its `cameraAges` stay empty; they are in `ages`.
    private let snapshot: Mutex<SessionSnapshot>
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

    package init(fps: Int, episodeCount: Int, cameraNames: [String]) {
        var first = SessionSnapshot()
        first.fps = fps
        first.episodeCount = episodeCount
        first.cameraNames = cameraNames.map(\.printable)
        ages = Ages(count: cameraNames.count)
        cameraCount = cameraNames.count
        snapshot = Mutex(first)
    }

    package var current: SessionSnapshot {
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
    func enter(_ phase: SessionSnapshot.Phase, take: Int, episode: Int, rowLimit: Int, start: MonotonicTime) {
        snapshot.withLock {
            $0.phase = phase
            $0.take = take
            $0.episode = episode
            $0.row = 0
            $0.lateTicks = 0
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
    func tick(
        row: Int, lateTicks: Int = 0, captured: [MonotonicTime?], busRetries: Int, outcome: Outcome?, now: MonotonicTime
    ) {
        snapshot.withLock {
            $0.row = row
            $0.lateTicks = lateTicks
            $0.lastTick = now
            $0.busRetries = busRetries
            $0.outcome = outcome
            for index in captured.indices {
                if let time = captured[index] { ages.values[index] = (now - time).nanoseconds }
            }
        }
    }

    func update(_ change: (inout SessionSnapshot) -> Void) { snapshot.withLock { change(&$0) } }
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
