/// Why a take ended.
package enum TakeEndReason: String, Codable, CaseIterable, Sendable {
    /// It has as many rows as were asked for.
    case timeUp
    /// The operator ended it.
    case endedEarly
    /// The session was called off while it ran.
    case interrupted
    /// The session was told to end from outside (SIGTERM, a lost terminal); what was recorded is kept.
    case terminated
    /// A camera was unplugged, gave broken pictures, or none for too long.
    case cameraFailed
    /// The robot or the teleoperator did not answer.
    case robotFailed
    /// The recorder itself did not run for a while: it was stopped (Ctrl-Z), or the machine slept.
    case stoodStill
    /// The disk was too slow for too long.
    case ringFull
    /// No space was left.
    case diskFull
    /// Writing failed in another way.
    case diskFailed
    /// The recorder died; what was whole has been recovered.
    case recovered

    /// Whether something went wrong, so that going on as if nothing were would be wrong.
    package var isFailure: Bool {
        switch self {
        case .timeUp, .endedEarly, .interrupted, .terminated: false
        case .cameraFailed, .robotFailed, .stoodStill, .ringFull, .diskFull, .diskFailed, .recovered: true
        }
    }
}
