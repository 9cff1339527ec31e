import Platform
import RecordingTypes
import Robots
import Synchronization

/// The follower follows the leader, and nothing is recorded. Ticks have absolute deadlines; one that comes too late by
/// whole periods is counted and not made up for.
struct Teleoperation {
    let robot: any Robot
    let teleoperator: any Teleoperator
    /// Ticks a second.
    let rate: Int
    /// nil goes on until it is interrupted.
    let duration: Duration?

    /// Moves the arm until the time is over or somebody interrupts. The devices must be connected.
    /// - Throws: `ReelError` when a motor does not answer.
    func run(_ status: MotionStatus, until interruption: Interruption) throws {
        var observation = [Float](repeating: 0, count: robot.featureNames.count)
        var action = [Float](repeating: 0, count: teleoperator.featureNames.count)
        let start = MonotonicTime.now
        var tick: Int64 = 0
        var due = start
        while duration.map({ due - start < $0 }) ?? true {
            if interruption.sleep(until: due) { return }
            let now = MonotonicTime.now
            try robot.readObservation(into: &observation)
            try teleoperator.readAction(into: &action)
            try robot.send(action: action)
            let missed = (now - due).nanoseconds * Int64(rate) / 1_000_000_000
            status.tick(
                at: now, missed: Int(missed), observation: observation, action: action,
                busRetries: robot.busCounters.retries + teleoperator.busCounters.retries)
            tick += 1 + missed
            due = start + .nanoseconds(tick * 1_000_000_000 / Int64(rate))
        }
    }
}
