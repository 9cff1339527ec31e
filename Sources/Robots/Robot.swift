import RecordingTypes

/// What carries out actions and tells where its joints are: an arm, or a pair of them.
package protocol Robot: Device {
    /// As LeRobot writes it to info.json: "so_follower".
    var robotType: String { get }

    /// The values of an observation, in order: "shoulder_pan.pos".
    var observationNames: [String] { get }

    /// The values of an action, in order. An arm has those of its observation; a robot may observe more than it is told, or
    /// be told what it does not observe.
    var actionNames: [String] { get }

    /// Replaces `values` by where the joints are now, in the order of `observationNames`; degrees, the gripper 0...100.
    ///
    /// `values` keeps its storage when it has the right count already.
    /// - Throws: `ReelError` when the motors did not answer, retries included.
    func readObservation(into values: inout [Float]) throws

    /// Tells the joints where to go, in the order of `actionNames` and in the units of an observation.
    ///
    /// What is recorded as the action is what the teleoperator said, not what the robot makes of it.
    /// - Throws: `ReelError` when the count is wrong or the bus fails.
    func send(action: [Float]) throws
}

extension Robot {
    /// What the teleoperator asks for must be what the robot can be told.
    /// - Throws: `ReelError(.mismatch)` that names both.
    package func checkLead(by teleoperator: any Teleoperator) throws {
        guard actionNames != teleoperator.actionNames else { return }
        throw ReelError(
            .mismatch, "lead \(name) with \(teleoperator.name)",
            cause: "the one takes \(actionNames.joined(separator: ", ")), "
                + "the other gives \(teleoperator.actionNames.joined(separator: ", "))",
            remedy: "Give a teleoperator that goes with the robot.")
    }
}
