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
    }

    /// Takes and reset phases, one after the other, until there are enough episodes or the session must end.
    func recordEpisodes(loop: ControlLoop, ring: TickRing, disk: DiskWatch, firstTake: Int) {
        var progress = Progress(take: firstTake, start: .now + lead(loop))
        while kept.count < configuration.episodeCount && !progress.isOver {
            if let refusal = disk.refusal {
                problems.append("\(refusal), so the session ended after \(kept.count) episodes")
                voice.say("The disk is full")
                break
            }
            recordEpisode(&progress, loop, ring)
        }
        voice.say("Stop recording")
    }

    /// One take and the reset phase after it.
    private func recordEpisode(_ progress: inout Progress, _ loop: ControlLoop, _ ring: TickRing) {
        let take = progress.take
        progress.take += 1
        voice.say("Recording episode \(kept.count)")
        status.enter(
            .recording, episode: kept.count + 1, rowLimit: configuration.episodeRows, start: progress.start)
        let result = loop.record(take: take, start: progress.start, rowLimit: configuration.episodeRows)
        noteWait(&progress.waiting, nextTick: result.firstTick)
        note(result, loop.takeLateness, take: take)
        progress.waiting = (take, result.endedAt)
        progress.start = max(result.endedAt, .now + lead(loop))

        var requests = result.requests
        progress.isOver = !requests.isDisjoint(with: [.stop, .interrupt])
        var isWorthKeeping = result.ending.rows > 0 && !requests.contains(.interrupt)
        if result.ending.reason.isFailure {
            isWorthKeeping = result.ending.rows >= configuration.fps
            requests.formUnion(copeWithFailure(of: take, result, isWorthKeeping, &progress, loop))
        }
        let isLast = kept.count + (isWorthKeeping ? 1 : 0) == configuration.episodeCount
        let isResetWanted = isWorthKeeping || result.ending.reason.isFailure
        if isResetWanted && !progress.isOver && configuration.resetRows > 0 && (!isLast || requests.contains(.again)) {
            if isWorthKeeping { kept.begin(pending: take) }
            requests.formUnion(reset(&progress, loop))
        }
        let isDropped = kept.endPending()
        if requests.contains(.again) { voice.say("Re-record episode") }
        let (outcome, note) = (input.takeOutcome(), input.takeNote())
        if isWorthKeeping && !isDropped && !requests.contains(.again) {
            ring.push(.keep(take: take, outcome: outcome, note: note))
            kept.keep(take)
        } else {
            ring.push(.discard(take: take))
        }
        // The next row's deadline when the time was up; a moment from now when something else ended the phase.
        progress.start = max(progress.start, .now + lead(loop))
    }

    /// The reset phase; begun anew when a device fails in it and comes back. Returns what the operator asked for.
    private func reset(_ progress: inout Progress, _ loop: ControlLoop) -> Set<OperatorInput.Request> {
        var requests: Set<OperatorInput.Request> = []
        while true {
            voice.say("Reset the environment")
            status.enter(
                .resetting, episode: kept.count + 1, rowLimit: configuration.resetRows, start: progress.start)
            let reset = loop.reset(start: progress.start, rowLimit: configuration.resetRows)
            if let (take, _) = progress.waiting {
                noteWait(&progress.waiting, nextTick: reset.firstTick)
                progress.waiting = (take, reset.endedAt)
            }
            requests.formUnion(reset.requests)
            progress.start = reset.endedAt
            progress.isOver = !requests.isDisjoint(with: [.stop, .interrupt])
            guard let failure = reset.failure else { return requests }
            status.tell(failure.message)
            requests.formUnion(waitForReturn(after: failure, &progress, loop))
            if progress.isOver { return requests }
        }
    }

    // MARK: - Failures

    /// Says what became of a take that something ended, and waits for the device where it was one.
    private func copeWithFailure(
        of take: Int, _ result: ControlLoop.TakeResult, _ isWorthKeeping: Bool, _ progress: inout Progress,
        _ loop: ControlLoop
    ) -> Set<OperatorInput.Request> {
        let failure = DeviceFailure(
            reason: result.ending.reason, message: result.ending.message ?? "\(result.ending.reason)",
            device: result.device)
        let seconds = result.ending.rows / configuration.fps
        let verdict =
            isWorthKeeping
            ? "its \(seconds) s are kept" : "it has less than a second and is not kept"
        status.tell("take \(take) was ended: \(failure.message); \(verdict)")
        ledger.update(take) { $0.problem = "take \(take) was ended: \(failure.message); \(verdict)" }
        guard result.device != nil else {
            progress.isOver = true
            problems.append("the session ended: \(failure.message)")
            voice.say(failure.reason == .diskFull ? "The disk is full" : "The take has failed")
            return []
        }
        return waitForReturn(after: failure, &progress, loop)
    }

    private func waitForReturn(
        after failure: DeviceFailure, _ progress: inout Progress, _ loop: ControlLoop
    ) -> Set<OperatorInput.Request> {
        // A wait for a cable says nothing about the recorder's own.
        progress.waiting = nil
        let (isBack, requests) = DeviceReturn(session: self).wait(after: failure)
        progress.start = .now + lead(loop)
        progress.isOver = !isBack || !requests.isDisjoint(with: [.stop, .interrupt])
        return requests
    }

    // MARK: - Figures

    /// The wait is what lies between the end of one phase and the first tick of the next; of the two after a take (into
    /// the reset, and out of it) the longer one counts.
    private func noteWait(_ waiting: inout (take: Int, since: MonotonicTime)?, nextTick: MonotonicTime) {
        guard let (take, since) = waiting else { return }
        let wait = max(.zero, nextTick - since)
        ledger.update(take) { $0.wait = max($0.wait ?? .zero, wait) }
        waiting = nil
    }

    private func note(_ result: ControlLoop.TakeResult, _ lateness: TickLateness, take: Int) {
        let seconds = (result.endedAt - result.firstTick).seconds
        ledger.noteLateness(lateness, take: take)
        ledger.update(take) {
            $0.rows = result.ending.rows
            $0.firstTick = result.firstTick
            $0.lateTicks = result.ending.lateTicks
            $0.repeatedFrames = result.ending.repeatedFrames
            $0.oldestPictures = result.oldestPictures
            $0.rate = seconds > 0 ? Double(result.ending.rows - result.ending.lateTicks) / seconds : 0
        }
    }
}
