import RecordingTypes

/// Dropping takes again: until a take is an episode of the dataset, the operator may change his mind.
extension RecordingSession {
    /// Drops the newest take, as the operator asked; says so, or why not.
    func undo(_ intake: TakeIntake) {
        switch takes.drop() {
        case .pending(let take):
            status.tell("take \(take) will not be kept")
            voice.say("Dropped")
        case .kept(let take):
            status.tell("take \(take) is being dropped")
            intake.decide(take, .drop)
        case .tooLate(let take, let episode):
            tooLate(take, episode)
        case .nothing:
            status.tell("there is no take that could be dropped")
        }
    }

    /// The encoder process has published a take.
    package func notePublished(take: Int, episode: Int, videoBytes: Int) {
        if takes.notePublished(take: take, episode: episode, videoBytes: videoBytes) { tooLate(take, episode) }
    }

    /// The encoder process has removed a take that was discarded or dropped.
    package func noteRemoved(take: Int) {
        guard takes.noteRemoved(take: take) else { return }
        status.tell("take \(take) is dropped")
        voice.say("Dropped")
    }

    /// The encoder process could not encode, publish or drop a take; it is in the spool still.
    package func noteFailed(take: Int, _ message: String) {
        let isGivenBack = takes.noteFailed(take: take, message)
        status.tell("take \(take): \(message)" + (isGivenBack ? "; it counts again" : ""))
        if isGivenBack { voice.say("Not dropped") }
    }

    private func tooLate(_ take: Int, _ episode: Int) {
        status.tell(
            "too late: take \(take) is episode \(episode) of the dataset; when the session is over: "
                + "reel edit \(ShellWord.path(configuration.root)) --delete-episode \(episode)")
        voice.say("Too late, it is in the dataset")
    }
}
