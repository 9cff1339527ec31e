import RecordingTypes

extension ReelError {
    /// Of two failures, the second of which came while the first was put right: neither hides the other.
    static func together(_ error: any Error, _ other: any Error) -> any Error {
        guard var error = error as? ReelError else { return error }
        error.cause += "; and then: \(other)"
        return error
    }
}
