import RecordingTypes

/// Dropping takes again: until a take is an episode of the dataset, the operator may change his mind.
extension RecordingSession {
    /// Drops the newest take, as the operator asked; says so, or why not.
    func undo(_ ring: TickRing) {
        switch kept.drop(unless: { ledger.episode(of: $0) != nil }) {
        case .pending(let take):
            status.tell("take \(take) will not be kept")
            voice.say("Dropped")
        case .kept(let take):
            status.tell("take \(take) is being dropped")
            ring.push(.drop(take: take))
        case .nothing:
            guard let take = kept.last, let episode = ledger.episode(of: take) else {
                return status.tell("there is no take that could be dropped")
            }
            tooLate(take, episode)
        }
    }

    /// The encoder process has published a take.
    package func notePublished(take: Int, episode: Int, videoBytes: Int) {
        ledger.notePublished(take: take, episode: episode, videoBytes: videoBytes)
        if kept.notePublished(take) { tooLate(take, episode) }
    }

    /// The encoder process has removed a take that was discarded or dropped.
    package func noteRemoved(take: Int) {
        guard kept.noteGone(take) else { return }
        ledger.noteDropped(take: take)
        status.tell("take \(take) is dropped")
        voice.say("Dropped")
    }

    private func tooLate(_ take: Int, _ episode: Int) {
        status.tell(
            "too late: take \(take) is episode \(episode) of the dataset; when the session is over: "
                + "reel edit \(configuration.root) --delete-episode \(episode)")
        voice.say("Too late, it is in the dataset")
    }
}
