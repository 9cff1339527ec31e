import Robots

/// An arm, and a leader, that do not move and cost nothing.
final class StillArm: Robot, Teleoperator {
    let robotType = "still"
    let name = "still arm"
    let observationNames = ["joint.pos"]
    let actionNames = ["joint.pos"]

    func connect(asking person: (any CalibrationDialogue)?) throws {}

    func readObservation(into values: inout [Float]) throws { values[0] = 1 }

    func readAction(into values: inout [Float]) throws { values[0] = 2 }

    func send(action: [Float]) throws {}

    func disconnect() throws {}

    let busCounters = BusCounters()
    let complaints: [String] = []
}
