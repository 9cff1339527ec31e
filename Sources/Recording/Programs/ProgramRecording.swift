import Platform
package import RecordingTypes
package import Spool
import Synchronization
import SystemPackage

/// Records what another program hands over, row by row, into the spool that a recording session uses, with the same encoder
/// process behind it. There is no robot, no clock and no operator: who hands over waits where there is no room, and nothing is
/// dropped.
///
/// One thread calls `append`, `save`, `clear`, `encode`, `close` and `abandon`; what waits in them looks now and then whether
/// it is still wanted.
package final class ProgramRecording: Sendable {
    /// How it is recorded.
    package struct Settings: Sendable {
        /// Bytes of rows that may wait for the disk.
        package var capacity: Int
        /// Bytes of saved episodes that may wait for the encoder before another one begins.
        package var backlog: Int

        package init(capacity: Int, backlog: Int) {
            self.capacity = capacity
            self.backlog = backlog
        }
    }

    /// A row as the program gave it.
    package struct Row: Sendable {
        package var task: String
        /// As `PackedValues` of the session lays them out.
        package var values: [UInt8]
        /// One a camera; nil shows the picture of the row before.
        package var pictures: [CameraFrame?]

        package init(task: String, values: [UInt8], pictures: [CameraFrame?]) {
            self.task = task
            self.values = values
            self.pictures = pictures
        }
    }

    private let settings: Settings
    private let spool: SpoolDirectory
    private let intake: TakeIntake
    private let encoder: EncoderProcess
    private let episodes = ProgramEpisodes()
    private let isWanted: @Sendable () -> Bool
    /// The take in progress, or the next one, and its rows so far.
    private let progress: Mutex<(take: Int, rows: Int)>

    /// Describes it; `start` makes it work.
    /// - Parameters:
    ///   - spool: one that was made, and whose lock the caller holds.
    ///   - session: how rows are laid out.
    ///   - settings: see there.
    ///   - isWanted: false as soon as nobody waits any more.
    ///   - makeEncoder: describes the encoder process, given what it tells whom.
    /// - Throws: `ReelError` when the spool cannot be read.
    package init(
        spool: SpoolDirectory, session: SessionDescription, settings: Settings,
        isWanted: @escaping @Sendable () -> Bool,
        makeEncoder: (
            _ onEvent: @escaping @Sendable (EncoderEvent) -> Void,
            _ onTrouble: @escaping @Sendable (EncoderProcess.Trouble) -> Void
        ) -> EncoderProcess
    ) throws {
        self.settings = settings
        self.spool = spool
        self.isWanted = isWanted
        let episodes = episodes
        let encoder = makeEncoder({ episodes.note($0) }, { episodes.note($0) })
        self.encoder = encoder
        for take in try spool.takes() where take.state == .kept { episodes.change { $0.waiting[take.number] = 0 } }
        progress = Mutex((spool.nextTakeNumber, 0))
        intake = TakeIntake(
            spool: spool, session: session,
            settings: TakeIntake.Settings(task: "", capacity: settings.capacity, reviews: false),
            onCommand: { encoder.send($0) }, onEvent: { episodes.note($0) })
    }

    /// Starts the threads and the encoder process.
    package func start() {
        intake.start()
        encoder.start()
    }

    /// Episodes that were saved and are not in the dataset yet.
    package var waitingCount: Int { episodes.withLock(\.waiting.count) }

    /// Rows of the episode in progress.
    package var rowsInProgress: Int { progress.withLock(\.rows) }

    /// What went wrong since this was asked last.
    package func takeTroubles() -> [String] {
        episodes.withLock { state in
            defer { state.troubles = [] }
            return state.troubles
        }
    }

    // MARK: - Rows

    /// Takes the next row; the first one begins an episode. Waits where there is no room.
    /// - Throws: `ReelError`: diskFull or failed when nothing can be stored, cancelled when nobody waits any more.
    package func append(_ row: Row) throws {
        let (take, index) = progress.withLock { $0 }
        if index == 0 { try begin(take, task: row.task) }
        let now = MonotonicTime.now
        let fixed = TakeIntake.Row(index: index, time: now, wallNanoseconds: WallClock.nanoseconds)
        var pictures = row.pictures
        while !intake.push(fixed, observation: [], action: [], values: row.values, pictures: &pictures) {
            try requireHealth()
            try requireWanted("store a row")
            (MonotonicTime.now + .milliseconds(1)).sleepUntil()
        }
        progress.withLock { $0.rows += 1 }
        try requireHealth()
    }

    private func begin(_ take: Int, task: String) throws {
        try requireHealth()
        if intake.diskIsFull || episodes.withLock(\.backlog) > settings.backlog {
            // It must become less, whatever the schedule waits for.
            let limit = intake.diskIsFull ? 0 : settings.backlog
            try wait("begin an episode") { $0.unsealed.isEmpty }
            encoder.send(.encodeWaiting)
            try wait("begin an episode") { $0.hasGivenUp || $0.waiting.isEmpty || $0.backlog <= limit }
        }
        guard !intake.diskIsFull else {
            throw ReelError(
                .diskFull, "begin an episode", subject: spool.path.string, cause: "the disk is full",
                remedy: "Make room; what was saved is safe.")
        }
        intake.begin(take, start: .now, task: task)
    }

    /// Ends the episode and keeps it. Returns when its rows are with the kernel, so that no kill can take them away.
    /// - Returns: its rows.
    /// - Throws: `ReelError`: usage when it has no row, diskFull or failed when it could not be stored as a whole.
    package func save() throws -> Int {
        let (take, rows) = progress.withLock { $0 }
        guard rows > 0 else {
            throw ReelError(
                .usage, "save an episode", cause: "it has no frame", remedy: "Add one or several frames first.")
        }
        keep(take, rows, .endedEarly)
        try wait("save an episode") { $0.writtenRows[take] != nil }
        let stored = episodes.withLock { $0.writtenRows.removeValue(forKey: take) ?? 0 }
        guard stored == rows else {
            let cause = intake.failure?.message ?? "it could not be written"
            throw ReelError(
                intake.failure?.reason == .diskFull ? .diskFull : .failed, "save an episode",
                subject: spool.path.string, cause: "\(stored) of its \(rows.counted("row")) are stored: \(cause)")
        }
        return rows
    }

    /// Discards the episode in progress, if there is one.
    package func clear() {
        let (take, rows) = progress.withLock { $0 }
        guard rows > 0 else { return }
        end(take, rows, .endedEarly)
        intake.decide(take, .discard)
    }

    private func keep(_ take: Int, _ rows: Int, _ reason: TakeEndReason) {
        episodes.change { state in
            state.waiting[take] = 0
            state.unsealed.insert(take)
        }
        end(take, rows, reason)
        intake.decide(take, .keep(outcome: nil, note: nil))
    }

    private func end(_ take: Int, _ rows: Int, _ reason: TakeEndReason) {
        intake.end(take, TakeEnding(reason: reason, rows: rows, repeatedFrames: []))
        progress.withLock { $0 = (take + 1, 0) }
    }

    // MARK: - Encoding

    /// Has everything that was saved encoded, and returns when it is in the dataset or lies aside.
    /// - Throws: `ReelError`: failed when the encoder process does not come to it, cancelled when nobody waits any more.
    package func encode() throws {
        // Nothing is asked for before it is there to be done.
        try wait("encode what waits") { $0.unsealed.isEmpty }
        encoder.send(.encodeWaiting)
        try wait("encode what waits") { $0.hasGivenUp || $0.waiting.isEmpty }
        guard !episodes.withLock(\.hasGivenUp) else {
            throw ReelError(
                .failed, "encode what waits", subject: spool.path.string,
                cause: "the encoder process died again and again",
                remedy: "Its words are in \(spool.encoderLogPath); nothing is lost, and `reel encode` goes on.")
        }
    }

    /// Ends, when `encode` has returned: threads and the encoder process go.
    package func close() {
        intake.close()
        encoder.send(.finish)
        encoder.close()
    }

    /// Nobody waits any more: what there is of an episode in progress is kept, and what is not encoded waits in the spool.
    /// - Returns: a sentence for each thing that is left.
    package func abandon() -> [String] {
        var left: [String] = []
        let (take, rows) = progress.withLock { $0 }
        if rows > 0 {
            keep(take, rows, .terminated)
            left.append("the episode in progress was kept: \(rows.counted("row"))")
        }
        intake.close()
        encoder.abandon()
        let waiting = waitingCount
        if waiting > 0 {
            let episodes = waiting.counted("episode waits", "episodes wait")
            left.append("\(episodes) in \(spool.path) to be encoded")
        }
        return left
    }

    // MARK: - Waiting

    private func wait(_ action: String, until isSo: (ProgramEpisodes.State) -> Bool) throws {
        while !episodes.withLock({ isSo($0) }) {
            try requireWanted(action)
            _ = episodes.changed.wait(until: .now + .milliseconds(100))
        }
    }

    private func requireWanted(_ action: String) throws {
        guard isWanted() else { throw ReelError(.cancelled, action, cause: "nobody waits for it any more") }
    }

    private func requireHealth() throws {
        guard let failure = intake.failure else { return }
        throw ReelError(
            failure.reason == .diskFull ? .diskFull : .failed, "store a row", subject: spool.path.string,
            cause: failure.message)
    }
}
