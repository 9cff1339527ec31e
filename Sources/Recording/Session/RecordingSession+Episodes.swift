import Platform
import RecordingTypes
import Spool

extension RecordingSession {
    /// How long before its first row a take must be announced: simulated cameras draw half a period ahead.
    private func lead(_ loop: ControlLoop) -> Duration { loop.period * 3 / 5 }

    /// What is carried from one phase to the next.
    private struct Progress {
        var take: Int
        /// When the next phase begins.
        var start: MonotonicTime
        /// The take whose wait is known when the next phase has begun, and when it was over.
        var waiting: (take: Int, since: MonotonicTime)?
        /// No further take.
        var isOver = false
        /// The device that ended the last take, and how many in a row it has ended.
        var failing: DeviceFailure.Device?
        var failures = 0
    }

    /// Takes and reset phases, one after the other, until there are enough episodes or the session must end.
    func recordEpisodes(loop: ControlLoop, intake: TakeIntake, firstTake: Int) {
        var progress = Progress(take: firstTake, start: .now + lead(loop))
        while takes.keptCount < configuration.episodeCount && !progress.isOver {
            if let refusal = intake.refusal {
                tell(.diskIsFull(cause: refusal, episodes: takes.keptCount))
                break
            }
            if let failure = intake.failure {
                // It came after the last take's end.
                end(&progress, because: failure.message, failure.reason)
                break
            }
            recordEpisode(&progress, loop, intake)
        }
        tell(.recordingEnded)
    }

    /// One take and the reset phase after it.
    private func recordEpisode(_ progress: inout Progress, _ loop: ControlLoop, _ intake: TakeIntake) {
        align(&progress, loop)
        guard !progress.isOver else { return }
        let take = progress.take
        progress.take += 1
        tell(.takeBegan(take: take, episode: takes.keptCount))
        enter(
            .recording, take: take, episode: takes.keptCount + 1, rowLimit: configuration.episodeRows,
            start: progress.start)
        let damagedBefore = cameras.map(\.damagedCount)
        let result = loop.record(take: take, start: progress.start, rowLimit: configuration.episodeRows)
        leavePhase()
        noteWait(&progress.waiting, nextTick: result.firstTick)
        note(result, loop.takeLateness, take: take)
        let (ending, seconds) = (result.ending, result.ending.rows / configuration.fps)
        tell(
            .takeEnded(take: take, reason: ending.reason, rows: ending.rows, seconds: seconds, cause: ending.message))
        for (camera, before) in zip(cameras, damagedBefore) where camera.damagedCount > before {
            tell(.picturesDamaged(take: take, camera: camera.name, count: camera.damagedCount - before))
        }
        progress.waiting = (take, result.endedAt)
        progress.start = max(result.endedAt, .now + lead(loop))

        var requests = result.requests
        progress.isOver = !requests.isDisjoint(with: OperatorInput.endings)
        var isWorthKeeping = result.ending.rows > 0 && !requests.contains(.interrupt)
        if result.ending.reason.isFailure {
            requests.formUnion(copeWithFailure(of: take, result, &progress, loop))
            isWorthKeeping = isWorthKeepingAfterFailure(take)
        } else {
            progress.failures = 0
        }
        let isLast = takes.keptCount + (isWorthKeeping ? 1 : 0) == configuration.episodeCount
        let isResetWanted = isWorthKeeping || result.ending.reason.isFailure
        if isResetWanted && !progress.isOver && configuration.resetRows > 0 && (!isLast || requests.contains(.again)) {
            if isWorthKeeping { takes.holdOpen(take) }
            requests.formUnion(reset(after: take, &progress, loop))
        }
        let isDropped = takes[take]?.standing == .unwanted
        if requests.contains(.again) { tell(.episodeIsRepeated) }
        let (outcome, note) = (input.takeOutcome(of: take), input.takeNote(on: take))
        if isWorthKeeping && !isDropped && !requests.contains(.again) {
            takes.keep(take)
            tell(.takeKept(take: take))
            intake.decide(take, .keep(outcome: outcome, note: note))
        } else {
            takes.discard(take)
            tell(.takeDiscarded(take: take))
            intake.decide(take, .discard)
        }
        // The next row's deadline when the time was up; a moment from now when something else ended the phase.
        progress.start = max(progress.start, .now + lead(loop))
    }

