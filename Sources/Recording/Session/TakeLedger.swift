package import RecordingTypes
import Synchronization

/// What became of every take of the session, from the control loop, the spool writer and the encoder process. Written
/// at the borders of takes, never in a tick.
package final class TakeLedger: Sendable {
    /// One take's story.
    package struct Record: Sendable {
        package var take: Int
        /// Its place among the session's kept takes, from 1; nil when it was discarded.
        package var isKept = false
        package var rows = 0
        /// When its first row was taken.
        package var firstTick: MonotonicTime?
        package var lateTicks = 0
        package var repeatedFrames: [Int] = []
        /// Per camera: the greatest age of its picture at a row that was not late.
        package var oldestPictures: [Duration] = []
        /// Rows really taken a second, late ones not counted.
        package var rate: Double = 0
        package var lateness = TickLateness.Summary()
        /// From the take's end to the first tick of what came next; nil when nothing came next.
        package var wait: Duration?
        /// The encoder cannot do it; it stays in the spool until somebody asks for it.
        package var isSetAside = false
        /// What went wrong with it, where something did.
        package var problem: String?
        /// Bytes in the spool.
        package var spoolBytes = 0
        /// Pictures encoded so far, all cameras together.
        var picturesEncoded = 0
        /// Seconds the encoder took.
        package var encodingSeconds: Double?
        /// The episode it became.
        package var episode: Int?
        package var videoBytes: Int?
    }

    private let records = Mutex<[Int: Record]>([:])
    /// Of all takes together.
    private let ticks = Mutex(TickLateness())

    package init() {}

    func update(_ take: Int, _ change: (inout Record) -> Void) {
        records.withLock { change(&$0[take, default: Record(take: take)]) }
    }

    func noteLateness(_ lateness: TickLateness, take: Int) {
        ticks.withLock { $0.add(lateness) }
        update(take) { $0.lateness = lateness.summary }
    }

    /// How late the ticks of all takes were.
    package var lateness: TickLateness.Summary { ticks.withLock { $0.summary } }

    /// All takes in order.
    package var all: [Record] { records.withLock { $0.values.sorted { $0.take < $1.take } } }

    /// Kept takes that are not in the dataset yet.
    package var waitingCount: Int {
        records.withLock { $0.values.count { $0.isKept && $0.episode == nil && !$0.isSetAside } }
    }

    /// Takes that the encoder cannot do.
    package var setAsideCount: Int { records.withLock { $0.values.count { $0.isSetAside } } }
}

extension TakeLedger {
    package func noteProgress(take: Int, pictures: Int) { update(take) { $0.picturesEncoded = pictures } }

    /// Pictures encoded, and pictures in all, of the takes that are kept.
    package var encodingProgress: (done: Int, total: Int) {
        all.filter(\.isKept).reduce((0, 0)) { sum, record in
            let pictures = record.rows * record.repeatedFrames.count
            return (
                sum.0 + (record.episode == nil ? min(record.picturesEncoded, pictures) : pictures), sum.1 + pictures
            )
        }
    }

    package func noteEncoded(take: Int, seconds: Double) { update(take) { $0.encodingSeconds = seconds } }

    func notePublished(take: Int, episode: Int, videoBytes: Int) {
        update(take) {
            $0.episode = episode
            $0.videoBytes = videoBytes
        }
    }

    package func noteSetAside(take: Int, _ message: String) {
        update(take) {
            $0.isSetAside = true
            $0.problem = "take \(take) was set aside: \(message)"
        }
    }

    /// It was kept, and then dropped.
    func noteDropped(take: Int) { update(take) { $0.isKept = false } }

    /// The episode that the take has become.
    func episode(of take: Int) -> Int? { records.withLock { $0[take]?.episode } }

    package func noteProblem(take: Int, _ message: String) { update(take) { $0.problem = "take \(take): \(message)" } }
}
