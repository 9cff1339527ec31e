package import RecordingTypes
package import SystemPackage

extension SessionEvent {
    /// The line that a terminal shows; nil for what the status line shows anyway.
    /// - Parameter root: the dataset's folder, for commands to type.
    /// - Returns: the line, without an end.
    package func line(root: FilePath) -> String? {
        switch self {
        case .preparing(let text): text
        case .cameraIsSlow(let name, let rate, let limit):
            "camera \(name.printable) gives \((rate * 10).rounded() / 10) pictures a second: "
                + "a take goes on for \(limit.seconds) s without one"
        case .loopIsOrdinary(let cause):
            "the control loop is no real-time thread (\(cause)): "
                + "where all cores are busy, ticks may begin some milliseconds late"
        case .loopLostRealTime(let cause): "the control loop did not stay a real-time thread: \(cause)"
        case .takeEnded(let take, let reason, _, _, let cause):
            reason.isFailure ? "take \(take) was ended: \(cause ?? reason.rawValue)" : nil
        case .takeCutShort(let take, _, let seconds, let isKept):
            "take \(take): \(Self.verdict(seconds: seconds, isKept: isKept))"
        case .takeJudged(let take, let findings):
            findings.isEmpty
                ? nil : "look at take \(take): \(findings.map(\.words).joined(separator: "; ").printable)"
        case .phaseFailed(let cause): cause
        case .robotApproaches(let robot): "\(robot) comes to where its leader is"
        case .deviceBack(let name): "\(name) is back"
        case .deviceMayHold(_, let cause): cause
        case .pedalLost(let cause): "\(cause) Keys do what the pedal did, and it is taken as soon as it can be"
        case .picturesDamaged(let take, let camera, let count): Self.damaged(take, camera, count)
        case .diskIsFilling(let minutes): "The disk has room for \(minutes.counted("minute")) of recording"
        case .takeSaved(let take): "take \(take) is saved"
        case .takeUnsafe(let take, let cause):
            "take \(take) is not safe: \(cause). What is on the disk comes back with reel recover"
        case .takeUnwanted(let take): "take \(take) will not be kept"
        case .dropAsked(let take): "take \(take) is being dropped"
        case .takeDropped(let take): "take \(take) is dropped"
        case .dropRefused(let take, let cause): "take \(take): \(cause); it counts again"
        case .dropTooLate(let take, let episode):
            "too late: take \(take) is episode \(episode) of the dataset; when the session is over: "
                + "reel edit \(ShellWord.path(root)) --delete-episode \(episode)"
        case .nothingToDrop: "there is no take that could be dropped"
        case .takeIncomplete(let take, let cause), .takeNotEncoded(let take, let cause): "take \(take): \(cause)"
        case .takeSetAside(let take, let cause): "take \(take) was set aside: \(cause)"
        case .encoderDied(let cause, isGivenUp: false): "\(cause); it is started again"
        case .encoderDied(let cause, isGivenUp: true):
            "\(cause); it is not started again; recording goes on, and `reel encode` does what waits"
        case .pageIsThere(let address): "page: \(address)"
        case .pageIsShown(let address?, _):
            // A raw terminal goes down, and not back, at a line's end.
            (QRCode.lines(address) ?? []).map { "\($0)\n\r" }.joined() + address
        case .pageIsShown(nil, let cause): "reel: \(cause)"
        case .pageIsMissing(let cause):
            "there is no page: \(cause) (--reel.page_host and --reel.page_port say where it listens)"
        case .pageDied(let cause, isGivenUp: false): "\(cause); it is started again"
        case .pageDied(let cause, isGivenUp: true): "\(cause); it is not started again; recording goes on without"
        case .pageSays(let text): text.printable
        case .askedTooLate: "what was asked for at the page came too late: that was over"
        case .encodingWaits:
            "what waits is being encoded; Ctrl-C again leaves it for reel encode \(ShellWord.path(root))"
        case .takeBegan, .takeKept, .takeDiscarded, .episodeIsRepeated, .resetBegan, .recordingEnded, .deviceLost,
            .deviceGone, .deviceNotReleased, .diskIsFull, .takeUnwritten, .episodePublished, .sessionFailed,
            .toldToEnd, .takesWait, .notConsolidated, .reportNotWritten:
            nil
        }
    }

    static func damaged(_ take: Int, _ camera: String, _ count: Int) -> String {
        "take \(take): \(count.counted("picture")) of the camera \(camera.printable) came damaged and "
            + "\(count == 1 ? "was" : "were") left out; rows show the one before"
    }

    /// What becomes of a take that a failure ended.
    static func verdict(seconds: Int, isKept: Bool) -> String {
        isKept ? "its \(seconds) s are kept" : "it has less than a second and is not kept"
    }
}
