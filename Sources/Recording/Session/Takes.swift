package import RecordingTypes
import Synchronization

/// The book of a session's takes, and the only one: what was recorded, how much of it is stored, what the operator decided,
/// and what the encoder process made of it. Written at the borders of takes, never in a tick; from any thread.
package final class Takes: Sendable {
    /// What the operator decided about a take, as far as he has.
    package enum Standing: Sendable {
        /// It is recorded, or nobody has said anything yet.
        case open
        /// It is over, and can be dropped until it is decided about: its reset phase goes on.
        case pending
        /// It was dropped before it was decided about.
        case unwanted
        /// It counts.
        case kept
        /// It was kept, and the encoder process is asked to drop it, which alone knows whether that is in time.
        case dropping
        /// It was kept, and is gone.
        case dropped
        case discarded
    }

    /// One take's story.
    package struct Record: Sendable {
        package var take: Int
        package internal(set) var standing = Standing.open
        /// It counts among the session's episodes.
        package var isKept: Bool { standing == .kept }
        /// Rows that were handed to the spool writer.
        var pushedRows = 0
        /// Rows that are in its files; nil until the writer has said.
        var storedRows: Int?
        package var rows: Int { storedRows ?? pushedRows }
        /// When its first row was taken.
        package var firstTick: MonotonicTime?
        package var lateTicks = 0
        package var repeatedFrames: [Int] = []
        /// Per camera: the greatest age of its picture at a row that was not late.
        package var oldestPictures: [Duration] = []
        /// Rows really taken a second, late ones not counted.
        package var rate: Double = 0
        package var lateness = TickLateness.Summary()
        /// What of it is worth another look.
        package internal(set) var findings: [TakeFinding] = []
        /// From the take's end to the first tick of what came next; nil when nothing came next.
        package var wait: Duration?
        /// The encoder cannot do it; it stays in the spool until somebody asks for it.
        package var isSetAside = false
        /// Bytes in the spool.
        package var spoolBytes = 0
        /// Pictures encoded so far, all cameras together.
        var picturesEncoded = 0
        /// Seconds the encoder took.
        package var encodingSeconds: Double?
        /// The episode it became.
        package var episode: Int?
        package var videoBytes: Int?

        init(take: Int) { self.take = take }
    }

    private let records = Mutex<[Int: Record]>([:])
    /// Of all takes together.
    private let ticks = Mutex(TickLateness())

    package init() {}

    /// All takes in order.
    package var all: [Record] { records.withLock { $0.values.sorted { $0.take < $1.take } } }

    package subscript(take: Int) -> Record? { records.withLock { $0[take] } }

    /// Takes that count.
    var keptCount: Int { records.withLock { $0.values.count(where: \.isKept) } }

    /// Kept takes that are not in the dataset yet.
    package var waitingCount: Int {
        records.withLock { $0.values.count { $0.isKept && $0.episode == nil && !$0.isSetAside } }
    }

    /// Takes that the encoder cannot do.
    package var setAsideCount: Int { records.withLock { $0.values.count(where: \.isSetAside) } }

    /// Pictures encoded, and pictures in all, of the takes that are kept.
    package var encodingProgress: (done: Int, total: Int) {
        all.filter(\.isKept).reduce((0, 0)) { sum, record in
            let pictures = record.rows * record.repeatedFrames.count
            return (
                sum.0 + (record.episode == nil ? min(record.picturesEncoded, pictures) : pictures), sum.1 + pictures
            )
        }
    }

    /// How late the ticks of all takes were.
    package var lateness: TickLateness.Summary { ticks.withLock { $0.summary } }

    func update(_ take: Int, _ change: (inout Record) -> Void) {
        records.withLock { change(&$0[take, default: Record(take: take)]) }
    }

    func noteLateness(_ lateness: TickLateness, take: Int) {
        ticks.withLock { $0.add(lateness) }
        update(take) { $0.lateness = lateness.summary }
    }
}

// MARK: - What the operator decides

extension Takes {
    /// What one wish to drop a take means.
    enum Drop: Equatable {
        /// The take that is just over will not be kept.
        case pending(Int)
        /// This one was kept, and counts no more.
        case kept(Int)
        /// The newest one is an episode already.
        case tooLate(Int, episode: Int)
        /// There is none.
        case nothing
    }

    /// A take is over and can be dropped until it is decided about.
    func holdOpen(_ take: Int) { update(take) { $0.standing = .pending } }

    func keep(_ take: Int) { update(take) { $0.standing = .kept } }

    func discard(_ take: Int) { update(take) { $0.standing = .discarded } }

    /// Drops the newest take that is not dropped yet.
    func drop() -> Drop {
        records.withLock { records in
            if let pending = records.values.first(where: { $0.standing == .pending })?.take {
                records[pending]?.standing = .unwanted
                return .pending(pending)
            }
            guard let last = records.values.filter(\.isKept).max(by: { $0.take < $1.take }) else { return .nothing }
            if let episode = last.episode { return .tooLate(last.take, episode: episode) }
            records[last.take]?.standing = .dropping
            return .kept(last.take)
        }
    }
}

// MARK: - What became of them

extension Takes {
    /// The writer has put so much of it into its files.
    func noteStored(take: Int, rows: Int, bytes: Int) {
        update(take) { ($0.storedRows, $0.spoolBytes) = (rows, bytes) }
    }

    func noteProgress(take: Int, pictures: Int) { update(take) { $0.picturesEncoded = pictures } }

    func noteEncoded(take: Int, seconds: Double) { update(take) { $0.encodingSeconds = seconds } }

    func noteSetAside(take: Int) { update(take) { $0.isSetAside = true } }

    /// The take is an episode. Whether it should have been dropped; then it counts again.
    func notePublished(take: Int, episode: Int, videoBytes: Int) -> Bool {
        var isTooLate = false
        update(take) {
            ($0.episode, $0.videoBytes) = (episode, videoBytes)
            isTooLate = $0.standing == .dropping
            if isTooLate { $0.standing = .kept }
        }
        return isTooLate
    }

    /// The take is gone. Whether it had been kept before.
    func noteRemoved(take: Int) -> Bool {
        var wasKept = false
        update(take) {
            wasKept = $0.standing == .dropping || $0.standing == .kept
            if wasKept { $0.standing = .dropped }
        }
        return wasKept
    }

    /// The encoder process could not do what it was to do with the take. Whether that was to drop it; then it counts again.
    func noteFailed(take: Int) -> Bool {
        var isGivenBack = false
        update(take) {
            isGivenBack = $0.standing == .dropping
            if isGivenBack { $0.standing = .kept }
        }
        return isGivenBack
    }
}
