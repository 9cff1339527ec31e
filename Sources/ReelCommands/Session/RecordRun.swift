import Console
import Encoding
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
    private let screen: StatusLine
    private let voice: Voice
    private let problems: SessionProblems
    private let page: SessionPage
    private let isLeaving = Atomic<Bool>(false)
    private let isEncoded = Atomic<Bool>(false)
    /// Posted when all is encoded, and when a signal may mean that it is waited for no longer.
    private let encodingIsOver = Semaphore()
    /// What ended the session from outside, if something did.
    private let termination = Mutex<InterruptSignals.Signal?>(nil)
    /// Told of the first Ctrl-C while what waits is encoded.
    private let interruptions = Mutex<(@Sendable () -> Void)?>(nil)
    /// Ends the encoder process that has done its work and does not go.
    private let leaving = Mutex<(@Sendable () -> Void)?>(nil)
    /// Ctrl-C while somebody is asked about a calibration.
    private let interruption: Interruption

    /// - Throws: `ReelError` when the process has no file descriptors left.
    init(_ configuration: RecordConfiguration) throws {
        self.configuration = configuration
        screen = StatusLine(root: configuration.root)
        voice = Voice(isOn: configuration.playsSounds)
        problems = SessionProblems(root: configuration.root)
        page = SessionPage(configuration.page, root: configuration.root) { [screen] event in
            // Where standard output is no terminal, a program reads it, and wants the address there.
            if case .pageIsThere = event, PageAddress.say(event) { return }
            screen.hear(event)
        }
        interruption = try Interruption()
    }

    /// Who hears what happens in the session: another one is a line here.
    private var listeners: [any SessionListener] { [screen, voice, problems, page] }

    /// Records, encodes, prints the table.
    /// - Throws: `ReelError` when nothing could be recorded. Returns the exit status otherwise: 3 when something was lost.
    func run() throws -> Int32 {
        // Before any other thread: Ctrl-C is then this thread's alone.
        let signals = InterruptSignals { [self] in interrupted($0, times: $1) }
        defer { withExtendedLifetime(signals) {} }
        let pedal = try configuration.pedal.map { try Pedal(path: $0.path, keys: $0.keys) }
        try pedal?.require()
        let dialogue = TerminalDialogue.ifThereIsATerminal(interruption)
        let devices = try RecordingDevices(
            configuration.robot, configuration.teleoperator, fps: configuration.fps,
            pictures: configuration.pictures)
        let session = RecordingSession(
            configuration: sessionConfiguration, robot: devices.robot, teleoperator: devices.teleoperator,
            cameras: devices.cameras, input: input, listeners: listeners)
        defer { screen.close() }
        // The status line would be drawn over the questions.
        if dialogue == nil { show(session) } else { StandardError.print("connecting to the robot and its cameras") }
        let description = try session.connect(asking: dialogue)
        show(session)
        let spool = SpoolDirectory(root: configuration.root)
        let claim: SpoolClaim
        do {
            claim = try prepareRoot(description, spool) { session.tell(.preparing($0)) }
        } catch {
            session.disconnect()
            throw error
        }
        defer { withExtendedLifetime(claim) {} }
        let process = EncoderProcess(
            executable: try Program.ownPath(), arguments: EncodeWorker.arguments(for: configuration),
            logPath: spool.encoderLogPath, onEvent: { [self] in handle($0, session) },
            onTrouble: { session.note($0) })
        process.start()
        startPage(session, description, devices.cameras, log: spool.pageLogPath)

        let keyboard = Keyboard { [input, page] in if $0 == .asks(.page) { page.showAddress() } else { input.hear($0) }
        }
        pedal?.start(hear: { [input] in input.hear($0) }, tell: { session.tell($0) })
        let control = OwnThread(name: "control") { [page] in
            session.record(
                into: spool, session: description, encoder: process, preview: page.preview?.board)
        }
        control.join()
        keyboard?.close()
        pedal?.close()
        session.disconnect()
        finish(process, session)
        page.close()
        voice.close()
        if let signal = termination.withLock({ $0 }) { session.tell(.toldToEnd(signal: signal.name)) }
        return SessionEnd(configuration, session, screen: screen, problems: problems).run(
            deviceNotes: { devices.notes }, tidyUp: { try tidyUp(spool) })
    }

    private func startPage(
        _ session: RecordingSession, _ description: SessionDescription, _ cameras: [any Camera], log: FilePath
    ) {
        let rates = session.formats.map(\.fps)
        let shown = PreviewDescription(
            version: Reel.version, fps: configuration.fps,
            cameras: .of(cameras, session.formats), observation: description.observation.names,
            action: description.action.names,
            recording: .init(
                repoID: configuration.repoID, root: configuration.root.string, task: configuration.task,
                episodeCount: configuration.episodeCount))
        page.start(shown, cameras: cameras, log: log, input: input) {
            PreviewStatus(session.status.current, cameraRates: rates, badges: session.badges)
        }
    }

    private func show(_ session: RecordingSession) {
        screen.start(look: { session.status.current }, typed: { [input] in input.line })
    }

    private var sessionConfiguration: SessionConfiguration {
        SessionConfiguration(
            root: configuration.root, repoID: configuration.repoID, task: configuration.task, fps: configuration.fps,
            episodeTime: configuration.episodeTime, resetTime: configuration.resetTime,
            episodeCount: configuration.episodeCount, schedule: configuration.schedule,
            target: PictureTarget(configuration.storage, encoder: configuration.encoder),
            reconnectTime: configuration.reconnectTime, alignTime: configuration.alignTime,
            spoolPictures: configuration.spoolPictures, ringBytes: configuration.ringBytes,
            playsSounds: configuration.playsSounds, consolidates: configuration.consolidates)
    }

    /// Makes or checks the dataset, and the spool in it. Devices are open by now, so that a camera that is not there
    /// leaves no folder behind.
    private func prepareRoot(
        _ description: SessionDescription, _ spool: SpoolDirectory, tell: (String) -> Void
    ) throws -> SpoolClaim {
        var claim: SpoolClaim
        if configuration.resumes {
            // Before anything is put there: another robot's dataset is left as it is.
            try Dataset(root: configuration.root).requireMatching(description)
            var opened = try OpenedSpool(root: configuration.root, tell: tell)
            try opened.recover(tell: tell)
            do {
                _ = try DatasetWriter(root: configuration.root)
            } catch {
                _ = try? opened.spool.removeIfEmpty()
                throw error
            }
            claim = opened.claim
        } else {
            claim = try SpoolClaim(spool, onWait: tell)
            try DatasetWriter.create(root: configuration.root, session: description)
        }
        try spool.create(description)
        claim.letEncoderWork()
        return claim
    }

    // MARK: - Signals

    /// Who told the session to end from outside waits for it: `docker stop` 10 seconds, systemd 90. What is not encoded
    /// after these is left for `reel encode`.
    private static let encodingTimeAfterTermination: Duration = .seconds(3)

    /// The first one ends the session: Ctrl-C discards the take in progress, as in LeRobot; SIGTERM and SIGHUP keep it.
    /// A second one leaves what is not encoded for `reel encode`.
    private func interrupted(_ signal: InterruptSignals.Signal, times: Int) {
        if signal != .interrupt { termination.withLock { $0 = $0 ?? signal } }
        if times == 1 {
            input.ask(signal == .interrupt ? .interrupt : .terminate)
            interruption.ask(by: signal)
            interruptions.withLock { $0?() }
        } else {
            isLeaving.store(true, ordering: .releasing)
        }
        encodingIsOver.post()
        if isToLeave { leaving.withLock { $0?() } }
    }

    // MARK: - The encoder process

    private func handle(_ event: EncoderEvent, _ session: RecordingSession) {
        session.note(event)
        guard event == .idle else { return }
        isEncoded.store(true, ordering: .releasing)
        encodingIsOver.post()
    }

    /// Nothing waits to be encoded: small files are joined, and the spool goes. Consolidating works in the spool's
    /// folder, under its lock.
    private func tidyUp(_ spool: SpoolDirectory) throws {
        if configuration.consolidates && termination.withLock({ $0 == nil }) {
            try DatasetWriter(root: configuration.root).consolidate(with: FFmpegVideoTools())
        }
        try spool.removeIfEmpty()
    }

    private func finish(_ process: EncoderProcess, _ session: RecordingSession) {
        process.send(.finish)
        // A first Ctrl-C that comes now has nothing else to end, nor has one that came when the last take was just
        // over.
        interruptions.withLock { $0 = { session.tell(.encodingWaits) } }
        if input.isInterrupted { session.tell(.encodingWaits) }
        waitForEncoding()
        interruptions.withLock { $0 = nil }
        guard !isLeaving.load(ordering: .acquiring) else { return process.abandon() }
        // Its work is done; who wants to leave now does not wait for how it ends.
        leaving.withLock { $0 = { process.endNow() } }
        if isToLeave { process.endNow() }
        process.close()
        leaving.withLock { $0 = nil }
    }

    /// Nobody waits any longer for the encoder: the second Ctrl-C, or a session that was told to end from outside.
    private var isToLeave: Bool { isLeaving.load(ordering: .acquiring) || termination.withLock { $0 != nil } }

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
}
