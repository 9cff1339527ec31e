/// Two leaders as one teleoperator; its values are the left arm's ("left_shoulder_pan.pos" …), then the right arm's.
package final class BiSOLeader: Teleoperator {
    package let featureNames = ArmSide.allCases.flatMap(\.featureNames)
    package let left: SOLeader
    package let right: SOLeader

    /// Two arms that are there already.
    package init(left: SOLeader, right: SOLeader) {
        self.left = left
        self.right = right
    }

    /// Two arms of their own settings; with an id "pair" their calibration files are pair_left and pair_right, as LeRobot
    /// has it. `openLine` is for tests.
    package convenience init(
        id: String?, left: SOArmSettings, right: SOArmSettings, dialogue: (any CalibrationDialogue)? = nil,
        environment: [String: String] = currentEnvironment(), openLine: ((ArmSide) throws -> any SerialLine)? = nil
    ) {
        func arm(_ side: ArmSide, _ settings: SOArmSettings) -> SOArm {
            var settings = settings
            settings.id = id.map { "\($0)_\(side.rawValue)" }
            return SOArm(
                .leader, type: "bi_so_leader", settings: settings, environment: environment,
                openLine: openLine.map { open in { try open(side) } })
        }
        self.init(
            left: SOLeader(arm: arm(.left, left), dialogue: dialogue),
            right: SOLeader(arm: arm(.right, right), dialogue: dialogue))
    }

    package var name: String { "\(left.name) and \(right.name)" }

    package var busCounters: BusCounters { left.busCounters + right.busCounters }

    package var complaints: [String] {
        left.complaints.map { "left \($0)" } + right.complaints.map { "right \($0)" }
    }

    package func connect() throws {
        try left.connect()
        do {
            try right.connect()
        } catch {
            try? left.disconnect()
            throw error
        }
    }

    package func readAction(into values: inout [Float]) throws {
        if values.count != featureNames.count { values = Array(repeating: 0, count: featureNames.count) }
        try left.arm.readJoints(into: &values)
        try right.arm.readJoints(into: &values, at: ArmJoint.allCases.count)
    }

    package func disconnect() throws {
        defer { try? right.disconnect() }
        try left.disconnect()
        try right.disconnect()
    }
}
