import Platform
import RecordingTypes

/// The right to change a spool alone. The lock of its owner is not enough: the encoder process of a recorder that was
/// killed goes on for a while, and it holds a lock of its own.
package struct SpoolClaim: Sendable {
    /// Given back when the last reference goes.
    package let lock: SpoolLock
    /// Says that no encoder process is at work. Whoever starts one lets go of it first.
    package private(set) var encoderLock: SpoolLock?

    /// How long a process that encodes may take to finish what it is at.
    package static let usualPatience: Duration = .seconds(5)

    /// Takes both locks. The owner's is there at once or not at all; the encoder's is waited for.
    /// - Parameters:
    ///   - spool: The spool.
    ///   - patience: How long to wait for an encoder process that has lost its recorder.
    ///   - onWait: Called once when there is one, with what to tell the operator.
    /// - Throws: `ReelError(.busy)` naming the process that holds one of them, with its command.
    package init(
        _ spool: SpoolDirectory, patience: Duration = SpoolClaim.usualPatience, onWait: (String) -> Void
    ) throws {
        lock = try spool.lock()
        encoderLock = try Self.waitForEncoderLock(of: spool, patience: patience, onWait: onWait)
    }

    /// Lets an encoder process begin.
    package mutating func letEncoderWork() { encoderLock = nil }

    /// Takes the encoder's lock, as soon as the process that has it is done.
    /// - Parameters:
    ///   - spool: The spool.
    ///   - patience: How long to wait.
    ///   - onWait: Called once when it must be waited for.
    /// - Returns: The lock.
    /// - Throws: `ReelError(.busy)` naming the process that holds it, with its command.
    package static func waitForEncoderLock(
        of spool: SpoolDirectory, patience: Duration = SpoolClaim.usualPatience, onWait: (String) -> Void
    ) throws -> SpoolLock {
        let end = MonotonicTime.now + patience
        var hasTold = false
        while true {
            do {
                return try spool.lockEncoder()
            } catch let error as ReelError where error.kind == .busy {
                if hasTold && MonotonicTime.now >= end { throw error }
                if !hasTold { onWait("\(error.cause); waiting for it") }
                hasTold = true
                (MonotonicTime.now + .milliseconds(50)).sleepUntil()
            }
        }
    }
}
