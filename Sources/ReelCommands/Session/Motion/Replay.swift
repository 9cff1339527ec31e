import LeRobotDataset
import Platform
import RecordingTypes
import Robots

/// An episode's actions, sent to the robot again at the times at which they were recorded.
struct Replay {
    let robot: any Robot
    let actions: EpisodeActions
    /// How long it takes to get from where the robot is to where the episode begins; LeRobot jumps.
    let approach: Duration

    private static let approachRate = 60

    /// Moves the robot until the episode is over or somebody interrupts. The robot must be connected.
    /// - Throws: `ReelError(.mismatch)` when the actions are for other joints, or what the motors say.
    func run(_ status: MotionStatus, until interruption: Interruption) throws {
        guard actions.count > 0 else { return }
        var observation = [Float](repeating: 0, count: robot.featureNames.count)
        try robot.readObservation(into: &observation)
        guard try come(to: actions[0], from: observation, interruption) else { return }
        let start = MonotonicTime.now
        for row in 0..<actions.count {
            let due = start + .seconds(actions.times[row] - actions.times[0])
            if interruption.sleep(until: due) { return }
            let now = MonotonicTime.now
            // A row whose successor is due already is left out: the arm must not be late for ever.
            let next = row + 1 < actions.count ? start + .seconds(actions.times[row + 1] - actions.times[0]) : due
            let isMissed = next <= now && row + 1 < actions.count
            let action = actions[row]
            if !isMissed {
                try robot.readObservation(into: &observation)
                try robot.send(action: action)
            }
            status.tick(
                at: now, missed: isMissed ? 1 : 0, observation: observation, action: action,
                busRetries: robot.busCounters.retries)
        }
    }

    /// Whether these are the robot's joints.
    /// - Throws: `ReelError(.mismatch)` that names what differs.
    func check() throws {
        guard actions.names == robot.featureNames else {
            throw ReelError(
                .mismatch, "replay the episode", subject: robot.name,
                cause: "its actions are \(actions.names.joined(separator: ", "))",
                remedy: "The robot's are \(robot.featureNames.joined(separator: ", ")).")
        }
    }

    /// Brings the robot to a pose in a straight line; false when it was interrupted.
    private func come(to goal: [Float], from start: [Float], _ interruption: Interruption) throws -> Bool {
        let steps = Int(approach.seconds * Double(Self.approachRate))
        let begin = MonotonicTime.now
        for step in 0..<steps {
            let share = Float(step + 1) / Float(steps)
            try robot.send(action: zip(start, goal).map { $0 + ($1 - $0) * share })
            let due = begin + .nanoseconds(Int64(step + 1) * 1_000_000_000 / Int64(Self.approachRate))
            if interruption.sleep(until: due) { return false }
        }
        return true
    }
}
