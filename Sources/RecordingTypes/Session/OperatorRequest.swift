/// One thing the operator can ask for.
package enum OperatorRequest: UInt16, Sendable, CaseIterable {
    /// → or n: end this phase.
    case next = 1
    /// ← or r: end this phase and record the episode again.
    case again = 2
    /// Esc or q: end this phase and the session.
    case stop = 4
    /// Ctrl-C: end at once; the take in progress is discarded.
    case interrupt = 8
    /// s: the take in progress, or the one just over, is a success. Ends nothing; the last word counts.
    case success = 16
    /// f: likewise a failure.
    case failure = 32
    /// u: drop the newest take that is not in the dataset yet. Ends nothing.
    case undo = 64
    /// m: type a note on the take in progress, or on the one just over. Ends nothing, but a reset waits for it.
    case note = 128
    /// SIGTERM or SIGHUP: end at once. Nobody asked to discard anything, so the take in progress is kept.
    case terminate = 256
    /// p: show the page's address as a QR code. Ends nothing, and nobody but the terminal can ask for it.
    case page = 512
}

/// What the operator does at a keyboard, or at whatever else there is to tell a session something.
package enum OperatorWord: Sendable, Equatable {
    case asks(OperatorRequest)
    /// The line of a note so far; nil when it was given up.
    case types(String?)
    /// The line is finished: it is the take's note, instead of an earlier one. An empty one takes that back.
    case notes(String)
}