    /// The reset phase; begun anew when a device fails in it and comes back. Returns what the operator asked for.
    private func reset(
        after take: Int, _ progress: inout Progress, _ loop: ControlLoop
    ) -> Set<OperatorInput.Request> {
        var requests: Set<OperatorInput.Request> = []
        while true {
            requests.formUnion(align(&progress, loop))
            guard !progress.isOver else { return requests }
            tell(.resetBegan)
            enter(
                .resetting, take: take, episode: takes.keptCount + 1, rowLimit: configuration.resetRows,
                start: progress.start)
            let reset = loop.reset(after: take, start: progress.start, rowLimit: configuration.resetRows)
            leavePhase()
            if let (take, _) = progress.waiting {
                noteWait(&progress.waiting, nextTick: reset.firstTick)
                progress.waiting = (take, reset.endedAt)
            }
            requests.formUnion(reset.requests)
            progress.start = reset.endedAt
            progress.isOver = !requests.isDisjoint(with: OperatorInput.endings)
            guard let failure = reset.failure else { return requests }
            tell(.phaseFailed(cause: failure.message))
            if failure.reason == .stoodStill {
                goOn(&progress, loop)
            } else {
                requests.formUnion(waitForReturn(after: failure, &progress, loop))
            }
            if progress.isOver { return requests }
        }
    }

    /// Brings the robot to its leader before a phase, where nobody has led it just now.
    @discardableResult
    private func align(_ progress: inout Progress, _ loop: ControlLoop) -> Set<OperatorInput.Request> {
        var requests: Set<OperatorInput.Request> = []
        while !progress.isOver {
            let (hasMoved, failure) = loop.align(atMost: configuration.alignTime)
            // A way that the robot goes says nothing about the recorder's own waits.
            if hasMoved { goOn(&progress, loop) }
            guard let failure else { break }
            tell(.phaseFailed(cause: failure.message))
            if isAgain(failure, &progress) {
                end(&progress, because: failure.message, failure.reason)
            } else {
                requests.formUnion(waitForReturn(after: failure, &progress, loop))
            }
        }
        return requests
    }

    /// The next phase begins a moment from now, and what was before it is no wait of the recorder's.
    private func goOn(_ progress: inout Progress, _ loop: ControlLoop) {
        progress.waiting = nil
        progress.start = .now + lead(loop)
    }

    // MARK: - Failures

    /// Says what became of a take that something ended, and waits for the device where it was one.
    private func copeWithFailure(
        of take: Int, _ result: ControlLoop.TakeResult, _ progress: inout Progress, _ loop: ControlLoop
    ) -> Set<OperatorInput.Request> {
        let failure = DeviceFailure(
            reason: result.ending.reason, message: result.ending.message ?? "\(result.ending.reason)",
            device: result.device)
        if failure.reason == .stoodStill {
            tellWhatIsLeft(of: take, failure, patience: .seconds(10))
            awaitPictures()
            goOn(&progress, loop)
            return []
        }
        guard failure.device != nil else {
            tellWhatIsLeft(of: take, failure, patience: .seconds(10))
            end(&progress, because: failure.message, failure.reason)
            return []
        }
        // Mostly the writer is a row behind. A device that failed is not left alone for it.
        let isKnown = tellWhatIsLeft(of: take, failure, patience: .milliseconds(250))
        var requests: Set<OperatorInput.Request> = []
        if isAgain(failure, &progress) {
            end(
                &progress, because: "\(progress.failures) takes in a row ended alike: \(failure.message)",
                failure.reason)
        } else {
            requests = waitForReturn(after: failure, &progress, loop)
        }
        if !isKnown { tellWhatIsLeft(of: take, failure, patience: .seconds(10)) }
        return requests
    }

