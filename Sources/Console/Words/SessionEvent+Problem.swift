package import RecordingTypes
package import SystemPackage

/// Something that went wrong in a session, as it is told when the session is over.
package struct SessionProblem: Sendable, Equatable {
    /// Where it stands among the others: what ended the session comes first, then take by take, then what is left to
    /// do.
    package enum Place: Sendable, Hashable, Comparable {
        case session
        case take(Int)
        case end
    }

    package var place: Place
    package var text: String
    /// What more than one event may tell of.
    package var cause: String
}

extension SessionEvent {
    /// What of it belongs in the list at the end, and makes the exit status 3; nil when nothing went wrong.
    /// - Parameter root: the dataset's folder, for commands to type.
    /// - Returns: the problem and its place.
    package func problem(root: FilePath) -> SessionProblem? {
        switch self {
        case .diskIsFull(let cause, let episodes):
            Self.ofSession("\(cause), so the session ended after \(episodes.counted("episode"))")
        case .sessionFailed(_, let cause): Self.ofSession("the session ended: \(cause)")
        case .deviceGone(let name, let cause):
            Self.ofSession("the session ended because \(name) did not come back: \(cause)")
        case .deviceNotReleased(let cause): Self.ofSession(cause)
        case .picturesDamaged(let take, let camera, let count):
            SessionProblem(
                place: .take(take), text: Self.damaged(take, camera, count),
                cause: "\(count) damaged pictures of the camera \(camera.printable)")
        case .takeEnded(let take, reason: .terminated, let rows, let seconds, _):
            Self.of(
                take,
                "the session was told to end while it was recorded" + (rows > 0 ? "; its \(seconds) s are kept" : ""))
        case .takeCutShort(let take, let cause, let seconds, let isKept):
            SessionProblem(
                place: .take(take),
                text: "take \(take) was ended: \(cause); \(Self.verdict(seconds: seconds, isKept: isKept))",
                cause: cause)
        case .takeUnwritten(let take, let cause), .takeUnsafe(let take, let cause), .dropRefused(let take, let cause),
            .takeIncomplete(let take, let cause), .takeNotEncoded(let take, let cause):
            Self.of(take, cause)
        case .takeSetAside(let take, let cause):
            SessionProblem(place: .take(take), text: "take \(take) was set aside: \(cause)", cause: cause)
        case .toldToEnd(let signal): Self.atTheEnd("\(signal) ended the session")
        case .takesWait(let count):
            Self.atTheEnd(
                "\(count.counted("take waits", "takes wait")) to be encoded: reel encode \(ShellWord.path(root))")
        case .notConsolidated(let cause), .reportNotWritten(let cause): Self.atTheEnd(cause)
        case .pageIsThere, .pageIsShown, .pageIsMissing, .pageDied, .pageSays, .askedTooLate,
            .preparing, .cameraIsSlow, .loopIsOrdinary, .loopLostRealTime, .takeBegan, .takeEnded, .takeJudged,
            .takeKept,
            .takeDiscarded, .episodeIsRepeated,
            .resetBegan, .phaseFailed, .robotApproaches, .recordingEnded, .deviceLost, .deviceBack, .deviceMayHold,
            .pedalLost,
            .diskIsFilling, .takeSaved, .takeUnwanted, .dropAsked, .takeDropped, .dropTooLate, .nothingToDrop,
            .episodePublished,
            .encoderDied, .encodingWaits:
            nil
        }
    }

    private static func ofSession(_ text: String) -> SessionProblem {
        SessionProblem(place: .session, text: text, cause: text)
    }

    private static func of(_ take: Int, _ cause: String) -> SessionProblem {
        SessionProblem(place: .take(take), text: "take \(take): \(cause)", cause: cause)
    }

    private static func atTheEnd(_ text: String) -> SessionProblem {
        SessionProblem(place: .end, text: text, cause: text)
    }
}
