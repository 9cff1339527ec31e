import Platform
import RecordingTypes
import Robots
import Spool

/// The ticks: observe, act, hand over. Runs on one thread, does no I/O but the robot's, and allocates nothing in a tick.
///
/// Row k is the world nearest `start + k / fps`; deadlines are absolute, so lateness never adds up. A tick that is
/// missed by a whole period repeats the row before it, flagged and counted: time is never compressed.
final class ControlLoop {
    private let robot: any Robot
    private let teleoperator: any Teleoperator
    private let cameras: [any Camera]
    /// Per camera: how old its newest picture may be.
    private let staleLimits: [Duration]
    private let fps: Int
    private let ring: TickRing
    private let input: OperatorInput
    private let status: SessionStatus

    private var observation: [Float]
    private var action: [Float]
    /// Taken from the cameras in a tick and handed over with its row. Empty between two ticks: whoever lets go of a
    /// picture last gives its memory back, and that must not be this thread.
    private var pictures: [CameraFrame?]
    /// Per camera: the picture that the last row shows, -1 before the first row.
    private var sequences: [Int64]
    /// Per camera: when the picture that was seen last was captured.
    private var captured: [MonotonicTime?]
    /// When the last tick had its observation and its pictures.
    private var lastTime = MonotonicTime(nanoseconds: 0)
    /// Of the take in progress, or the last one.
    private(set) var takeLateness = TickLateness()

    /// Called between two ticks when the operator wants to drop a take.
    private let onUndo: () -> Void

    /// Set by the spool writer's side: why no row can be stored any more.
    private let spoolFailure: SpoolFailure

    init(
        robot: any Robot, teleoperator: any Teleoperator, cameras: [any Camera], staleLimits: [Duration]? = nil,
        fps: Int, ring: TickRing, input: OperatorInput, status: SessionStatus, spoolFailure: SpoolFailure,
        onUndo: @escaping () -> Void = {}
    ) {
        self.robot = robot
        self.teleoperator = teleoperator
        self.cameras = cameras
        self.staleLimits = staleLimits ?? Array(repeating: StalePicture.usualLimit, count: cameras.count)
        self.fps = fps
        self.ring = ring
        self.input = input
        self.status = status
        self.spoolFailure = spoolFailure
        self.onUndo = onUndo
        observation = Array(repeating: 0, count: robot.featureNames.count)
        action = Array(repeating: 0, count: teleoperator.featureNames.count)
        pictures = Array(repeating: nil, count: cameras.count)
        sequences = Array(repeating: -1, count: cameras.count)
        captured = Array(repeating: nil, count: cameras.count)
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
        for index in cameras.indices { (sequences[index], captured[index]) = (-1, nil) }
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
            status.tick(row: row, captured: captured, busRetries: busRetries, outcome: input.outcome, now: lastTime)
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
                let header = TickRing.Header(
                    row: row, time: now, wallNanoseconds: wallClockNanoseconds(), isLate: true, bytes: 0)
                guard push(header) else { return ringFull }
                for camera in cameras.indices { result.ending.repeatedFrames[camera] += 1 }
                result.ending.lateTicks += 1
                row += 1
            }
            if row >= rowLimit { return nil }
        }
        if let failure = takeRow(row, &result) {
            ring.letGo(of: &pictures)
            return failure
        }
        row += 1
        return nil
    }

    /// Takes the row's values and pictures, acts, and hands the row over. Returns why it could not be, or nil.
    private func takeRow(_ row: Int, _ result: inout TakeResult) -> DeviceFailure? {
        if let failure = observe() { return failure }
        for index in cameras.indices { pictures[index] = cameras[index].newest() }
        // After the last of the pictures: none of them is newer than its row.
        let (time, wall) = (MonotonicTime.now, wallClockNanoseconds())
        lastTime = time
        var newBytes = 0
        for index in cameras.indices {
            if let failure = usePicture(of: index, at: time, newBytes: &newBytes, &result) { return failure }
        }
        if let failure = act() { return failure }
        let header = TickRing.Header(row: row, time: time, wallNanoseconds: wall, isLate: false, bytes: newBytes)
        return push(header) ? nil : ringFull
    }

    /// Takes note of what a camera gave for the row. Returns why the camera is of no use, or nil.
    private func usePicture(
        of index: Int, at time: MonotonicTime, newBytes: inout Int, _ result: inout TakeResult
    ) -> DeviceFailure? {
        if let picture = pictures[index] {
            if picture.capturedAt > time && sequences[index] >= 0 {
                // Its stamp is ahead of the clock: a row shows nothing that is later than itself.
                pictures[index] = nil
                result.ending.repeatedFrames[index] += 1
            } else if picture.sequence == sequences[index] {
                result.ending.repeatedFrames[index] += 1
            } else {
                (sequences[index], captured[index]) = (picture.sequence, picture.capturedAt)
                newBytes += picture.byteCount
            }
        }
        if let failure = StalePicture.failure(
            of: cameras[index], capturedAt: captured[index], at: time, limit: staleLimits[index])
        {
            return DeviceFailure(reason: .cameraFailed, message: failure, device: .camera(index))
        }
        if let capturedAt = captured[index] {
            result.oldestPictures[index] = max(result.oldestPictures[index], time - capturedAt)
        }
        return nil
    }

    /// Hands a row over with the values and pictures that are here.
    private func push(_ header: TickRing.Header) -> Bool {
        ring.push(header, observation: observation, action: action, frames: &pictures)
    }

    /// Reads the robot. Returns that it failed, retries included, or nil.
    private func observe() -> DeviceFailure? {
        do {
            try robot.readObservation(into: &observation)
            return nil
        } catch {
            return DeviceFailure(reason: .robotFailed, message: "\(robot.name): \(error)", device: .robot)
        }
    }

    /// Reads the teleoperator and moves the robot. Returns who failed, retries included, or nil.
    private func act() -> DeviceFailure? {
        var device = DeviceFailure.Device.teleoperator
        do {
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

    /// Looks how old the pictures are, which the operator sees, when none is stored.
    private func lookAtCameras() {
        for index in cameras.indices {
            pictures[index] = cameras[index].newest()
            captured[index] = pictures[index]?.capturedAt ?? captured[index]
        }
        lastTime = .now
        ring.letGo(of: &pictures)
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
            if let failure = observe() ?? act() {
                result.failure = failure
                result.endedAt = .now
                break
            }
            lookAtCameras()
            status.tick(
                row: min(row, rowLimit), captured: captured, busRetries: busRetries, outcome: input.outcome,
                now: lastTime)
            row += 1
            result.endedAt = deadline(max(row, rowLimit), from: start)
        }
        return result
    }
}
