import LeRobotDataset
import Platform
import Recording
import RecordingTypes
import Robots

/// An episode's actions, sent to the robot again at the times at which they were recorded.
struct Replay {
    let robot: any Robot
    let actions: EpisodeActions
    /// How long it takes to get from where the robot is to where the episode begins; LeRobot jumps.
    let approach: Duration

    /// Moves the robot until the episode is over or somebody interrupts. The robot must be connected.
    /// - Throws: `ReelError(.mismatch)` when the actions are for other joints, or what the motors say.
    func run(_ status: MotionStatus, until interruption: Interruption) throws {
        guard actions.count > 0 else { return }
        var observation = [Float](repeating: 0, count: robot.observationNames.count)
        try robot.readObservation(into: &observation)
        let isThere = try Approach(of: robot, from: observation, taking: approach).run(robot) {
            actions[0]
        } sleep: {
            interruption.sleep(until: $0)
        }
        guard isThere else { return }
        let pace = TickPace(
            start: .now, times: (0..<actions.count).map { .seconds(actions.times[$0] - actions.times[0]) })
        var row = 0
        while row < actions.count {
            if interruption.sleep(until: pace.due(row)) { return }
            let now = MonotonicTime.now
            // A row whose successor is due already is left out: the arm must not be late for ever.
            let current = pace.current(at: now, next: row)
            for missed in row..<current { tick(status, at: now, missed: 1, observation, actions[missed]) }
            try robot.readObservation(into: &observation)
            try robot.send(action: actions[current])
            tick(status, at: now, missed: 0, observation, actions[current])
            row = current + 1
        }
    }

    private func tick(
        _ status: MotionStatus, at now: MonotonicTime, missed: Int, _ observation: [Float], _ action: [Float]
    ) {
        status.tick(
            at: now, missed: missed, observation: observation, action: action,
            busRetries: robot.busCounters.retries)
    }

    /// Whether these are the robot's joints.
    /// - Throws: `ReelError(.mismatch)` that names what differs.
    func check() throws {
        guard actions.names == robot.actionNames else {
            throw ReelError(
                .mismatch, "replay the episode", subject: robot.name,
                cause: "its actions are \(actions.names.joined(separator: ", "))",
                remedy: "The robot's are \(robot.actionNames.joined(separator: ", ")).")
        }
    }
}
