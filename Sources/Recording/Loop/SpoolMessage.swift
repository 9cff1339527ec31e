import RecordingTypes
import Spool

/// What the control loop tells the spool writer besides ticks; it travels through the same ring, so the order holds.
enum SpoolMessage: Sendable {
    /// A take begins; its ticks follow.
    case begin(take: Int, start: MonotonicTime)
    /// The take is over: seal it.
    case end(take: Int, TakeEnding)
    /// The operator keeps it, and may have said whether it was a success, and something about it.
    case keep(take: Int, outcome: Outcome?, note: String?)
    /// The operator discards it.
    case discard(take: Int)
    /// The operator drops one that was kept.
    case drop(take: Int)
    /// Pictures that no row shows; they go with the slot.
    case letGo
    /// Nothing more comes.
    case close
}

/// Why and how a take ended, as the control loop saw it.
struct TakeEnding: Sendable {
    var reason: TakeEndReason
    /// What went wrong, in words, where something did.
    var message: String?
    var rows: Int
    var lateTicks: Int
    /// Per camera: rows whose picture is a repeated one.
    var repeatedFrames: [Int]
}
