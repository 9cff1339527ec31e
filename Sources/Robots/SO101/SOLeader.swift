/// An SO-100 or SO-101 leader on its port: limp, moved by hand.
package final class SOLeader: Teleoperator {
    package let featureNames = ArmJoint.allCases.map(\.featureName)
    package let arm: SOArm
    private let dialogue: (any CalibrationDialogue)?

    /// The arm of `SOArm.init`; `dialogue` is asked when motors and calibration file differ.
    package init(arm: SOArm, dialogue: (any CalibrationDialogue)? = nil) {
        self.arm = arm
        self.dialogue = dialogue
    }

    package var name: String { arm.name }

    package var busCounters: BusCounters { arm.busCounters }

    package var complaints: [String] { arm.complaints }

    package func connect() throws { try arm.connect(dialogue) }

    package func readAction(into values: inout [Float]) throws {
        if values.count != featureNames.count { values = Array(repeating: 0, count: featureNames.count) }
        try arm.readJoints(into: &values)
    }

    package func disconnect() throws { try arm.disconnect() }
}
