import LeRobotDataset
import Platform
package import RecordingTypes
package import Spool
import Synchronization
import SystemPackage

/// Decides which take is encoded and published when: encoded as the schedule says and where there is room, published in
/// the order recorded. All state belongs to the thread that calls `run`; other threads post messages to it.
package final class EncodingQueue: @unchecked Sendable {  // All but `inbox` and `arrived` is touched in `run` alone.
    /// What other threads tell the queue.
    package enum Message: Sendable {
        case command(EncoderCommand)
        /// No command will come any more: finish what is in hand, then stop.
        case commandsEnded
        /// What becomes of a take that is being encoded.
        case job(take: Int, EncodingNews)
        /// Stop now; what is in work is given up, nothing is lost.
        case stop
    }

    private let spool: SpoolDirectory
    private let publisher: EpisodePublisher
    private let jobs: any EncodingJobs
    private let schedule: EncodingSchedule
    private let report: @Sendable (EncoderEvent) -> Void

    private let inbox = Mutex<[Message]>([])
    private let arrived = Semaphore()

    private var takes: UnpublishedTakes
    /// What was told to be published since this process began.
    private var told: Set<Int> = []
    private var isFinishing = false
    private var isEnding = false
    private var isStopping = false
    private var reportedIdle = false

    /// - Parameters:
    ///   - spool: where the takes are; the caller holds its lock, or works for the process that does.
    ///   - publisher: makes episodes of encoded takes.
    ///   - jobs: where they are encoded.
    ///   - schedule: when a take may start.
    ///   - selects: whether a take may be encoded at all.
    ///   - report: called on the queue's thread with each event.
    package init(
        spool: SpoolDirectory, publisher: EpisodePublisher, jobs: any EncodingJobs, schedule: EncodingSchedule,
        selects: @escaping @Sendable (Int) -> Bool = { _ in true },
        report: @escaping @Sendable (EncoderEvent) -> Void
    ) {
        self.spool = spool
        self.publisher = publisher
        self.jobs = jobs
        self.schedule = schedule
        self.report = report
        takes = UnpublishedTakes(schedule: schedule, selects: selects)
    }

    /// Tells the queue something. From any thread; the inbox holds at most one message a command and
    /// camera.
    package func post(_ message: Message) {
        inbox.withLock { $0.append(message) }
        arrived.post()
    }

    /// Works until the commands have ended and all that is in hand is done, or until it is told to stop.
    package func run() throws {
        let finished = try publisher.begin()
        for take in try spool.takes() where take.state == .kept || take.state == .recorded {
            takes.know(take)
        }
        try spool.removeDiscarded()
        if let finished { tell(finished) }
        advance()
        while !isOver {
            var waits = MonotonicTime.now + .milliseconds(250)
            if !takes.isAtWork { waits = waits + .seconds(3600) }
            _ = arrived.wait(until: waits)
            for message in takeMessages() { handle(message) }
            advance()
            reportProgress()
        }
        for take in takes.inOrder { take.job?.cancel() }
        // What was called off is not held against the takes.
        for take in takes.inOrder { take.attempts.takeBack() }
        waitForCancelledJobs()
    }

    private func takeMessages() -> [Message] {
        inbox.withLock { messages in
            defer { messages = [] }
            return messages
        }
    }

    /// A process should not end while its threads are inside an encoder; but it is not held up by them either.
    private func waitForCancelledJobs() {
        let end = MonotonicTime.now + .seconds(2)
        while takes.isAtWork, arrived.wait(until: end) {
            for case .job(let number, .ended) in takeMessages() { _ = takes.end(number) }
        }
    }

    /// When commands have ended, what was released is still done; after `finish` that is all that is kept.
    private var isOver: Bool { isStopping || isEnding && takes.isDone }

    // MARK: - Messages

    private func handle(_ message: Message) {
        switch message {
        case .command(.begun(let number)):
            if schedule == .streaming { lookUp(number) }
        case .command(.recorded(let number)):
            lookUp(number)
            takes[number]?.job?.seal()
            takes[number]?.isSealed = true
        case .command(.abandoned(let number)):
            takes[number]?.fail(.abandoned)
        case .command(.kept(let number)):
            lookUp(number)
            takes[number]?.isSealed = true
            takes[number]?.isKept = true
        case .command(.discarded(let number)):
            discard(number)
        case .command(.dropped(let number)):
            drop(number)
        case .command(.encodeWaiting):
            takes.release(isFinishing: true)
        case .command(.finish):
            isFinishing = true
        case .commandsEnded:
            isEnding = true
            // A take whose recorder is gone gets no further; recovery closes it. One that waits for its turn must not get it:
            // nobody would ever say that it is whole.
            for take in takes.inOrder where !take.isSealed {
                if let job = take.job { job.cancel() } else { take.fail(.abandoned) }
            }
        case .stop:
            isStopping = true
        case .job(let number, .ended(let result)):
            end(number, result)
        case .job(_, .partDone):
            break
        }
    }

    private func discard(_ number: Int) {
        if takes.discard(number) { removeDiscarded(number) }
    }

    /// Removes a take that was kept. Publishing happens on this thread too, so a take that is still there now is no
    /// episode, unless one is half published; of one that is gone it was told when it became an episode. Where it was
    /// not, an earlier process was asked too, and died when it had removed the take and not told of it: of an episode
    /// the recorder hears before this process begins, and then it does not ask.
    private func drop(_ number: Int) {
        do {
            guard var take = try spool.take(number) else {
                if !told.contains(number) { report(.removed(take: number)) }
                return
            }
            guard !publisher.isHalfDone else {
                throw ReelError(
                    .busy, "drop the take", subject: take.path.string,
                    cause: "an episode is half published, and must be finished first")
            }
            try take.move(to: .discarded)
            FaultPoint.reached("encode.take-dropped")
        } catch {
            return report(.failed(take: number, message: "\(error)"))
        }
        discard(number)
    }

    private func lookUp(_ number: Int) {
        guard takes[number] == nil, let take = try? spool.take(number) else { return }
        takes.know(take)
    }

    // MARK: - Progress

    private func advance() {
        if !isEnding || isFinishing { takes.release(isFinishing: isFinishing) }
        beginJobs()
        for take in takes.inOrder {
            setAside(take)
            if takes.mayPublish(take) { publish(take) }
        }
        beginJobs()
        if isFinishing && takes.isDone && !reportedIdle {
            reportedIdle = true
            report(.idle)
        }
    }

    private func beginJobs() {
        for take in takes.inOrder {
            let isUrgent = takes.isUrgent(take)
            // Not before its turn: a process that dies is held against the takes that it had begun.
            if take.isWaiting, jobs.hasRoom || isUrgent, takes.mayBegin(take) { begin(take) }
            if isUrgent { take.job?.hasten() }
        }
    }

    private func begin(_ take: UnpublishedTake) {
        guard take.attempts.deaths < EncodingAttempts.limit else {
            return take.fail(TakeFailure(deaths: take.attempts.deaths))
        }
        do {
            let number = take.take.number
            let work = try TakeToEncode.find(number, in: spool, isWhole: take.isSealed)
            try take.attempts.begin()
            take.begin(jobs.begin(work) { [self] in post(.job(take: number, $0)) })
        } catch {
            fail(take, error)
        }
    }

    /// Nobody works on the take any more.
    private func end(_ number: Int, _ result: Result<EncodedTake, any Error>) {
        if takes.end(number) { return removeDiscarded(number) }
        guard let take = takes[number], !take.hasFailed else { return }
        switch result {
        case .success: report(.encoded(take: number, seconds: take.noteEncoded()))
        case .failure(let error): fail(take, error)
        }
    }

    private func publish(_ take: UnpublishedTake) {
        do {
            if let finished = try publisher.finishStopped() { tell(finished) }
        } catch {
            let failure = TakeFailure(ofAnother: error)
            take.fail(failure)
            return report(.failed(take: take.take.number, message: failure.message))
        }
        do {
            try take.attempts.begin()
            let published = try spool.reading(take: take.take.number) { try publisher.publish($0) }
            takes.forget(take.take.number)
            for event in published { tell(event) }
            try publisher.noteTold()
        } catch {
            fail(take, error)
        }
    }

    private func tell(_ event: EncoderEvent) {
        if case .published(let take, _, _, _) = event { told.insert(take) }
        report(event)
    }

    private func fail(_ take: UnpublishedTake, _ error: any Error) {
        var failure = TakeFailure(error, take.attempts)
        // Files of an episode that is half published must stay where the next opening looks for them.
        if publisher.isHalfDone { failure.goesAside = false }
        take.fail(failure)
        if !failure.goesAside { report(.failed(take: take.take.number, message: failure.message)) }
    }

    /// Sets a take aside that is of no use to the encoder, once it is certain that the operator keeps it.
    private func setAside(_ failed: UnpublishedTake) {
        guard let failure = failed.failure, failure.goesAside, failed.isKept, failed.isIdle else { return }
        failed.noteSetAside()
        let number = failed.take.number
        do {
            guard let take = try spool.take(number), take.state == .kept else { return }
            let message = try SetAsideTakes.setAside(
                take, in: spool, attempts: failed.attempts.deaths, reason: failure.message)
            report(.setAside(take: number, message: message))
        } catch {
            report(.failed(take: number, message: "\(failure.message); and it could not be set aside: \(error)"))
        }
    }

    // MARK: - Discarded takes

    private func removeDiscarded(_ number: Int) {
        do {
            if var take = try spool.take(number) { try take.remove() }
            report(.removed(take: number))
        } catch {
            report(.failed(take: number, message: "\(error)"))
        }
    }

    private func reportProgress() {
        for take in takes.inOrder where take.isInWork {
            guard let (done, total) = take.job?.progress else { continue }
            report(.progress(take: take.take.number, done: done, total: total))
        }
    }
}
