package import RecordingTypes
import Spool

/// What became of what was handed to a `TakeIntake`: facts, in order, from its own threads. Who listens must not block.
package enum IntakeEvent: Sendable, Equatable {
    /// The take is over, and so many of its rows are with the kernel: no kill can take them away any more.
    case written(take: Int, rows: Int)
    /// The take is over, and so many of its rows are in its files. Comes once for every take, also where nothing could be
    /// stored, and before it is known whether the take is safe.
    case stored(take: Int, rows: Int, bytes: Int)
    /// What of the take is worth a look before the scene is put in order; nothing where it is like the others.
    case judged(take: Int, [TakeFinding])
    /// Something of the take could not be written: it ends before that.
    case cutShort(take: Int, cause: String)
    /// What was said of the take is on the disk as well: a power cut would leave it whole and kept.
    case saved(take: Int)
    /// The take is not whole on the disk, or was not moved on there; what there is of it comes back with `reel recover`.
    case unsafe(take: Int, cause: String)
    /// The disk has room for so many minutes more; told once.
    case diskIsFilling(minutes: Int)
    /// Minutes of recording that there is room for; nil until the rate was measured. Comes a few times a second.
    case diskMinutes(Int?)
}
