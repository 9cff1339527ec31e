import Platform
import RecordingTypes
import Robots
import Spool

/// The ticks: observe, act, hand over. Runs on one thread, does no I/O but the robot's, and allocates nothing in a tick.
///
/// Row k is the world nearest `start + k / fps`; deadlines are absolute, so lateness never adds up. A tick that is
/// missed by a whole period repeats the row before it, flagged and counted: time is never compressed.
final class ControlLoop {
    /// A camera whose newest picture is older than this ends the take, as in LeRobot 0.6.1.
    static let stalePictureLimit: Duration = .milliseconds(500)

    private let robot: any Robot
    private let teleoperator: any Teleoperator
    private let cameras: [any Camera]
    private let fps: Int
    private let ring: TickRing
    private let input: OperatorInput
    private let status: SessionStatus

    private var observation: [Float]
    private var action: [Float]
    private var frames: [CameraFrame?]
    private var lastSequences: [Int64]
    /// Of the take in progress, or the last one.
    private(set) var takeLateness = TickLateness()

    /// Called between two ticks when the operator wants to drop a take.
    private let onUndo: () -> Void

    /// Set by the spool writer's side: why no row can be stored any more.
    private let spoolFailure: SpoolFailure

    init(
        robot: any Robot, teleoperator: any Teleoperator, cameras: [any Camera], fps: Int, ring: TickRing,
        input: OperatorInput, status: SessionStatus, spoolFailure: SpoolFailure, onUndo: @escaping () -> Void = {}
    ) {
        self.robot = robot
        self.teleoperator = teleoperator
        self.cameras = cameras
        self.fps = fps
        self.ring = ring
        self.input = input
        self.status = status
        self.spoolFailure = spoolFailure
        self.onUndo = onUndo
        observation = Array(repeating: 0, count: robot.featureNames.count)
        action = Array(repeating: 0, count: teleoperator.featureNames.count)
        frames = Array(repeating: nil, count: cameras.count)
        lastSequences = Array(repeating: -1, count: cameras.count)
    }

    /// What one take came to.
    struct TakeResult {
        var ending: TakeEnding
        /// Per camera: the greatest age of its picture at a row that was not late.
        var oldestPictures: [Duration]
        /// The device that ended it, where one did.
        var device: DeviceFailure.Device?
        var requests: Set<OperatorInput.Request>
        /// When the take was over: the next row's deadline, or the moment of the key.
        var endedAt: MonotonicTime
        /// When its first tick really began.
        var firstTick: MonotonicTime
    }

    /// When row `row` of a phase that began at `start` is due.
    private func deadline(_ row: Int, from start: MonotonicTime) -> MonotonicTime {
        start + .nanoseconds(Int64(row) * 1_000_000_000 / Int64(fps))
    }

    /// One period of the loop.
    var period: Duration { .nanoseconds(1_000_000_000 / Int64(fps)) }

    /// Records at most `rowLimit` rows into the ring, from row 0 at `start`.
    func record(take: Int, start: MonotonicTime, rowLimit: Int) -> TakeResult {
        for camera in cameras { camera.takeBegins(number: take, start: start, fps: fps) }
        ring.push(.begin(take: take, start: start))
        takeLateness.clear()
        for index in lastSequences.indices { lastSequences[index] = -1 }
        var result = TakeResult(
            ending: TakeEnding(
                reason: .timeUp, message: nil, rows: 0, lateTicks: 0,
                repeatedFrames: Array(repeating: 0, count: cameras.count)),
            oldestPictures: Array(repeating: .zero, count: cameras.count), requests: [],
            endedAt: deadline(rowLimit, from: start), firstTick: start)

        var row = 0
        while row < rowLimit {
            let due = deadline(row, from: start)
            input.sleep(until: due)
            if input.isPending {
                let (requests, at) = input.take()
                result.requests = requests
                result.endedAt = at
                result.ending.reason = requests.contains(.interrupt) ? .interrupted : .endedEarly
                break
            }
            for _ in 0..<input.takeUndos() { onUndo() }
            let now = MonotonicTime.now
            if row == 0 { result.firstTick = now }
            takeLateness.add(now - due)
            let failure = tick(row: &row, rowLimit: rowLimit, now: now, due: due, result: &result)
            if let failure {
                (result.ending.reason, result.ending.message) = (failure.reason, failure.message)
                result.device = failure.device
                result.endedAt = .now
                break
            }
            status.tick(row: row, frames: frames, busRetries: busRetries, outcome: input.outcome, now: now)
        }
        result.ending.rows = row
        ring.push(.end(take: take, result.ending))
        return result
    }

