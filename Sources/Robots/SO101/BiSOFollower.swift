import RecordingTypes

/// Two followers as one robot; its values are the left arm's ("left_shoulder_pan.pos" …), then the right arm's.
package final class BiSOFollower: Robot {
    package let robotType = "bi_so_follower"
    package let featureNames = ArmSide.allCases.flatMap(\.featureNames)
    package let left: SOFollower
    package let right: SOFollower

    /// Two arms that are there already.
    package init(left: SOFollower, right: SOFollower) {
        self.left = left
        self.right = right
    }

    /// Two arms of their own settings; with an id "pair" their calibration files are pair_left and pair_right, as LeRobot
    /// has it. `openLine` is for tests.
    /// - Throws: `ReelError(.usage)` when `max_relative_target` does not fit the joints.
    package convenience init(
        id: String?, left: SOArmSettings, right: SOArmSettings, dialogue: (any CalibrationDialogue)? = nil,
        environment: [String: String] = currentEnvironment(), openLine: ((ArmSide) throws -> any SerialLine)? = nil
    ) throws {
        func arm(_ side: ArmSide, _ settings: SOArmSettings) -> SOArm {
            var settings = settings
            settings.id = id.map { "\($0)_\(side.rawValue)" }
            return SOArm(
                .follower, type: "bi_so_follower", settings: settings, environment: environment,
                openLine: openLine.map { open in { try open(side) } })
        }
        self.init(
            left: try SOFollower(arm: arm(.left, left), dialogue: dialogue),
            right: try SOFollower(arm: arm(.right, right), dialogue: dialogue))
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

    package func readObservation(into values: inout [Float]) throws {
        if values.count != featureNames.count { values = Array(repeating: 0, count: featureNames.count) }
        try left.readObservation(into: &values, at: 0)
        try right.readObservation(into: &values, at: ArmJoint.allCases.count)
    }

    package func send(action: [Float]) throws {
        guard action.count == featureNames.count else {
            throw ReelError(
                .mismatch, "send an action", subject: name,
                cause: "it has \(action.count) values, the arms have \(featureNames.count) joints")
        }
        try left.send(action: action, at: 0)
        try right.send(action: action, at: ArmJoint.allCases.count)
    }

    package func disconnect() throws {
        defer { try? right.disconnect() }
        try left.disconnect()
        try right.disconnect()
    }
}
