/// An SO-100 or SO-101 leader on its port: limp, moved by hand.
package final class SOLeader: Teleoperator {
    package let actionNames = ArmJoint.allCases.map(\.featureName)
    package let arm: SOArm

    /// The arm of `SOArm.init`.
    package init(arm: SOArm) { self.arm = arm }

    package var name: String { arm.name }

    package var arms: [any MotorArm] { [arm] }

    package var busCounters: BusCounters { arm.busCounters }

    package var complaints: [String] { arm.complaints }

    package func connect(asking person: (any CalibrationDialogue)?) throws { try arm.connect(asking: person) }

    package func readAction(into values: inout [Float]) throws {
        try arm.readJoints(into: &values)
    }

    package func disconnect() throws { try arm.disconnect() }
}
