import Platform
package import RecordingTypes
package import Spool
import Synchronization
package import SystemPackage

/// The way into the spool, and the only one: takes begin here, rows are pushed, takes end and are decided about.
///
/// Who records needs neither robot nor camera nor control loop for it. What is said travels to a thread that writes
/// through one ring, so the order on disk is the order of the calls, and none of them waits for the disk.
///
/// `begin`, `push`, `end`, `decide` and `close` belong to one thread; the rest may be asked from any. Bounded in bytes of
/// pictures and in rows; overflow policy: `push` says that there is no room and changes nothing. Whether the take ends then,
/// as the control loop has it, or the caller waits and pushes again, is the caller's to decide.
package final class TakeIntake: Sendable {
    /// What is recorded, and how.
    package struct Settings: Sendable {
        /// The task's sentence, in every take.
        package var task: String
        /// Bytes of pictures that may wait for the disk.
        package var capacity: Int
        /// How the spool holds pictures that are no JPEGs.
        package var pictures: SpoolPictures
        /// Whether takes are looked at for what is worth another look. Not where nobody stands before them.
        package var reviews: Bool

        package init(task: String, capacity: Int, pictures: SpoolPictures = .auto, reviews: Bool = true) {
            self.task = task
            self.capacity = capacity
            self.pictures = pictures
            self.reviews = reviews
        }
    }

    /// The fixed part of a row.
    package struct Row: Sendable {
        /// Its place in the take, from 0.
        package var index: Int
        /// When it was taken; none of its pictures is later.
        package var time: MonotonicTime
        /// The same instant as nanoseconds since 1970.
        package var wallNanoseconds: Int64
        /// It repeats the row before, because its own time was missed.
        package var isLate: Bool

        package init(index: Int, time: MonotonicTime, wallNanoseconds: Int64, isLate: Bool = false) {
            self.index = index
            self.time = time
            self.wallNanoseconds = wallNanoseconds
            self.isLate = isLate
        }
    }

    /// What is said of a take that is over.
    package enum Decision: Sendable {
        /// It becomes an episode, and may have been called a success or a failure, and something been said about it.
        case keep(outcome: Outcome?, note: String?)
        case discard
        /// It was kept, and shall not be after all; the encoder process says whether that was in time.
        case drop
    }

    /// Bytes of pictures that may wait for the disk.
    package let capacity: Int
    let ring: TickRing
    private let writer: SpoolWriter
    private let failing = SpoolFailure()
    private let disk: DiskWatch
    private let look: PictureLook?
    private let thread = Mutex<OwnThread?>(nil)

    /// Describes it; `start` makes it work.
    /// - Parameters:
    ///   - spool: one that was made, and whose lock the caller holds.
    ///   - session: how rows are laid out, and what will be needed to encode them.
    ///   - settings: see there.
    ///   - freeBytes: bytes that may still be written at a path.
    ///   - onCommand: what the encoder process must hear, always after it is true on the disk.
    ///   - onEvent: what became of takes. Both are called on threads of the intake and must not block.
    package init(
        spool: SpoolDirectory, session: SessionDescription, settings: Settings,
        freeBytes: @escaping @Sendable (FilePath) throws -> Int = FileSystem.freeBytes,
        onCommand: @escaping @Sendable (EncoderCommand) -> Void, onEvent: @escaping @Sendable (IntakeEvent) -> Void
    ) {
        capacity = settings.capacity
        ring = TickRing(
            observationCount: session.observation.count, actionCount: session.action.count,
            cameraCount: session.cameras.count, byteLimit: settings.capacity,
            isPacked: !session.values.blocks.isEmpty)
        disk = DiskWatch(spool: spool, freeBytes: freeBytes) { onEvent(.diskIsFilling(minutes: $0)) }
        look = settings.reviews ? PictureLook(cameraCount: session.cameras.count) : nil
        writer = SpoolWriter(
            ring: ring, spool: spool, session: session, settings: settings, failure: failing, disk: disk, look: look,
            onCommand: onCommand, onEvent: onEvent)
    }

    /// The least capacity for pictures of these sizes: while one of each camera is written the next one must fit.
    package static func leastCapacity(forPicturesOf sizes: [Int]) -> Int { 2 * sizes.reduce(0, +) }

    /// Puts the reserve on the disk, looks at it, and starts the threads.
    package func start() {
        disk.begin()
        look?.start()
        thread.withLock { thread in
            thread = OwnThread(name: "spool-writer") { [writer] in writer.run() }
        }
    }

    /// A take begins; its rows follow.
    /// - Parameters:
    ///   - take: a number that no take has had.
    ///   - start: when row 0 is due.
    ///   - task: the take's own, where it is not the session's.
    package func begin(_ take: Int, start: MonotonicTime, task: String? = nil) {
        ring.push(.begin(take: take, start: start, task: task))
    }

    /// Hands over the next row of the take in progress. Allocates nothing.
    /// - Parameters:
    ///   - row: its place and time.
    ///   - observation: as many values as the session has.
    ///   - action: likewise.
    ///   - values: what the row carries besides, packed as the session says; nothing where it has none.
    ///   - pictures: one a camera, and nil where the row shows what the row before showed. They are taken out of the
    ///     array, so that the last one who lets go of them is not the caller.
    /// - Returns: false when there is no room; nothing has changed then.
    package func push(
        _ row: Row, observation: [Float], action: [Float], values: [UInt8] = [], pictures: inout [CameraFrame?]
    ) -> Bool {
        ring.push(row, observation: observation, action: action, values: values, pictures: &pictures)
    }

    /// Has the writer let go of pictures that no row shows.
    func letGo(of pictures: inout [CameraFrame?]) { ring.letGo(of: &pictures) }

    /// The take is over. `stored` says how much of it there is.
    package func end(_ take: Int, _ ending: TakeEnding) { ring.push(.end(take: take, ending)) }

    /// Decides about a take that is over.
    package func decide(_ take: Int, _ decision: Decision) { ring.push(.decide(take: take, decision)) }

    /// Waits until all that was said is done, and stops. Safe to call twice.
    package func close() {
        guard let thread = thread.withLock({ $0.take() }) else { return }
        ring.push(.close)
        thread.join()
        look?.close()
        disk.end()
    }

    /// What is the matter with each camera's pictures, as far as was seen last: no light, or no focus.
    package var badges: [PreviewStatus.Badge?] { look?.badges ?? [] }

    /// Bytes of pictures that wait for the disk.
    package var waitingBytes: Int { ring.byteCount }

    /// Why nothing can be stored any more; nil while all is well. Cheap enough for a tick.
    package var failure: (reason: TakeEndReason, message: String)? { failing.current }

    /// The disk is full but for the reserve, however slowly rows come.
    package var diskIsFull: Bool { disk.isFull }

    /// Why no take may begin: the disk is as good as full. Nil when one may.
    package var refusal: String? { disk.refusal }
}
