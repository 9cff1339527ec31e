import RecordingTypes

/// An SO-100 or SO-101 follower on its port.
package final class SOFollower: Robot {
    package let robotType = "so_follower"
    package let featureNames = ArmJoint.allCases.map(\.featureName)
    package let arm: SOArm
    private let dialogue: (any CalibrationDialogue)?
    private let limits: [Float]?
    private var present: [Float] = []
    private var safeGoals: [Float] = []
    /// Actions whose goal had to be brought nearer because of `max_relative_target`.
    package private(set) var clampedActions = 0

    /// The arm of `SOArm.init`; `dialogue` is asked when motors and calibration file differ.
    /// - Throws: `ReelError(.usage)` when `max_relative_target` does not fit the joints.
    package init(arm: SOArm, dialogue: (any CalibrationDialogue)? = nil) throws {
        self.arm = arm
        self.dialogue = dialogue
        limits = try arm.settings.maxRelativeTarget.map { try Self.limits($0) }
    }

    package var name: String { arm.name }

    package var busCounters: BusCounters { arm.busCounters }

    package var complaints: [String] { arm.complaints }

    package func connect() throws { try arm.connect(dialogue) }

    package func readObservation(into values: inout [Float]) throws {
        if values.count != featureNames.count { values = Array(repeating: 0, count: featureNames.count) }
        try readObservation(into: &values, at: 0)
    }

    package func send(action: [Float]) throws {
        guard action.count == featureNames.count else {
            throw ReelError(
                .mismatch, "send an action", subject: name,
                cause: "it has \(action.count) values, the arm has \(featureNames.count) joints")
        }
        try send(action: action, at: 0)
    }

    package func disconnect() throws { try arm.disconnect() }

    /// The same for six values of a longer row.
    func readObservation(into values: inout [Float], at offset: Int) throws {
        try arm.readJoints(into: &values, at: offset)
    }

    /// The same for six values of a longer row.
    func send(action: [Float], at offset: Int) throws {
        guard let limits else { return try arm.writeGoals(action, at: offset) }
        if present.isEmpty {
            present = Array(repeating: 0, count: featureNames.count)
            safeGoals = present
        }
        try arm.readJoints(into: &present)
        var isClamped = false
        for index in limits.indices {
            let goal = action[offset + index]
            let way = goal - present[index]
            safeGoals[index] = present[index] + min(max(way, -limits[index]), limits[index])
            isClamped = isClamped || abs(safeGoals[index] - goal) > 1e-4
        }
        if isClamped { clampedActions += 1 }
        try arm.writeGoals(safeGoals)
    }

    private static func limits(_ limit: SOArmSettings.RelativeLimit) throws -> [Float] {
        switch limit {
        case .all(let value):
            return Array(repeating: Float(value), count: ArmJoint.allCases.count)
        case .perJoint(let values):
            let names = ArmJoint.allCases.map(\.name)
            guard Set(values.keys) == Set(names) else {
                throw ReelError(
                    .usage, "read --robot.max_relative_target",
                    cause: "it names \(values.keys.sorted().joined(separator: ", "))",
                    remedy: "Give one number, or one for each of \(names.joined(separator: ", ")).")
            }
            return names.map { Float(values[$0] ?? 0) }
        }
    }
}
