import RecordingTypes

/// An SO-100 or SO-101 follower on its port.
package final class SOFollower: Robot {
    package let robotType = "so_follower"
    package let observationNames = ArmJoint.allCases.map(\.featureName)
    package var actionNames: [String] { observationNames }
    package let arm: SOArm
    private let limits: [Float]?
    private var present: [Float] = []
    private var safeGoals: [Float] = []
    /// Actions whose goal had to be brought nearer because of `max_relative_target`.
    package private(set) var clampedActions = 0

    /// The arm of `SOArm.init`.
    /// - Throws: `ReelError(.usage)` when `max_relative_target` does not fit the joints.
    package init(arm: SOArm) throws {
        self.arm = arm
        limits = try arm.settings.maxRelativeTarget.map { try Self.limits($0) }
    }

    package var name: String { arm.name }

    package var arms: [any MotorArm] { [arm] }

    package var busCounters: BusCounters { arm.busCounters }

    package var complaints: [String] { arm.complaints }

    package func connect(asking person: (any CalibrationDialogue)?) throws { try arm.connect(asking: person) }

    package func readObservation(into values: inout [Float]) throws {
        try arm.readJoints(into: &values)
    }

    package func send(action: [Float]) throws {
        guard action.count == actionNames.count else {
            throw ReelError(
                .mismatch, "send an action", subject: name,
                cause: "it has \(action.count) values, the arm has \(actionNames.count) joints")
        }
        guard let limits else { return try arm.writeGoals(action) }
        try arm.readJoints(into: &present)
        if safeGoals.isEmpty { safeGoals = present }
        var isClamped = false
        for index in limits.indices {
            let goal = action[index]
            let way = goal - present[index]
            safeGoals[index] = present[index] + min(max(way, -limits[index]), limits[index])
            isClamped = isClamped || abs(safeGoals[index] - goal) > 1e-4
        }
        if isClamped { clampedActions += 1 }
        try arm.writeGoals(safeGoals)
    }

    package func disconnect() throws { try arm.disconnect() }

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
