package import RecordingTypes

/// A simulated SO-101 follower: LeRobot's features and names, joints that follow their goals with a lag.
package final class SimulatedArm: Robot {
    package let robotType = "so_follower"
    package let name = "simulated arm"
    package let featureNames = ArmJoint.allCases.map(\.featureName)

    private let world: SimulatedWorld
    private let now: () -> MonotonicTime
    private var isConnected = false

    /// The arm of `world`; `now` is for tests.
    package init(world: SimulatedWorld, now: @escaping () -> MonotonicTime = { .now }) {
        self.world = world
        self.now = now
    }

    package func connect() throws { isConnected = true }

    package func readObservation(into values: inout [Float]) throws {
        try check("read the joints")
        world.snapshot(at: now()).pose.write(to: &values)
    }

    package func send(action: [Float]) throws {
        try check("send an action")
        guard action.count == featureNames.count else {
            throw ReelError(
                .mismatch, "send an action", subject: name,
                cause: "it has \(action.count) values, the arm has \(featureNames.count) joints")
        }
        var goal = ArmPose()
        for (index, value) in action.enumerated() { goal.values[index] = Double(value) }
        world.setGoal(goal, at: now())
    }

    package func disconnect() throws { isConnected = false }

    private func check(_ action: String) throws {
        if !isConnected { throw ReelError(.failed, action, subject: name, cause: "it is not connected") }
    }
}
