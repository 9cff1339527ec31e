import Encoding
import Glibc
import LeRobotDataset
import Platform
import Recording
import RecordingTypes
import Spool
import Synchronization
import SystemPackage

/// One run of `reel record`: devices, dataset, session, encoder process, and what is told at the end.
final class RecordRun: Sendable {
    private let configuration: RecordConfiguration
    private let input = OperatorInput()
    private let encoder = Mutex<EncoderProcess?>(nil)
    private let isLeaving = Atomic<Bool>(false)
    private let isEncoded = Atomic<Bool>(false)
    /// Posted when all is encoded, and when a signal may mean that it is waited for no longer.
    private let encodingIsOver = Semaphore()
    /// What ended the session from outside, if something did.
    private let termination = Mutex<InterruptSignals.Signal?>(nil)
    /// Told of the first Ctrl-C while what waits is encoded.
    private let interruptions = Mutex<(@Sendable () -> Void)?>(nil)
    /// Ctrl-C while somebody is asked about a calibration.
    private let interruption: Interruption

    /// - Throws: `ReelError` when the process has no file descriptors left.
    init(_ configuration: RecordConfiguration) throws {
        self.configuration = configuration
        interruption = try Interruption()
    }

    /// Records, encodes, prints the table.
    /// - Throws: `ReelError` when nothing could be recorded. Returns the exit status otherwise: 3 when something was lost.
    func run() throws -> Int32 {
        // Before any other thread: Ctrl-C is then this thread's alone.
        let signals = InterruptSignals { [self] in interrupted($0, times: $1) }
        defer { withExtendedLifetime(signals) {} }
        let dialogue = TerminalDialogue.ifThereIsATerminal(interruption)
        let devices = try RecordingDevices(
            configuration.robot, configuration.teleoperator, fps: configuration.fps,
            pictures: configuration.pictures, dialogue: dialogue)
        let voice = Voice(isOn: configuration.playsSounds)
        let session = RecordingSession(
            configuration: sessionConfiguration, robot: devices.robot, teleoperator: devices.teleoperator,
            cameras: devices.cameras, input: input, voice: voice)
        let line = StatusLine(status: session.status, typed: { [input] in input.line })
        defer { line.close() }
        // The status line would be drawn over the questions.
        if dialogue == nil { line.start() } else { StandardError.print("connecting to the robot and its cameras") }
        let description = try session.connect()
        if dialogue != nil { line.start() }
        let spool = SpoolDirectory(root: configuration.root)
        let claim: SpoolClaim
        do {
            claim = try prepareRoot(description, spool)
        } catch {
            session.disconnect()
            throw error
        }
        defer { withExtendedLifetime(claim) {} }
        let process = EncoderProcess(
            executable: try Self.ownPath(), arguments: EncodeWorker.arguments(for: configuration),
            logPath: spool.encoderLogPath, onEvent: { [self] in handle($0, session, voice) },
            onTrouble: { [self] in handle($0, session, voice) })
        encoder.withLock { $0 = process }
        process.start()

        let keyboard = Keyboard(input: input)
        let control = OwnThread(name: "control") { session.record(into: spool, session: description, encoder: process) }
        control.join()
        keyboard?.close()
        session.disconnect()
        finish(process, session)
        line.close()
        voice.close()
        return try report(session, devices, spool: spool)
    }

    private var sessionConfiguration: SessionConfiguration {
        SessionConfiguration(
            root: configuration.root, repoID: configuration.repoID, task: configuration.task, fps: configuration.fps,
            episodeTime: configuration.episodeTime, resetTime: configuration.resetTime,
            episodeCount: configuration.episodeCount, schedule: configuration.schedule,
            encoder: configuration.encoder, storage: configuration.storage, reconnectTime: configuration.reconnectTime,
            alignTime: configuration.alignTime,
            spoolPictures: configuration.spoolPictures, ringBytes: configuration.ringBytes,
            playsSounds: configuration.playsSounds, consolidates: configuration.consolidates)
    }

    /// Makes or checks the dataset, and the spool in it. Devices are open by now, so that a camera that is not there
    /// leaves no folder behind.
    private func prepareRoot(_ description: SessionDescription, _ spool: SpoolDirectory) throws -> SpoolClaim {
        var claim: SpoolClaim
        if configuration.resumes {
            // Before anything is put there: another robot's dataset is left as it is.
            try Dataset(root: configuration.root).requireMatching(description)
            var opened = try OpenedSpool(root: configuration.root)
            try opened.recover()
            do {
                _ = try DatasetWriter(root: configuration.root)
            } catch {
                _ = try? opened.spool.removeIfEmpty()
                throw error
            }
            claim = opened.claim
        } else {
            claim = try SpoolClaim(spool) { StandardError.print("reel: \($0)") }
            try DatasetWriter.create(root: configuration.root, session: description)
        }
        try spool.create(description)
        claim.letEncoderWork()
        return claim
    }

