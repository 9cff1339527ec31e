import Platform
import PreviewBoard
import RecordingTypes
import Robots
import Spool

/// The ticks: observe, act, hand over. Runs on one thread, does no I/O but the robot's, and allocates nothing in a tick.
///
/// Row k is the world nearest `start + k / fps`. A tick that is missed by a whole period repeats the row before it, flagged
/// and counted: time is never compressed (`TickPace`).
final class ControlLoop {
    let robot: any Robot
    let teleoperator: any Teleoperator
    let cameras: [any Camera]
    /// Those of the devices that want to know when takes begin.
    private let takeAware: [any TakeAware]
    /// Per camera: how old its newest picture may be.
    let staleLimits: [Duration]
    private let fps: Int
    let intake: TakeIntake
    let input: OperatorInput
    let status: SessionStatus
    /// Gets each row, for whoever looks.
    private let preview: PreviewBoard?

    var observation: [Float]
    var action: [Float]
    /// Taken from the cameras in a tick and handed over with its row. Empty between two ticks: whoever lets go of a
    /// picture last gives its memory back, and that must not be this thread.
    var pictures: [CameraFrame?]
    /// Per camera: the picture that the last row shows, -1 before the first row.
    var sequences: [Int64]
    /// Per camera: whether the row that is being taken repeats the picture of the row before.
    var repeats: [Bool]
    /// Per camera: when the picture that was seen last was captured.
    var captured: [MonotonicTime?]
    /// When the last tick had its observation and its pictures.
    var lastTime = MonotonicTime(nanoseconds: 0)
    /// When the robot was last told where its leader is; nil when it did not do it, or was not led yet.
    var lastLed: MonotonicTime?
    /// Until then no camera is blamed for the age of its picture: the program stood still itself.
    var pardonEnd = MonotonicTime(nanoseconds: 0)
    /// Of the take in progress, or the last one.
    private(set) var takeLateness = TickLateness()

    /// Gets what happens between two phases; never called in a tick.
    let tell: (SessionEvent) -> Void
    /// Called between two ticks when the operator wants to drop a take.
    private let onUndo: () -> Void

    init(
        robot: any Robot, teleoperator: any Teleoperator, cameras: [any Camera], staleLimits: [Duration]? = nil,
        fps: Int, intake: TakeIntake, input: OperatorInput, status: SessionStatus, preview: PreviewBoard? = nil,
        tell: @escaping (SessionEvent) -> Void = { _ in }, onUndo: @escaping () -> Void = {}
    ) {
        self.robot = robot
        self.teleoperator = teleoperator
        self.cameras = cameras
        let devices: [AnyObject] = cameras + [robot, teleoperator]
        takeAware = devices.compactMap { $0 as? any TakeAware }
        self.staleLimits = staleLimits ?? Array(repeating: StalePicture.usualLimit, count: cameras.count)
        self.fps = fps
        self.intake = intake
        self.input = input
        self.status = status
        self.preview = preview
        self.tell = tell
        self.onUndo = onUndo
        observation = Array(repeating: 0, count: robot.observationNames.count)
        action = Array(repeating: 0, count: teleoperator.actionNames.count)
        pictures = Array(repeating: nil, count: cameras.count)
        sequences = Array(repeating: -1, count: cameras.count)
        repeats = Array(repeating: false, count: cameras.count)
        captured = Array(repeating: nil, count: cameras.count)
    }

    /// What one take came to.
    struct TakeResult {
        let take: Int
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

    /// One period of the loop.
    var period: Duration { .nanoseconds(1_000_000_000 / Int64(fps)) }

    /// The ticks of a phase that begins at `start`.
    private func pace(from start: MonotonicTime) -> TickPace { TickPace(start: start, rate: fps) }

    // MARK: - A take

    /// Records at most `rowLimit` rows, from row 0 at `start`.
    func record(take: Int, start: MonotonicTime, rowLimit: Int) -> TakeResult {
        for device in takeAware { device.takeBegins(number: take, start: start, fps: fps) }
        intake.begin(take, start: start)
        takeLateness.clear()
        for index in cameras.indices { (sequences[index], captured[index]) = (-1, nil) }
        let pace = pace(from: start)
        var result = TakeResult(
            take: take,
            ending: TakeEnding(
                reason: .timeUp, message: nil, rows: 0, lateTicks: 0,
                repeatedFrames: Array(repeating: 0, count: cameras.count)),
            oldestPictures: Array(repeating: .zero, count: cameras.count), requests: [],
            endedAt: pace.due(rowLimit), firstTick: start)

        var row = 0
        while row < rowLimit {
            let due = pace.due(row)
            input.sleep(until: due)
            if input.isPending {
                let (requests, at) = input.take()
                result.requests = requests
                result.endedAt = at
                result.ending.reason = Self.reason(for: requests)
                break
            }
            for _ in 0..<input.takeUndos() { onUndo() }
            let now = MonotonicTime.now
            if row == 0 { result.firstTick = now }
            takeLateness.add(now - due)
            if let failure = tick(row: &row, rowLimit: rowLimit, now: now, pace, &result) {
                (result.ending.reason, result.ending.message) = (failure.reason, failure.message)
                result.device = failure.device
                result.endedAt = .now
                lastLed = nil
                break
            }
            status.tick(
                row: row, lateTicks: result.ending.lateTicks, captured: captured, busRetries: busRetries,
                outcome: input.outcome, now: lastTime)
        }
        result.ending.rows = row
        intake.end(take, result.ending)
        return result
    }

