import Media
package import Platform
package import PreviewBoard
package import RecordingTypes
package import Robots
package import Spool
import Synchronization
package import SystemPackage

/// A session from the first tick to the last: episodes, resets, re-records, as `lerobot-record` runs them, without its
/// waits. It runs on the caller's thread, which becomes the control loop.
package final class RecordingSession: @unchecked Sendable {  // All but two are one thread's at a time.
    // That is the control thread during `record`, its caller otherwise; `status` and `takes` are for all and locked.

    let configuration: SessionConfiguration
    let robot: any Robot
    let teleoperator: any Teleoperator
    let cameras: [any Camera]
    let input: OperatorInput
    /// Who is told what happens.
    private let listeners: [any SessionListener]
    /// What the cameras gave when they were opened first, and must give ever after.
    package private(set) var formats: [CameraFormat] = []
    /// How much space there is; tests tell other stories.
    private let freeBytes: @Sendable (FilePath) throws -> Int
    package let status: SessionStatus
    package let takes = Takes()
    /// Sees what pictures look like, while takes are recorded.
    private let seeing = Mutex<TakeIntake?>(nil)
    /// Posted when the writer has put a take into its files.
    let stored = Semaphore()

    package init(
        configuration: SessionConfiguration, robot: any Robot, teleoperator: any Teleoperator,
        cameras: [any Camera], input: OperatorInput, listeners: [any SessionListener],
        freeBytes: @escaping @Sendable (FilePath) throws -> Int = FileSystem.freeBytes
    ) {
        self.freeBytes = freeBytes
        self.configuration = configuration
        self.robot = robot
        self.teleoperator = teleoperator
        self.cameras = cameras
        self.input = input
        self.listeners = listeners
        status = SessionStatus(
            fps: configuration.fps, episodeCount: configuration.episodeCount, cameraNames: cameras.map(\.name))
    }

    /// Tells all who listen. From any thread, but not in a tick: an event may allocate.
    package func tell(_ event: SessionEvent) { for listener in listeners { listener.hear(event) } }

    /// Connects the teleoperator, the robot and the cameras, in LeRobot's order; cameras warm up side by side.
    ///
    /// - Parameter person: asked when an arm's motors are not calibrated as its file says; nil where nobody can answer.
    /// - Returns: what the dataset must be able to hold.
    /// - Throws: the first device's error; the others are closed again.
    package func connect(asking person: (any CalibrationDialogue)?) throws -> SessionDescription {
        do {
            try robot.checkLead(by: teleoperator)
            try teleoperator.connect(asking: person)
            try robot.connect(asking: person)
            formats = try CameraTrial.open(cameras)
            try requireSizesToEncode()
            try requireRoomForPictures()
            return SessionDescription(
                robotType: robot.robotType, fps: configuration.fps,
                observation: .observation(robot.observationNames), action: .action(robot.actionNames),
                cameras: zip(cameras, formats).map { camera, format in
                    .init(
                        name: camera.name,
                        format: FrameFileWriter.storedFormat(for: format, target: configuration.target),
                        target: configuration.target)
                }, repoID: configuration.repoID)
        } catch {
            disconnect()
            throw error
        }
    }

    /// Gives every device back; torque goes off where the robot is configured so.
    package func disconnect() {
        for camera in cameras { camera.close() }
        do { try robot.disconnect() } catch { tell(.deviceNotReleased(cause: "\(error)")) }
        do { try teleoperator.disconnect() } catch { tell(.deviceNotReleased(cause: "\(error)")) }
    }

    /// How long `record` took, and the time that this process computed meanwhile.
    package private(set) var recordingTime: Duration = .zero
    package private(set) var recordingProcessorTime: Duration = .zero
    /// How the control loop's thread was scheduled; nil before `record` is over.
    package private(set) var loopScheduling: ThreadScheduling?

    /// Records all episodes. Returns when the last take is whole on the disk; encoding may still go on.
    /// - Parameters:
    ///   - spool: where takes go.
    ///   - session: what `connect` gave.
    ///   - encoder: is told of each take.
    ///   - preview: gets each row, for whoever looks.
    package func record(
        into spool: SpoolDirectory, session: SessionDescription, encoder: EncoderProcess, preview: PreviewBoard? = nil
    ) {
        let intake = TakeIntake(
            spool: spool, session: session,
            settings: TakeIntake.Settings(
                task: configuration.task, capacity: configuration.ringBytes, pictures: configuration.spoolPictures),
            freeBytes: freeBytes, onCommand: { encoder.send($0) }, onEvent: { [self] in note($0) })
        intake.start()
        seeing.withLock { $0 = intake }
        let loop = ControlLoop(
            robot: robot, teleoperator: teleoperator, cameras: cameras,
            staleLimits: formats.map(StalePicture.limit), fps: configuration.fps, intake: intake, input: input,
            status: status, preview: preview, tell: { [self] in tell($0) }, onUndo: { [self] in undo(intake) })
        tellOfSlowCameras()
        // All that is long is done, and no tick has begun: there may be a bus to ask, and from here on nothing computes long.
        let scheduling = ThreadPriority.wakePromptly()
        if !scheduling.isRealTime { tell(.loopIsOrdinary(cause: scheduling.refusals.joined(separator: "; "))) }
        let (begun, used) = (MonotonicTime.now, ProcessUsage.processorTime)
        recordEpisodes(loop: loop, intake: intake, firstTake: spool.nextTakeNumber)
        let outcome = ThreadPriority.sleepIn(scheduling)
        loopScheduling = outcome
        if let cause = outcome.loss { tell(.loopLostRealTime(cause: cause)) }
        intake.close()
        recordingTime = MonotonicTime.now - begun
        recordingProcessorTime = ProcessUsage.processorTime - used
        enter(.finishing, take: status.current.take, episode: 0, rowLimit: 0, start: .now)
    }

    /// Another phase begins, for all who look and all who ask.
    func enter(
        _ phase: SessionSnapshot.Phase, take: Int, episode: Int, rowLimit: Int, start: MonotonicTime
    ) {
        status.enter(phase, take: take, episode: episode, rowLimit: rowLimit, start: start)
        if input.enter(OperatorInput.Aim(take: take, phase: phase)) { tell(.askedTooLate) }
    }

    /// The phase is over, and the next has not begun.
    func leavePhase() { if input.leave() { tell(.askedTooLate) } }

    /// What is the matter with each camera's pictures; none before anything was recorded.
    package var badges: [PreviewStatus.Badge?] { seeing.withLock { $0 }?.badges ?? [] }

    /// What became of takes, from the threads that write them.
    private func note(_ event: IntakeEvent) {
        switch event {
        case .written: break
        case .stored(let take, let rows, let bytes):
            takes.noteStored(take: take, rows: rows, bytes: bytes)
            stored.post()
        case .judged(let take, let findings):
            takes.update(take) { $0.findings = findings }
            tell(.takeJudged(take: take, findings: findings))
        case .cutShort(let take, let cause): tell(.takeUnwritten(take: take, cause: cause))
        case .saved(let take): tell(.takeSaved(take: take))
        case .unsafe(let take, let cause): tell(.takeUnsafe(take: take, cause: cause))
        case .diskIsFilling(let minutes): tell(.diskIsFilling(minutes: minutes))
        case .diskMinutes(let minutes):
            status.update { $0.minutesOfDisk = minutes }
        }
    }

    private func requireSizesToEncode() throws {
        guard let encoder = configuration.target.encoder else { return }
        for (camera, format) in zip(cameras, formats) {
            try encoder.requireEncodable(width: format.width, height: format.height, of: camera.name)
        }
    }

    /// The cameras have given their first pictures by now, so their sizes are known.
    private func requireRoomForPictures() throws {
        let least = TakeIntake.leastCapacity(forPicturesOf: cameras.map { $0.newest()?.byteCount ?? 0 })
        guard configuration.ringBytes < least else { return }
        throw ReelError(
            .usage, "record",
            cause:
                "\(configuration.ringBytes >> 20) MB do not hold two pictures of each camera on their way to the disk",
            remedy: "Give --reel.ring_mb=\((least + (1 << 20) - 1) >> 20) or more.")
    }

    private func tellOfSlowCameras() {
        for (camera, format) in zip(cameras, formats) {
            let limit = StalePicture.limit(for: format)
            guard limit > StalePicture.usualLimit else { continue }
            tell(.cameraIsSlow(name: camera.name, picturesPerSecond: format.fps, limit: limit))
        }
    }
}
