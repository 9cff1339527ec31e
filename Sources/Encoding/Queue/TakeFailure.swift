import RecordingTypes

/// Why a take could not be encoded or published.
struct TakeFailure {
    /// For people.
    var message: String
    /// Trying again would be of no use: it is to be set aside as soon as the operator has kept it.
    var goesAside: Bool

    /// It has ended the process too often.
    init(deaths: Int) {
        message = "it ended the encoder \(deaths.counted("time"))"
        goesAside = true
    }

    /// Its recorder could not make it whole on the disk, and has told of that itself, or is gone.
    static let abandoned = TakeFailure(message: "it is not whole on the disk", goesAside: false)

    /// What is wrong is no matter of this take: one before it is half published and cannot be finished.
    init(ofAnother error: any Error) { self.init(message: "\(error)", goesAside: false) }

    private init(message: String, goesAside: Bool) {
        self.message = message
        self.goesAside = goesAside
    }

    /// Judges an error, and the attempt it ended.
    /// - Parameters:
    ///   - error: What was thrown.
    ///   - attempts: Those of the take; the one that is going on ends.
    init(_ error: any Error, _ attempts: EncodingAttempts) {
        message = "\(error)"
        switch (error as? ReelError)?.kind {
        case .cancelled, .diskFull, .busy, .unavailable:
            // Not the take's fault.
            attempts.takeBack()
            goesAside = false
        case .damaged, .mismatch:
            attempts.fail()
            goesAside = true
        default:
            attempts.fail()
            goesAside = attempts.deaths >= EncodingAttempts.limit
        }
    }
}