    /// One tick, and before it the rows that were missed. Returns why the take must end, or nil.
    private func tick(
        row: inout Int, rowLimit: Int, now: MonotonicTime, _ pace: TickPace, _ result: inout TakeResult
    ) -> DeviceFailure? {
        if let failure = intake.failure {
            return DeviceFailure(reason: failure.reason, message: failure.message)
        }
        if row > 0 {
            if let failure = standstill(of: now - pace.due(row), at: now) { return failure }
            // Before the first row there is none that could be repeated.
            let current = min(pace.current(at: now, next: row), rowLimit)
            while row < current {
                let late = TakeIntake.Row(
                    index: row, time: now, wallNanoseconds: WallClock.nanoseconds, isLate: true)
                guard push(late) else { return ringFull }
                show(late, take: result.take)
                for camera in cameras.indices { result.ending.repeatedFrames[camera] += 1 }
                result.ending.lateTicks += 1
                row += 1
            }
            if row >= rowLimit { return nil }
        }
        if let failure = takeRow(row, &result) {
            intake.letGo(of: &pictures)
            return failure
        }
        row += 1
        return nil
    }

    private static func reason(for requests: Set<OperatorInput.Request>) -> TakeEndReason {
        if requests.contains(.interrupt) { return .interrupted }
        return requests.contains(.terminate) ? .terminated : .endedEarly
    }

    /// Takes the row's values and pictures, acts, and hands the row over. Returns why it could not be, or nil.
    private func takeRow(_ row: Int, _ result: inout TakeResult) -> DeviceFailure? {
        if let failure = observe() { return failure }
        // Each camera gives its picture of this instant: none of them is newer than its row.
        let (time, wall) = (MonotonicTime.now, WallClock.nanoseconds)
        lastTime = time
        for index in cameras.indices { pictures[index] = cameras[index].picture(at: time) }
        for index in cameras.indices {
            if let failure = usePicture(of: index, at: time, &result) { return failure }
        }
        if let failure = act() { return failure }
        let taken = TakeIntake.Row(index: row, time: time, wallNanoseconds: wall)
        guard push(taken) else { return ringFull }
        show(taken, take: result.take)
        for index in cameras.indices where repeats[index] { result.ending.repeatedFrames[index] += 1 }
        return nil
    }

    /// Shows a row to whoever looks.
    private func show(_ row: TakeIntake.Row, take: Int) {
        preview?.add(
            PreviewBoard.Row(
                index: row.index, take: take, time: row.time, wall: row.wallNanoseconds, isLate: row.isLate),
            observation: observation, action: action, sequences: sequences)
    }

    /// Hands a row over with the values and pictures that are here.
    private func push(_ row: TakeIntake.Row) -> Bool {
        intake.push(row, observation: observation, action: action, pictures: &pictures)
    }

    private var ringFull: DeviceFailure {
        let megabytes = intake.waitingBytes / 1_000_000
        return DeviceFailure(
            reason: .ringFull, message: "the disk is too slow: \(megabytes) MB of pictures wait for it")
    }

    // MARK: - A reset phase

    /// What a reset phase came to.
    struct ResetResult {
        var requests: Set<OperatorInput.Request>
        var endedAt: MonotonicTime
        var firstTick: MonotonicTime
        var failure: DeviceFailure?
    }

    /// The reset phase: the follower follows, nothing is recorded, and ticks that were missed are left out. It goes on while
    /// the operator types a note.
    func reset(after take: Int, start: MonotonicTime, rowLimit: Int) -> ResetResult {
        let pace = pace(from: start)
        var result = ResetResult(requests: [], endedAt: pace.due(rowLimit), firstTick: start, failure: nil)
        var row = 0
        while row < rowLimit || input.isTyping {
            input.sleep(until: pace.due(row))
            if input.isPending {
                (result.requests, result.endedAt) = input.take()
                break
            }
            for _ in 0..<input.takeUndos() { onUndo() }
            let now = MonotonicTime.now
            if row == 0 { result.firstTick = now }
            let late = now - pace.due(row)
            row = pace.current(at: now, next: row)
            if let failure = standstill(of: row > 0 ? late : .zero, at: now) ?? observe() ?? act() {
                result.failure = failure
                result.endedAt = .now
                lastLed = nil
                break
            }
            lookAtCameras()
            preview?.add(
                PreviewBoard.Row(index: -1, take: take, time: lastTime, wall: WallClock.nanoseconds),
                observation: observation, action: action, sequences: sequences)
            status.tick(
                row: min(row, rowLimit), captured: captured, busRetries: busRetries, outcome: input.outcome,
                now: lastTime)
            row += 1
            result.endedAt = pace.due(max(row, rowLimit))
        }
        return result
    }
}
