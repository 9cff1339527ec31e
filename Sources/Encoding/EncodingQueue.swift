import LeRobotDataset
import Platform
package import RecordingTypes
package import Spool
import Synchronization
import SystemPackage

/// Decides which take is encoded when, keeps the cores busy, and publishes takes as episodes in the order they were
/// recorded. All state belongs to the thread that calls `run`; other threads post messages to it.
///
/// A take is *known* from the first command that names it (or because it was found in the spool), *released* when the
/// schedule lets it start, *encoded* when all its cameras are done, and published when it is kept and every earlier
/// take is decided.
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
    private let jobLimit: Int
    private let selects: @Sendable (Int) -> Bool
    private let report: @Sendable (EncoderEvent) -> Void

    private let inbox = Mutex<[Message]>([])
    private let arrived = Semaphore()

    private var works: [Int: TakeWork] = [:]
    /// Discarded while they were encoded: removed when nobody writes into their directory any more.
    private var leaving: [Int: TakeWork] = [:]
    /// What was told to be published since this process began.
    private var told: Set<Int> = []
    private var runningJobs = 0
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
        self.jobLimit = jobLimit
        self.selects = selects
        self.report = report
    }

    /// Tells the queue something. From any thread; the inbox holds at most one message a command and camera.
    package func post(_ message: Message) {
        inbox.withLock { $0.append(message) }
        arrived.post()
    }

    /// Works until the commands have ended and all that is in hand is done, or until it is told to stop.
    package func run() throws {
        for take in try spool.takes() where take.state == .kept || take.state == .recorded { know(take) }
        try spool.removeDiscarded()
        if let finished = publisher.finished { tell(finished) }
        advance()
        while !isOver {
            var waits = MonotonicTime.now + .milliseconds(250)
            if works.values.allSatisfy({ $0.jobs == nil }) { waits = waits + .seconds(3600) }
            _ = arrived.wait(until: waits)
            let messages = inbox.withLock { messages in
                defer { messages = [] }
                return messages
            }
            for message in messages { handle(message) }
            advance()
            reportProgress()
        }
        for work in works.values { work.jobs?.cancel() }
        // What was called off is not held against the takes.
        for work in works.values { work.attempts.takeBack() }
        waitForCancelledJobs()
    }

    /// A process should not end while its threads are inside an encoder; but it is not held up by them either.
    private func waitForCancelledJobs() {
        let end = MonotonicTime.now + .seconds(2)
        while runningJobs > 0, arrived.wait(until: end) {
            let messages = inbox.withLock { messages in
                defer { messages = [] }
                return messages
            }
            for case .camera in messages { runningJobs -= 1 }
        }
    }

    /// When commands have ended, what was released is still done; after `finish` that is all that is kept.
    private var isOver: Bool { isStopping || (isEnding && runningJobs == 0 && !works.values.contains(where: canGoOn)) }

    private func canGoOn(_ work: TakeWork) -> Bool {
        guard !work.hasFailed, work.isReleased, work.isKept else { return false }
        return !work.isEncoded || isNext(work)
    }

    // MARK: - Messages

    private func handle(_ message: Message) {
        switch message {
        case .command(.begun(let number)):
            if schedule == .streaming { lookUp(number) }
        case .command(.recorded(let number)):
            lookUp(number)
            works[number]?.jobs?.seal()
            works[number]?.isSealed = true
        case .command(.kept(let number)):
            lookUp(number)
            works[number]?.isSealed = true
            works[number]?.isKept = true
        case .command(.discarded(let number)):
            discard(number)
        case .command(.dropped(let number)):
            drop(number)
        case .command(.finish):
            isFinishing = true
        case .commandsEnded:
            isEnding = true
            // A take whose recorder is gone gets no further; recovery closes it.
            for work in works.values where !work.isSealed { work.jobs?.cancel() }
        case .stop:
            isStopping = true
        case .camera(let take, let index, let result):
            runningJobs -= 1
            works[take]?.finish(camera: index, result)
            guard let work = leaving[take] else { return }
            work.finish(camera: index, result)
            guard work.isIdle else { return }
            leaving[take] = nil
            removeDiscarded(take)
        }
    }

    private func discard(_ number: Int) {
        let work = works.removeValue(forKey: number)
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
        guard works[number] == nil, let take = try? spool.take(number) else { return }
        know(take)
    }

    private func know(_ take: Take) {
        guard works[take.number] == nil else { return }
        let work = TakeWork(take: take)
        work.isSealed = take.state != .recording
        work.isKept = take.state == .kept
        works[take.number] = work
    }

    // MARK: - Progress

    private func advance() {
        release()
        startJobs()
        for number in works.keys.sorted() {
            guard let work = works[number] else { continue }
            settle(work)
            setAside(work)
            if work.isEncoded && work.isKept && isNext(work) { publish(work) }
        }
        startJobs()
        if isFinishing && runningJobs == 0 && !reportedIdle && !works.values.contains(where: canGoOn) {
            reportedIdle = true
            report(.idle)
        }
    }

    /// Lets takes start, as the schedule says.
    private func release() {
        guard !isEnding || isFinishing else { return }
        let waiting = works.values.filter { !$0.isReleased && !$0.hasFailed && selects($0.take.number) }
        switch schedule {
        case .streaming, .batches(of: 1):
            for work in waiting { work.isReleased = true }
        case .batches(let size):
            let kept = waiting.filter(\.isKept)
            if kept.count >= size { for work in kept { work.isReleased = true } }
        }
        if isFinishing { for work in waiting where work.isKept { work.isReleased = true } }
    }

    private func startJobs() {
        for number in works.keys.sorted() {
            guard let work = works[number], work.isReleased, !work.hasFailed, !work.isEncoded else { continue }
            // Not before its turn: a process that dies is held against the takes that it had begun.
            guard hasRoom(for: work) else { continue }
            if work.jobs == nil {
                guard mayBegin(work) else { continue }
                prepare(work)
            }
            while let camera = work.nextCamera, hasRoom(for: work) { start(camera, of: work) }
        }
    }

    /// A take that is still being recorded must keep up with its cameras, so all of them start at once. But where the
    /// take before it is still in work, encoding does not keep up anyway, and one encoder more for each camera of each
    /// take would fill the memory: then it waits its turn.
    private func hasRoom(for work: TakeWork) -> Bool {
        runningJobs < jobLimit || !work.isSealed && !works.values.contains { $0 !== work && $0.isInWork }
    }

    /// A take that earlier processes died over is worked on alone, and before others.
    private func mayBegin(_ work: TakeWork) -> Bool {
        if work.isSuspect { return runningJobs == 0 && !works.values.contains { $0.isInWork } }
        return !works.values.contains { $0.isSuspect && $0.isReleased && !$0.hasFailed && !$0.isEncoded }
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
        runningJobs += 1
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

    /// Whether every take before this one is decided: published (and gone), discarded (and gone), or failed.
    private func isNext(_ work: TakeWork) -> Bool {
        !works.values.contains { $0.take.number < work.take.number && !$0.hasFailed }
    }

    private func publish(_ work: TakeWork) {
        do {
            try work.attempts.begin()
            let published = try spool.reading(take: work.take.number) { take in
                try publisher.publish(take, encoded: work.outcomes)
            }
            works[work.take.number] = nil
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
        for work in works.values {
            guard let jobs = work.jobs, !work.isEncoded, !work.hasFailed else { continue }
            let (done, total) = jobs.progress
            report(.progress(take: work.take.number, done: done, total: total))
        }
    }
}
