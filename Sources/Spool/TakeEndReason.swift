/// Why a take ended.
package enum TakeEndReason: String, Codable, CaseIterable, Sendable {
    /// It has as many rows as were asked for.
    case timeUp
    /// The operator ended it.
    case endedEarly
    /// The session was called off while it ran.
    case interrupted
    /// A camera was unplugged, gave broken pictures, or none for too long.
    case cameraFailed
    /// The robot or the teleoperator did not answer.
    case robotFailed
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
        case .timeUp, .endedEarly, .interrupted: false
        case .cameraFailed, .robotFailed, .ringFull, .diskFull, .diskFailed, .recovered: true
        }
    }
}
