import Media
import Platform
package import RecordingTypes
package import Robots
package import Spool
import Synchronization
import SystemPackage

/// A session from the first tick to the last: episodes, resets, re-records, as `lerobot-record` runs them, without its
/// waits. It runs on the caller's thread, which becomes the control loop.
package final class RecordingSession: @unchecked Sendable {
    // Its methods are called one after the other, `record` on the control thread; `status` and `ledger` are for all.

    private let configuration: SessionConfiguration
    private let robot: any Robot
    private let teleoperator: any Teleoperator
    private let cameras: [any Camera]
    private let input: OperatorInput
    private let voice: Voice
    package let status: SessionStatus
    package let ledger: TakeLedger

    package init(
        configuration: SessionConfiguration, robot: any Robot, teleoperator: any Teleoperator,
        cameras: [any Camera], input: OperatorInput, voice: Voice
    ) {
        self.configuration = configuration
        self.robot = robot
        self.teleoperator = teleoperator
        self.cameras = cameras
        self.input = input
        self.voice = voice
        status = SessionStatus(
            fps: configuration.fps, episodeCount: configuration.episodeCount, cameraNames: cameras.map(\.name))
        ledger = TakeLedger()
    }

    /// Connects the teleoperator, the robot and the cameras, in LeRobot's order; cameras warm up side by side.
    ///
    /// Returns what the dataset must be able to hold. Throws the first device's error; the others are closed again.
    package func connect() throws -> SessionDescription {
        do {
            try teleoperator.connect()
            try robot.connect()
            let formats = try openCameras()
            return SessionDescription(
                robotType: robot.robotType, fps: configuration.fps, observationNames: robot.featureNames,
                actionNames: teleoperator.featureNames,
                cameras: zip(cameras, formats).map { camera, format in
                    .init(
                        name: camera.name,
                        format: FrameFileWriter.storedFormat(
                            for: format, dataset: configuration.encoder.pixelFormat))
                },
                encoder: configuration.encoder, repoID: configuration.repoID)
        } catch {
            disconnect()
            throw error
        }
    }

    private func openCameras() throws -> [CameraFormat] {
        let results = Mutex<[Int: Result<CameraFormat, any Error>]>([:])
        let done = Semaphore()
        for (index, camera) in cameras.enumerated() {
            _ = OwnThread(name: "open \(camera.name)") {
                let result = Result { try camera.open() }
                results.withLock { $0[index] = result }
                done.post()
            }
        }
        for _ in cameras { done.wait() }
        return try results.withLock { opened in
            try cameras.indices.compactMap { try opened[$0]?.get() }
        }
    }

    /// Gives every device back; torque goes off where the robot is configured so.
    package func disconnect() {
        for camera in cameras { camera.close() }
        do { try robot.disconnect() } catch { ledgerProblem(error) }
        do { try teleoperator.disconnect() } catch { ledgerProblem(error) }
    }

    /// A device that could not be given back, for the end of the report.
    package private(set) var problems: [String] = []

    private func ledgerProblem(_ error: any Error) { problems.append("\(error)") }

    /// Records all episodes. Returns when the last take is whole on the disk; encoding may still go on.
    package func record(into spool: SpoolDirectory, session: SessionDescription, encoder: EncoderProcess) {
        let ring = TickRing(
            observationCount: session.observationNames.count, actionCount: session.actionNames.count,
            cameraCount: cameras.count, byteLimit: configuration.ringBytes)
        let failure = SpoolFailure()
        let writer = SpoolWriter(
            ring: ring, spool: spool, session: session, task: configuration.task, encoder: encoder, ledger: ledger,
            failure: failure, onSaved: { _ in })
        let writing = OwnThread(name: "spool-writer") { writer.run() }
        let loop = ControlLoop(
            robot: robot, teleoperator: teleoperator, cameras: cameras, fps: configuration.fps, ring: ring,
            input: input, status: status, spoolFailure: failure)
        recordEpisodes(loop: loop, ring: ring, firstTake: spool.nextTakeNumber)
        ring.push(.close)
        writing.join()
        status.enter(.finishing, episode: 0, rowLimit: 0, start: .now)
    }

    /// How long before its first row a take must be announced: simulated cameras draw half a period ahead.
    private func lead(_ loop: ControlLoop) -> Duration { loop.period * 3 / 5 }

    private func recordEpisodes(loop: ControlLoop, ring: TickRing, firstTake: Int) {
        var take = firstTake
        var kept = 0
        var start = MonotonicTime.now + lead(loop)
        /// The take whose wait is known when the next phase has begun, and when it was over.
        var waiting: (take: Int, since: MonotonicTime)?

        while kept < configuration.episodeCount {
            voice.say("Recording episode \(kept)")
            status.enter(.recording, episode: kept + 1, rowLimit: configuration.episodeRows, start: start)
            let result = loop.record(take: take, start: start, rowLimit: configuration.episodeRows)
            noteWait(&waiting, nextTick: result.firstTick)
            note(result, take: take)
            waiting = (take, result.endedAt)
            var requests = result.requests
            var endedAt = result.endedAt
            var isOver = requests.contains(.stop) || result.ending.reason.isFailure

            if requests.contains(.interrupt) || result.ending.rows == 0 {
                ring.push(.discard(take: take))
                if requests.contains(.interrupt) || isOver { break }
            } else {
                let isLast = kept + 1 == configuration.episodeCount
                if !isOver && configuration.resetRows > 0 && (!isLast || requests.contains(.again)) {
                    voice.say("Reset the environment")
                    status.enter(.resetting, episode: kept + 1, rowLimit: configuration.resetRows, start: endedAt)
                    let reset = loop.reset(start: endedAt, rowLimit: configuration.resetRows)
                    noteWait(&waiting, nextTick: reset.firstTick)
                    waiting = (take, reset.endedAt)
                    requests.formUnion(reset.requests)
                    endedAt = reset.endedAt
                    if let problem = reset.failure { problems.append(problem.description) }
                    isOver = !requests.isDisjoint(with: [.stop, .interrupt]) || reset.failure != nil
                }
                if requests.contains(.again) {
                    voice.say("Re-record episode")
                    ring.push(.discard(take: take))
                } else {
                    ring.push(.keep(take: take))
                    ledger.update(take) { $0.isKept = true }
                    kept += 1
                }
            }
            take += 1
            // The next row's deadline when the time was up; a moment from now when a key ended the phase.
            start = max(endedAt, MonotonicTime.now + lead(loop))
            if isOver { break }
        }
        voice.say("Stop recording")
    }

    /// The wait is what lies between the end of one phase and the first tick of the next; of the two after a take (into
    /// the reset, and out of it) the longer one counts.
    private func noteWait(_ waiting: inout (take: Int, since: MonotonicTime)?, nextTick: MonotonicTime) {
        guard let (take, since) = waiting else { return }
        let wait = max(.zero, nextTick - since)
        ledger.update(take) { $0.wait = max($0.wait ?? .zero, wait) }
        waiting = nil
    }

    private func note(_ result: ControlLoop.TakeResult, take: Int) {
        let seconds = (result.endedAt - result.firstTick).seconds
        ledger.update(take) {
            $0.rows = result.ending.rows
            $0.lateTicks = result.ending.lateTicks
            $0.repeatedFrames = result.ending.repeatedFrames
            $0.lateness = result.lateness
            $0.rate = seconds > 0 ? Double(result.ending.rows - result.ending.lateTicks) / seconds : 0
            if let message = result.ending.message { $0.problem = message }
        }
    }
}