    private static func ownPath() throws -> FilePath {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { throw ReelError(Errno(rawValue: errno), "find Reel's own program") }
        return FilePath(String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    // MARK: - Signals

    /// Who told the session to end from outside waits for it: `docker stop` 10 seconds, systemd 90. What is not encoded
    /// after these is left for `reel encode`.
    private static let encodingTimeAfterTermination: Duration = .seconds(3)

    /// The first one ends the session: Ctrl-C discards the take in progress, as in LeRobot; SIGTERM and SIGHUP keep it. A
    /// second one leaves what is not encoded for `reel encode`.
    private func interrupted(_ signal: InterruptSignals.Signal, times: Int) {
        if signal != .interrupt { termination.withLock { $0 = $0 ?? signal } }
        if times == 1 {
            input.ask(signal == .interrupt ? .interrupt : .terminate)
            interruption.ask()
            interruptions.withLock { $0?() }
        } else {
            isLeaving.store(true, ordering: .releasing)
        }
        encodingIsOver.post()
    }

    // MARK: - The encoder process

    /// Blocks on no terminal: the encoder waits for who hears it.
    private func handle(_ event: EncoderEvent, _ session: RecordingSession, _ voice: Voice) {
        switch event {
        case .progress(let take, let done, _):
            session.takes.noteProgress(take: take, pictures: done)
        case .encoded(let take, let seconds):
            session.takes.noteEncoded(take: take, seconds: seconds)
        case .published(let take, let episode, _, let videoBytes):
            session.notePublished(take: take, episode: episode, videoBytes: videoBytes)
        case .removed(let take):
            session.noteRemoved(take: take)
        case .failed(let take, let message):
            session.noteFailed(take: take, message)
        case .setAside(let take, let message):
            session.takes.noteSetAside(take: take, message)
            session.status.tell("take \(take) was set aside: \(message)")
            voice.say("Take \(take) cannot be encoded and was set aside")
        case .incomplete(let take, let message):
            session.takes.noteProblem(take: take, message)
            session.status.tell("take \(take): \(message)")
        case .idle:
            isEncoded.store(true, ordering: .releasing)
            encodingIsOver.post()
        }
        session.status.showEncoding(of: session.takes)
    }

    private func handle(_ trouble: EncoderProcess.Trouble, _ session: RecordingSession, _ voice: Voice) {
        session.status.noteEncoderTrouble(isGivenUp: trouble.isGivenUp)
        let next =
            trouble.isGivenUp
            ? "it is not started again; recording goes on, and `reel encode` does what waits" : "it is started again"
        session.status.tell("\(trouble.message); \(next)")
        voice.say(trouble.isGivenUp ? "Encoding has stopped. Recording goes on" : "The encoder was restarted")
    }

    private func finish(_ process: EncoderProcess, _ session: RecordingSession) {
        process.send(.finish)
        let hint =
            "what waits is being encoded; Ctrl-C again leaves it for reel encode \(ShellWord.path(configuration.root))"
        // A first Ctrl-C that comes now has nothing else to end.
        interruptions.withLock { $0 = { session.status.tell(hint) } }
        waitForEncoding()
        interruptions.withLock { $0 = nil }
        if isLeaving.load(ordering: .acquiring) { process.abandon() } else { process.close() }
    }

    private func waitForEncoding() {
        var end: MonotonicTime?
        while !isEncoded.load(ordering: .acquiring) && !isLeaving.load(ordering: .acquiring) {
            if end == nil && termination.withLock({ $0 != nil }) { end = .now + Self.encodingTimeAfterTermination }
            if let end {
                if !encodingIsOver.wait(until: end) { isLeaving.store(true, ordering: .releasing) }
            } else {
                encodingIsOver.wait()
            }
        }
    }

    // MARK: - The end

    private func report(_ session: RecordingSession, _ devices: RecordingDevices, spool: SpoolDirectory) throws -> Int32
    {
        var problems = session.problems + session.takes.all.flatMap(\.problems)
        if let signal = termination.withLock({ $0 }) { problems.append("\(signal.name) ended the session") }
        let waiting = session.takes.waitingCount
        if waiting > 0 {
            problems.append("\(waiting) takes wait to be encoded: reel encode \(ShellWord.path(configuration.root))")
        } else {
            // Consolidating works in the spool's folder, under its lock.
            do {
                if configuration.consolidates && termination.withLock({ $0 == nil }) {
                    try DatasetWriter(root: configuration.root).consolidate(with: FFmpegVideoTools())
                }
                try spool.removeIfEmpty()
            } catch {
                // All that was recorded is in the dataset; `reel consolidate` does it later.
                problems.append("\(error)")
            }
        }
        print(SessionTable(session.takes.all).text)
        print("\ndataset: \(configuration.root)")
        if let path = configuration.reportPath {
            do {
                try SessionReport(configuration, session, problems: problems).write(to: path)
            } catch {
                // The episodes are there all the same.
                problems.append("\(error)")
            }
        }
        for note in devices.notes { print(note) }
        for problem in problems { StandardError.print("reel: \(problem)") }
        return problems.isEmpty ? 0 : 3
    }
}
