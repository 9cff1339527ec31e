package import RecordingTypes

/// What travels to the spool writer besides rows, through the same ring, so the order holds.
enum SpoolMessage: Sendable {
    /// A take begins; its ticks follow. Its task is the session's where it has none of its own.
    case begin(take: Int, start: MonotonicTime, task: String?)
    /// The take is over: seal it.
    case end(take: Int, TakeEnding)
    case decide(take: Int, TakeIntake.Decision)
    /// Pictures that no row shows; they go with the slot.
    case letGo
    /// Nothing more comes.
    case close
}

/// Why and how a take ended, as who recorded it saw it. What the take says of itself is counted in the rows that are
/// stored.
package struct TakeEnding: Sendable {
    package var reason: TakeEndReason
    /// What went wrong, in words, where something did.
    package var message: String?
    /// Rows that were pushed.
    package var rows: Int
    package var lateTicks: Int
    /// Per camera: rows whose picture is a repeated one.
    package var repeatedFrames: [Int]

    package init(
        reason: TakeEndReason, message: String? = nil, rows: Int, lateTicks: Int = 0, repeatedFrames: [Int]
    ) {
        self.reason = reason
        self.message = message
        self.rows = rows
        self.lateTicks = lateTicks
        self.repeatedFrames = repeatedFrames
    }
}
