package import RecordingTypes

extension SessionEvent {
    /// The sentence that is spoken, for somebody who looks at the arm and not at the screen; nil for what can wait
    /// until he looks. LeRobot's own sentences where it has them.
    package var sentence: String? {
        switch self {
        case .takeBegan(_, let episode): "Recording episode \(episode)"
        case .takeJudged(_, let findings): findings.first.map { "Look at this take: \($0.words)" }
        case .episodeIsRepeated: "Re-record episode"
        case .resetBegan: "Reset the environment"
        case .recordingEnded: "Stop recording"
        case .deviceLost(let name): "\(name) has failed. Waiting for it"
        case .deviceBack(let name): "\(name) is back"
        case .deviceGone(let name, _): "\(name) did not come back"
        case .deviceMayHold(let name, _): "\(name) could not be let go of"
        case .pedalLost: "The pedal is gone"
        case .diskIsFilling(let minutes): "The disk has room for \(minutes.counted("minute")) of recording"
        case .diskIsFull, .sessionFailed(reason: .diskFull, _): "The disk is full"
        case .sessionFailed: "The take has failed"
        case .takeUnwanted, .takeDropped: "Dropped"
        case .dropRefused: "Not dropped"
        case .dropTooLate: "Too late, it is in the dataset"
        case .takeSetAside(let take, _): "Take \(take) cannot be encoded and was set aside"
        case .encoderDied(_, isGivenUp: false): "The encoder was restarted"
        case .encoderDied(_, isGivenUp: true): "Encoding has stopped. Recording goes on"
        case .pageIsThere, .pageIsShown, .pageIsMissing, .pageDied, .pageSays, .askedTooLate,
            .preparing, .cameraIsSlow, .loopIsOrdinary, .loopLostRealTime, .takeEnded, .takeCutShort, .takeKept,
            .takeDiscarded, .phaseFailed, .robotApproaches, .picturesDamaged, .deviceNotReleased, .takeUnwritten,
            .takeSaved, .takeUnsafe, .dropAsked, .nothingToDrop,
            .episodePublished, .takeIncomplete, .takeNotEncoded, .toldToEnd, .encodingWaits, .takesWait,
            .notConsolidated, .reportNotWritten:
            nil
        }
    }
}