    /// So many takes in a row that end alike end the session: nobody is there who mends it.
    private static let failureLimit = 3

    /// Whether takes have ended like this too often, one after the other.
    private func isAgain(_ failure: DeviceFailure, _ progress: inout Progress) -> Bool {
        progress.failures = progress.failing == failure.device ? progress.failures + 1 : 1
        progress.failing = failure.device
        return progress.failures >= Self.failureLimit
    }

    private func end(_ progress: inout Progress, because message: String, _ reason: TakeEndReason) {
        progress.isOver = true
        tell(.sessionFailed(reason: reason, cause: message))
    }

    /// Says how much of a take is stored, once the writer has said so.
    /// - Returns: false when it has not within `patience`; the next call says it then, and in the end from what was pushed.
    @discardableResult
    private func tellWhatIsLeft(of take: Int, _ failure: DeviceFailure, patience: Duration) -> Bool {
        let end = MonotonicTime.now + patience
        while takes[take]?.storedRows == nil {
            guard stored.wait(until: end) else { break }
        }
        let isKnown = takes[take]?.storedRows != nil
        guard isKnown || patience >= .seconds(1) else { return false }
        tell(
            .takeCutShort(
                take: take, cause: failure.message, seconds: (takes[take]?.rows ?? 0) / configuration.fps,
                isKept: isWorthKeepingAfterFailure(take)))
        return true
    }

    /// Less than a second that ended in a failure is of no use to anybody.
    private func isWorthKeepingAfterFailure(_ take: Int) -> Bool { takes[take]?.rows ?? 0 >= configuration.fps }

    private func waitForReturn(
        after failure: DeviceFailure, _ progress: inout Progress, _ loop: ControlLoop
    ) -> Set<OperatorInput.Request> {
        let (isBack, requests) = DeviceReturn(session: self).wait(after: failure)
        leavePhase()
        // A wait for a cable says nothing about the recorder's own.
        goOn(&progress, loop)
        progress.isOver = !isBack || !requests.isDisjoint(with: OperatorInput.endings)
        return requests
    }

    /// When the program stood still, the cameras' threads did too, and need a moment for a new picture.
    private func awaitPictures() {
        let limits = formats.map(StalePicture.limit)
        let end = MonotonicTime.now + (limits.max() ?? .zero)
        func isOld(_ index: Int) -> Bool {
            cameras[index].newest().map { MonotonicTime.now - $0.capturedAt > limits[index] } ?? true
        }
        while MonotonicTime.now < end, !input.isPending, cameras.indices.contains(where: isOld) {
            input.sleep(until: .now + .milliseconds(10))
        }
    }

    // MARK: - Figures

    /// The wait is what lies between the end of one phase and the first tick of the next; of the two after a take (into
    /// the reset, and out of it) the longer one counts.
    private func noteWait(_ waiting: inout (take: Int, since: MonotonicTime)?, nextTick: MonotonicTime) {
        guard let (take, since) = waiting else { return }
        let wait = max(.zero, nextTick - since)
        takes.update(take) { $0.wait = max($0.wait ?? .zero, wait) }
        waiting = nil
    }

    private func note(_ result: ControlLoop.TakeResult, _ lateness: TickLateness, take: Int) {
        let seconds = (result.endedAt - result.firstTick).seconds
        takes.noteLateness(lateness, take: take)
        takes.update(take) {
            $0.pushedRows = result.ending.rows
            $0.firstTick = result.firstTick
            $0.lateTicks = result.ending.lateTicks
            $0.repeatedFrames = result.ending.repeatedFrames
            $0.oldestPictures = result.oldestPictures
            $0.rate = seconds > 0 ? Double(result.ending.rows - result.ending.lateTicks) / seconds : 0
        }
    }
}
