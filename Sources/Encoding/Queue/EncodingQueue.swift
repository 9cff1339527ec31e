import LeRobotDataset
import Platform
package import RecordingTypes
package import Spool
import Synchronization
import SystemPackage

/// Decides which take is encoded when, keeps the cores busy, and publishes takes as episodes in the order they were
/// recorded. All state belongs to the thread that calls `run`; other threads post messages to it.
package final class EncodingQueue: @unchecked Sendable {  // All but `inbox` and `arrived` is touched in `run` alone.
    /// What other threads tell the queue.
    package enum Message: Sendable {
        case command(EncoderCommand)
        /// No command will come any more: finish what is in hand, then stop.
        case commandsEnded
        /// One camera of a take is done, or could not be.
        case camera(take: Int, index: Int, Result<CameraEncoding.Outcome, any Error>)
        /// Stop now; what is in work is given up, nothing is lost.
        case stop
    }

    private let spool: SpoolDirectory
    private let publisher: TakePublisher
    private let schedule: EncodingSchedule
    private let report: @Sendable (EncoderEvent) -> Void

    private let inbox = Mutex<[Message]>([])
    private let arrived = Semaphore()

    private var backlog: Backlog
    /// Discarded while they were encoded: removed when nobody writes into their directory any more.
    private var leaving: [Int: TakeWork] = [:]
    /// What was told to be published since this process began.
    private var told: Set<Int> = []
    private var isFinishing = false
    private var isEnding = false
    private var isStopping = false
    private var reportedIdle = false

    /// - Parameters:
    ///   - spool: where the takes are; the caller holds its lock, or works for the process that does.
    ///   - publisher: makes episodes of encoded takes.
    ///   - schedule: when a take may start.
    ///   - jobLimit: cameras encoded at once, streaming ones not counted.
    ///   - selects: whether a take may be encoded at all.
    ///   - report: called on the queue's thread with each event.
    package init(
        spool: SpoolDirectory, publisher: TakePublisher, schedule: EncodingSchedule, jobLimit: Int,
        selects: @escaping @Sendable (Int) -> Bool = { _ in true },
        report: @escaping @Sendable (EncoderEvent) -> Void
    ) {
        self.spool = spool
        self.publisher = publisher
        self.schedule = schedule
        self.report = report
        backlog = Backlog(schedule: schedule, jobLimit: jobLimit, selects: selects)
    }

    /// Tells the queue something. From any thread; the inbox holds at most one message a command and camera.
    package func post(_ message: Message) {
        inbox.withLock { $0.append(message) }
        arrived.post()
    }

    /// Works until the commands have ended and all that is in hand is done, or until it is told to stop.
    package func run() throws {
        let finished = try publisher.begin()
        for take in try spool.takes() where take.state == .kept || take.state == .recorded {
            backlog.know(take)
        }
        try spool.removeDiscarded()
        if let finished { tell(finished) }
        advance()
        while !isOver {
            var waits = MonotonicTime.now + .milliseconds(250)
            if backlog.inOrder.allSatisfy({ $0.jobs == nil }) { waits = waits + .seconds(3600) }
            _ = arrived.wait(until: waits)
            for message in takeMessages() { handle(message) }
            advance()
            reportProgress()
        }
        for work in backlog.inOrder { work.jobs?.cancel() }
        // What was called off is not held against the takes.
        for work in backlog.inOrder { work.attempts.takeBack() }
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
        while backlog.runningJobs > 0, arrived.wait(until: end) {
            for case .camera in takeMessages() { backlog.runningJobs -= 1 }
        }
    }

    /// When commands have ended, what was released is still done; after `finish` that is all that is kept.
    private var isOver: Bool { isStopping || isEnding && backlog.isDone }

    // MARK: - Messages

    private func handle(_ message: Message) {
        switch message {
        case .command(.begun(let number)):
            if schedule == .streaming { lookUp(number) }
        case .command(.recorded(let number)):
            lookUp(number)
            backlog[number]?.jobs?.seal()
            backlog[number]?.isSealed = true
        case .command(.abandoned(let number)):
            backlog[number]?.fail(.abandoned)
        case .command(.kept(let number)):
            lookUp(number)
            backlog[number]?.isSealed = true
            backlog[number]?.isKept = true
        case .command(.discarded(let number)):
            discard(number)
        case .command(.dropped(let number)):
            drop(number)
        case .command(.finish):
            isFinishing = true
        case .commandsEnded:
            isEnding = true
            // A take whose recorder is gone gets no further; recovery closes it.
            for work in backlog.inOrder where !work.isSealed { work.jobs?.cancel() }
        case .stop:
            isStopping = true
        case .camera(let take, let index, let result):
            backlog.runningJobs -= 1
            backlog[take]?.finish(camera: index, result)
            guard let work = leaving[take] else { return }
            work.finish(camera: index, result)
            guard work.isIdle else { return }
            leaving[take] = nil
            removeDiscarded(take)
        }
    }

    private func discard(_ number: Int) {
        let work = backlog.remove(number)
        work?.jobs?.cancel()
        if let work, !work.isIdle {
            leaving[number] = work
        } else {
            removeDiscarded(number)
        }
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
        guard backlog[number] == nil, let take = try? spool.take(number) else { return }
        backlog.know(take)
    }

    // MARK: - Progress

    private func advance() {
        if !isEnding || isFinishing { backlog.release(isFinishing: isFinishing) }
        startJobs()
        for work in backlog.inOrder {
            settle(work)
            setAside(work)
            if backlog.mayPublish(work) { publish(work) }
        }
        startJobs()
        if isFinishing && backlog.isDone && !reportedIdle {
            reportedIdle = true
            report(.idle)
        }
    }

    private func startJobs() {
        for work in backlog.inOrder where work.isReleased && !work.hasFailed && !work.isEncoded {
            // Not before its turn: a process that dies is held against the takes that it had begun.
            guard backlog.hasRoom(for: work) else { continue }
            if work.jobs == nil {
                guard backlog.mayBegin(work) else { continue }
                prepare(work)
            }
            while let camera = work.nextCamera, backlog.hasRoom(for: work) { start(camera, of: work) }
        }
    }

    private func prepare(_ work: TakeWork) {
        guard work.attempts.deaths < EncodingAttempts.limit else {
            return work.fail(TakeFailure(deaths: work.attempts.deaths))
        }
        do {
            try work.prepare(spool: spool)
        } catch {
            fail(work, error)
        }
    }

    private func start(_ camera: Int, of work: TakeWork) {
        guard let jobs = work.jobs else { return }
        work.started(camera)
        backlog.runningJobs += 1
        let number = work.take.number
        let name = work.session?.cameras[camera].name ?? ""
        _ = OwnThread(name: "encode \(number) \(name)") { [self] in
            let result = Result { try jobs.encode(camera: camera) }
            post(.camera(take: number, index: camera, result))
        }
    }

    /// Looks at a take whose cameras are all done.
    private func settle(_ work: TakeWork) {
        guard work.allCamerasDone, !work.isEncoded, !work.hasFailed else { return }
        do {
            if try work.complete() {
                report(.encoded(take: work.take.number, seconds: work.seconds))
            }
        } catch {
            fail(work, error)
        }
    }

    private func publish(_ work: TakeWork) {
        do {
            try work.attempts.begin()
            let published = try spool.reading(take: work.take.number) { take in
                try publisher.publish(take, encoded: work.outcomes)
            }
            backlog.remove(work.take.number)
            for event in published { tell(event) }
            try publisher.noteTold()
        } catch {
            fail(work, error)
        }
    }

    private func tell(_ event: EncoderEvent) {
        if case .published(let take, _, _, _) = event { told.insert(take) }
        report(event)
    }

    private func fail(_ work: TakeWork, _ error: any Error) {
        var failure = TakeFailure(error, work.attempts)
        // Files of an episode that is half published must stay where the next opening looks for them.
        if publisher.isHalfDone { failure.goesAside = false }
        work.fail(failure)
        if !failure.goesAside { report(.failed(take: work.take.number, message: failure.message)) }
    }

    /// Sets a take aside that is of no use to the encoder, once it is certain that the operator keeps it.
    private func setAside(_ work: TakeWork) {
        guard let failure = work.failure, failure.goesAside, work.isKept, work.isIdle else { return }
        work.noteSetAside()
        do {
            guard let take = try spool.take(work.take.number), take.state == .kept else { return }
            let message = try SetAsideTakes.setAside(
                take, in: spool, attempts: work.attempts.deaths, reason: failure.message)
            report(.setAside(take: take.number, message: message))
        } catch {
            report(
                .failed(take: work.take.number, message: "\(failure.message); and it could not be set aside: \(error)"))
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
        for work in backlog.inOrder {
            guard let jobs = work.jobs, !work.isEncoded, !work.hasFailed else { continue }
            let (done, total) = jobs.progress
            report(.progress(take: work.take.number, done: done, total: total))
        }
    }
}
