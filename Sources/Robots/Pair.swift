import RecordingTypes

/// Which one of a pair; in the order of its values.
package enum PairSide: String, CaseIterable, Sendable {
    case left, right

    /// "left_shoulder_pan.pos", "left_wrist": as LeRobot names what belongs to one side.
    package func name(_ name: String) -> String { "\(rawValue)_\(name)" }
}

/// Two devices as one, robots or teleoperators: its values are the left one's ("left_shoulder_pan.pos" …), then the right
/// one's.
package final class Pair<Each>: Device {
    package let left: Each
    package let right: Each
    /// The same two; left before right.
    private let both: [any Device]
    /// As LeRobot writes it to info.json, of a pair of robots.
    private let type: String
    package let observationNames: [String]
    package let actionNames: [String]
    /// What was read from either one, and what either one is told: made once, filled in place.
    private var rows: [[Float]] = [[], []]
    private var halves: [[Float]]

    private init(
        _ type: String, _ left: Each, _ right: Each, _ both: [any Device], observed: [[String]], asked: [[String]]
    ) {
        self.type = type
        self.left = left
        self.right = right
        self.both = both
        observationNames = Self.named(observed)
        actionNames = Self.named(asked)
        halves = asked.map { Array(repeating: 0, count: $0.count) }
    }

    package var name: String { both.map(\.name).joined(separator: " and ") }

    package var arms: [any MotorArm] { both.flatMap(\.arms) }

    package var busCounters: BusCounters { both[0].busCounters + both[1].busCounters }

    package var complaints: [String] {
        zip(PairSide.allCases, both).flatMap { side, device in device.complaints.map { "\(side) \($0)" } }
    }

    package func connect(asking person: (any CalibrationDialogue)?) throws {
        try both[0].connect(asking: person)
        do {
            try both[1].connect(asking: person)
        } catch {
            do { try both[0].disconnect() } catch let other { throw ReelError.together(error, other) }
            throw error
        }
    }

    package func disconnect() throws {
        do {
            try both[0].disconnect()
        } catch {
            do { try both[1].disconnect() } catch let other { throw ReelError.together(error, other) }
            throw error
        }
        try both[1].disconnect()
    }

    private static func named(_ names: [[String]]) -> [String] {
        zip(PairSide.allCases, names).flatMap { side, names in names.map(side.name) }
    }

    /// Puts both rows into one.
    private func join(into values: inout [Float], count: Int) {
        if values.count != count { values = Array(repeating: 0, count: count) }
        let middle = rows[0].count
        for index in 0..<middle { values[index] = rows[0][index] }
        for index in middle..<count { values[index] = rows[1][index - middle] }
    }
}

extension Pair: Robot where Each == any Robot {
    /// Two robots as one of LeRobot's type.
    package convenience init(_ type: String, left: any Robot, right: any Robot) {
        self.init(
            type, left, right, [left, right], observed: [left.observationNames, right.observationNames],
            asked: [left.actionNames, right.actionNames])
    }

    package var robotType: String { type }

    package func readObservation(into values: inout [Float]) throws {
        try left.readObservation(into: &rows[0])
        try right.readObservation(into: &rows[1])
        join(into: &values, count: observationNames.count)
    }

    package func send(action: [Float]) throws {
        guard action.count == actionNames.count else {
            throw ReelError(
                .mismatch, "send an action", subject: name,
                cause: "it has \(action.count) values, the arms have \(actionNames.count) joints")
        }
        let middle = halves[0].count
        for index in 0..<middle { halves[0][index] = action[index] }
        for index in middle..<action.count { halves[1][index - middle] = action[index] }
        try left.send(action: halves[0])
        try right.send(action: halves[1])
    }
}

extension Pair: Teleoperator where Each == any Teleoperator {
    /// Two teleoperators as one.
    package convenience init(left: any Teleoperator, right: any Teleoperator) {
        self.init("", left, right, [left, right], observed: [[], []], asked: [left.actionNames, right.actionNames])
    }

    package func readAction(into values: inout [Float]) throws {
        try left.readAction(into: &rows[0])
        try right.readAction(into: &rows[1])
        join(into: &values, count: actionNames.count)
    }
}
