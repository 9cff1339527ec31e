import Platform
import PreviewBoard
import Recording
import RecordingTypes
import Robots
import Synchronization

/// The follower follows the leader, and nothing is recorded. Ticks have absolute deadlines; those that are missed are
/// counted and left out.
struct Teleoperation {
    let robot: any Robot
    let teleoperator: any Teleoperator
    /// Ticks a second.
    let rate: Int
    /// nil goes on until it is interrupted.
    let duration: Duration?
    /// How long the follower takes to come to a leader that is far away; zero jumps, as LeRobot does.
    let alignTime: Duration
    /// Gets each row, for whoever looks.
    var preview: PreviewBoard?
    /// Of whoever looks.
    var cameraCount = 0

    /// Moves the arm until the time is over or somebody interrupts. The devices must be connected.
    /// - Throws: `ReelError` when a motor does not answer.
    func run(_ status: MotionStatus, until interruption: Interruption) throws {
        var observation = [Float](repeating: 0, count: robot.observationNames.count)
        var action = [Float](repeating: 0, count: teleoperator.actionNames.count)
        try robot.readObservation(into: &observation)
        try teleoperator.readAction(into: &action)
        let approach = Approach(of: robot, from: observation, to: action, atMost: alignTime)
        let isThere = try approach.run(robot) {
            try teleoperator.readAction(into: &action)
            return action
        } sleep: {
            interruption.sleep(until: $0)
        }
        guard isThere else { return }
        let pace = TickPace(start: .now, rate: rate)
        let noPictures = [Int64](repeating: -1, count: cameraCount)
        var tick = 0
        while duration.map({ pace.due(tick) - pace.start < $0 }) ?? true {
            if interruption.sleep(until: pace.due(tick)) { return }
            let now = MonotonicTime.now
            let current = pace.current(at: now, next: tick)
            try robot.readObservation(into: &observation)
            try teleoperator.readAction(into: &action)
            try robot.send(action: action)
            preview?.add(
                PreviewBoard.Row(index: -1, take: 0, time: now, wall: WallClock.nanoseconds),
                observation: observation, action: action, sequences: noPictures)
            status.tick(
                at: now, missed: current - tick, observation: observation, action: action,
                busRetries: robot.busCounters.retries + teleoperator.busCounters.retries)
            tick = current + 1
        }
    }
}
