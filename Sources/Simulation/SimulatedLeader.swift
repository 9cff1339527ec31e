import Platform
package import RecordingTypes
package import Robots

/// A simulated leader arm whose operator never tires: pick and place, a function of time and the world's seed.
package final class SimulatedLeader: Teleoperator {
    package let name = "simulated leader"
    package let actionNames = ArmJoint.allCases.map(\.featureName)

    private let script: PickAndPlace
    private let now: () -> MonotonicTime
    private var isConnected = false

    /// The operator of `world`; `now` is for tests.
    package init(world: SimulatedWorld, now: @escaping () -> MonotonicTime = { .now }) {
        script = world.script
        self.now = now
    }

    package func connect(asking person: (any CalibrationDialogue)?) throws { isConnected = true }

    package func readAction(into values: inout [Float]) throws {
        guard isConnected else {
            throw ReelError(.failed, "read the leader", subject: name, cause: "it is not connected")
        }
        script.pose(at: now()).write(to: &values)
    }

    package func disconnect() throws { isConnected = false }
}
