import Platform
package import RecordingTypes
package import Robots

/// A simulated SO-101 follower: LeRobot's features and names, joints that follow their goals with a lag.
package final class SimulatedArm: Robot {
    package let robotType = "so_follower"
    package let name = "simulated arm"
    package let observationNames = ArmJoint.allCases.map(\.featureName)
    package var actionNames: [String] { observationNames }

    private let world: SimulatedWorld
    private let now: () -> MonotonicTime
    private var isConnected = false

    /// The arm of `world`; `now` is for tests.
    package init(world: SimulatedWorld, now: @escaping () -> MonotonicTime = { .now }) {
        self.world = world
        self.now = now
    }

    package func connect(asking person: (any CalibrationDialogue)?) throws { isConnected = true }

    package func readObservation(into values: inout [Float]) throws {
        try check("read the joints")
        world.snapshot(at: now()).pose.write(to: &values)
    }

    package func send(action: [Float]) throws {
        try check("send an action")
        guard action.count == actionNames.count else {
            throw ReelError(
                .mismatch, "send an action", subject: name,
                cause: "it has \(action.count) values, the arm has \(actionNames.count) joints")
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
