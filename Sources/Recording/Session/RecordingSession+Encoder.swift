package import RecordingTypes

/// What the encoder process says, put down in the book of takes and told on.
extension RecordingSession {
    /// From the thread that reads what the process says; waits for nobody.
    package func note(_ event: EncoderEvent) {
        switch event {
        case .progress(let take, let done, _): takes.noteProgress(take: take, pictures: done)
        case .encoded(let take, let seconds): takes.noteEncoded(take: take, seconds: seconds)
        case .published(let take, let episode, _, let videoBytes):
            notePublished(take: take, episode: episode, videoBytes: videoBytes)
        case .removed(let take): noteRemoved(take: take)
        case .failed(let take, let message):
            let isGivenBack = takes.noteFailed(take: take)
            tell(
                isGivenBack
                    ? .dropRefused(take: take, cause: message) : .takeNotEncoded(take: take, cause: message))
        case .setAside(let take, let message):
            takes.noteSetAside(take: take)
            tell(.takeSetAside(take: take, cause: message))
        case .incomplete(let take, let message): tell(.takeIncomplete(take: take, cause: message))
        case .idle: break
        }
        status.showEncoding(of: takes)
    }

    /// The process has died.
    package func note(_ trouble: EncoderProcess.Trouble) {
        status.noteEncoderTrouble(isGivenUp: trouble.isGivenUp)
        tell(.encoderDied(cause: trouble.message, isGivenUp: trouble.isGivenUp))
    }

    /// A take is an episode, also where it should have been dropped.
    func notePublished(take: Int, episode: Int, videoBytes: Int) {
        let isTooLate = takes.notePublished(take: take, episode: episode, videoBytes: videoBytes)
        tell(.episodePublished(take: take, episode: episode))
        if isTooLate { tell(.dropTooLate(take: take, episode: episode)) }
    }

    /// A take that was discarded or dropped is gone.
    func noteRemoved(take: Int) {
        if takes.noteRemoved(take: take) { tell(.takeDropped(take: take)) }
    }
}
