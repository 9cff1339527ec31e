/// What happens in a recording session: each thing once, as a fact. How it is said, and to whom, is for those who
/// listen to know (the target `Console` has their words); a cause is a sentence for people, which names the file or the
/// device.
package enum SessionEvent: Sendable, Equatable {
    // MARK: - Before the first take

    /// Something is waited for, or was found and put in order.
    case preparing(String)
    /// A camera gives its pictures so slowly that a take goes on for so long without one.
    case cameraIsSlow(name: String, picturesPerSecond: Double, limit: Duration)
    /// The control loop runs as an ordinary thread, and why.
    case loopIsOrdinary(cause: String)

    // MARK: - Phases

    /// A take begins; its episode is counted from 0 in this session.
    case takeBegan(take: Int, episode: Int)
    /// It is over, with so many rows, which last so many seconds. A failure has its cause.
    case takeEnded(take: Int, reason: TakeEndReason, rows: Int, seconds: Int, cause: String?)
    /// What the writer says there is of a take that a failure ended, and whether that is worth keeping.
    case takeCutShort(take: Int, cause: String, seconds: Int, isKept: Bool)
    /// What of it is worth a look before the scene is put in order; nothing where it is like the others.
    case takeJudged(take: Int, findings: [TakeFinding])
    /// It will be an episode.
    case takeKept(take: Int)
    /// It will not.
    case takeDiscarded(take: Int)
    /// The operator wants the episode once more.
    case episodeIsRepeated
    /// Time to put the scene in order.
    case resetBegan
    /// A reset phase, or the robot's way to its leader's pose, could not go on.
    case phaseFailed(cause: String)
    /// The robot is far from its leader's pose and goes there.
    case robotApproaches(robot: String)
    /// No further take begins.
    case recordingEnded

    // MARK: - Devices

    /// It does not work and is waited for.
    case deviceLost(name: String)
    case deviceBack(name: String)
    /// It was waited for, or not, and the session ends without it.
    case deviceGone(name: String, cause: String)
    /// While it is waited for, it could not be told to let go.
    case deviceMayHold(name: String, cause: String)
    /// So many pictures of a camera came damaged in a take and were left out; rows that were due show the one before.
    case picturesDamaged(take: Int, camera: String, count: Int)
    /// The foot pedal cannot be had, and why; the keyboard goes on, and the pedal is taken as soon as it can be.
    case pedalLost(cause: String)
    /// At the end it could not be given back.
    case deviceNotReleased(cause: String)

    // MARK: - The disk

    /// There is room for so many minutes more; told once.
    case diskIsFilling(minutes: Int)
    /// No take may begin any more, after so many episodes.
    case diskIsFull(cause: String, episodes: Int)
    /// Something of a take could not be written: it ends before that.
    case takeUnwritten(take: Int, cause: String)
    /// A power cut would leave it whole and kept.
    case takeSaved(take: Int)
    /// It is not whole on the disk; what there is of it comes back with `reel recover`.
    case takeUnsafe(take: Int, cause: String)

    // MARK: - Dropping a take again

    /// The take whose reset phase goes on will not be kept.
    case takeUnwanted(take: Int)
    /// The encoder process is asked to drop a kept one.
    case dropAsked(take: Int)
    /// A kept one is gone.
    case takeDropped(take: Int)
    /// It could not be dropped, and counts again.
    case dropRefused(take: Int, cause: String)
    /// It is in the dataset.
    case dropTooLate(take: Int, episode: Int)
    case nothingToDrop

    // MARK: - The encoder process

    /// A take is an episode of the dataset.
    case episodePublished(take: Int, episode: Int)
    /// An episode lacks something of what was recorded.
    case takeIncomplete(take: Int, cause: String)
    /// A take could not be encoded or published; it is in the spool still.
    case takeNotEncoded(take: Int, cause: String)
    /// A take cannot be encoded, and waits until somebody asks for it.
    case takeSetAside(take: Int, cause: String)
    /// The process has ended by itself. Given up, it is not started again.
    case encoderDied(cause: String, isGivenUp: Bool)

    // MARK: - The page

    /// Its address, with the token.
    case pageIsThere(address: String)
    /// The operator wants it as a QR code; nil where there is no page, or none that a phone can reach, and why.
    case pageIsShown(address: String?, cause: String)
    /// Nobody can look at the session from elsewhere, and why. It goes on.
    case pageIsMissing(cause: String)
    /// The process that serves it has ended by itself. Given up, it is not started again.
    case pageDied(cause: String, isGivenUp: Bool)
    /// It has something to say: "Foxglove is at ws://…".
    case pageSays(String)
    /// Somebody asked for something at the moment at which what he meant was over.
    case askedTooLate

    // MARK: - The end

    /// The control loop was a real-time thread, and did not stay one.
    case loopLostRealTime(cause: String)
    /// The session could not go on.
    case sessionFailed(reason: TakeEndReason, cause: String)
    /// A signal ended it, from outside.
    case toldToEnd(signal: String)
    /// The operator called it off while the encoder is at what waits: once more leaves that for later.
    case encodingWaits
    /// So many takes wait for `reel encode`.
    case takesWait(count: Int)
    /// Everything is in the dataset, and small files were not joined.
    case notConsolidated(cause: String)
    /// There is no file with the session's figures.
    case reportNotWritten(cause: String)

    /// Whether it tells where something is, for programs too, and only here: with the token that lets one in.
    package var isAddress: Bool {
        switch self {
        case .pageIsThere, .pageIsShown: true
        default: false
        }
    }
}

/// Somebody who wants to know what happens in a session.
package protocol SessionListener: Sendable {
    /// Called for each event, in order for each thread that tells; some are told by the control loop's thread between
    /// two ticks. It must not wait for anything: what takes time is put into a queue with a bound.
    func hear(_ event: SessionEvent)
}
