import RecordingTypes

/// Dropping takes again: until a take is an episode of the dataset, the operator may change his mind.
extension RecordingSession {
    /// Drops the newest take, as the operator asked; says so, or why not.
    func undo(_ intake: TakeIntake) {
        switch takes.drop() {
        case .pending(let take): tell(.takeUnwanted(take: take))
        case .kept(let take):
            tell(.dropAsked(take: take))
            intake.decide(take, .drop)
        case .tooLate(let take, let episode): tell(.dropTooLate(take: take, episode: episode))
        case .nothing: tell(.nothingToDrop)
        }
    }
}