    /// One tick, and before it the rows that were missed. Returns why the take must end, or nil.
    private func tick(
        row: inout Int, rowLimit: Int, now: MonotonicTime, due: MonotonicTime, result: inout TakeResult
    ) -> DeviceFailure? {
        if let failure = spoolFailure.current {
            return DeviceFailure(reason: failure.reason, message: failure.message)
        }
        let missed = Int((now - due) / period)
        if missed > 0 && row > 0 {
            for _ in 0..<min(missed, rowLimit - row) {
                guard push(row: row, at: now, isLate: true, newBytes: 0) else { return ringFull }
                for camera in cameras.indices { result.ending.repeatedFrames[camera] += 1 }
                result.ending.lateTicks += 1
                row += 1
            }
            if row >= rowLimit { return nil }
        }
        if let failure = observeAndAct() { return failure }
        var newBytes = 0
        for index in cameras.indices {
            let camera = cameras[index]
            let newest = camera.newest()
            if let failure = Self.failure(of: camera, newest, at: now) {
                return DeviceFailure(reason: .cameraFailed, message: failure, device: .camera(index))
            }
            guard let frame = newest else { continue }
            if frame.sequence == lastSequences[index] {
                result.ending.repeatedFrames[index] += 1
            } else {
                lastSequences[index] = frame.sequence
                newBytes += frame.byteCount
            }
            frames[index] = frame
            result.oldestPictures[index] = max(result.oldestPictures[index], now - frame.capturedAt)
        }
        guard push(row: row, at: now, isLate: false, newBytes: newBytes) else { return ringFull }
        row += 1
        return nil
    }

    private func push(row: Int, at time: MonotonicTime, isLate: Bool, newBytes: Int) -> Bool {
        let header = TickRing.Header(
            row: row, time: time, wallNanoseconds: wallClockNanoseconds(), isLate: isLate, bytes: newBytes)
        return ring.push(header, observation: observation, action: action, frames: frames)
    }

    /// One exchange with robot and teleoperator. Returns who failed, retries included, or nil.
    private func observeAndAct() -> DeviceFailure? {
        var device = DeviceFailure.Device.robot
        do {
            try robot.readObservation(into: &observation)
            device = .teleoperator
            try teleoperator.readAction(into: &action)
            device = .robot
            try robot.send(action: action)
            return nil
        } catch {
            let name = device == .robot ? robot.name : teleoperator.name
            return DeviceFailure(reason: .robotFailed, message: "\(name): \(error)", device: device)
        }
    }

    private var busRetries: Int { robot.busCounters.retries + teleoperator.busCounters.retries }

    private var ringFull: DeviceFailure {
        let megabytes = ring.byteCount / 1_000_000
        return DeviceFailure(
            reason: .ringFull, message: "the disk is too slow: \(megabytes) MB of pictures wait for it")
    }

    /// Why a camera is of no use now, or nil.
    static func failure(of camera: any Camera, _ newest: CameraFrame?, at now: MonotonicTime) -> String? {
        if let failure = camera.failure { return "camera \(camera.name): \(failure)" }
        guard let frame = newest else { return "camera \(camera.name) has no picture" }
        guard now - frame.capturedAt > stalePictureLimit else { return nil }
        return "camera \(camera.name) has delivered nothing for \(Int((now - frame.capturedAt).milliseconds)) ms"
    }

    /// What a reset phase came to.
    struct ResetResult {
        var requests: Set<OperatorInput.Request>
        var endedAt: MonotonicTime
        var firstTick: MonotonicTime
        var failure: DeviceFailure?
    }

    /// The reset phase: the follower follows, nothing is recorded. It goes on while the operator types a note.
    func reset(start: MonotonicTime, rowLimit: Int) -> ResetResult {
        var result = ResetResult(
            requests: [], endedAt: deadline(rowLimit, from: start), firstTick: start, failure: nil)
        var row = 0
        while row < rowLimit || input.isTyping {
            let due = deadline(row, from: start)
            input.sleep(until: due)
            if input.isPending {
                (result.requests, result.endedAt) = input.take()
                break
            }
            for _ in 0..<input.takeUndos() { onUndo() }
            let now = MonotonicTime.now
            if row == 0 { result.firstTick = now }
            if let failure = observeAndAct() {
                result.failure = failure
                result.endedAt = .now
                break
            }
            // For the ages that the operator sees.
            for index in cameras.indices { frames[index] = cameras[index].newest() ?? frames[index] }
            status.tick(
                row: min(row, rowLimit), frames: frames, busRetries: busRetries, outcome: input.outcome, now: now)
            row += 1
            result.endedAt = deadline(max(row, rowLimit), from: start)
        }
        return result
    }
}
