import RecordingTypes
import SystemPackage

extension SOArm {
    /// Makes motors and file agree: with a file the person chooses between the two ways, without one it calibrates.
    ///
    /// The arm must be open. Nothing says whether the joints are limp afterwards.
    /// - Throws: `ReelError` when a motor does not answer, or a joint was not moved.
    package func offerCalibration(_ dialogue: any CalibrationDialogue) throws {
        if let calibration, let readFile {
            let state = try isCalibrated() ? "hold" : "do not hold"
            let answer = try dialogue.ask(
                "The motors of \(name) \(state) what \(readFile) says. "
                    + "ENTER writes the file to the motors, c and ENTER calibrates anew: ")
            if !["c", "C"].contains(answer.trimmedOfSpaces) {
                dialogue.say("Writing \(readFile) to the motors")
                return try write(calibration)
            }
        } else {
            let others = otherCalibrationFiles
            if !others.isEmpty {
                dialogue.say(
                    "There is no \(calibrationFile), but there are \(others.map(\.string).joined(separator: ", ")). "
                        + "If one of them is this arm's, press Ctrl-C and give its name as the arm's id.")
            }
        }
        try calibrate(dialogue)
    }

    /// LeRobot's calibration: the middle of every joint, then how far each one goes. Writes it to the motors and the file.
    ///
    /// The arm must be open. The joints are limp afterwards.
    /// - Throws: `ReelError` when a motor does not answer, a joint was not moved, or its turn ends within its range;
    ///   nothing is saved then, and the motors hold what they held before.
    package func calibrate(_ dialogue: any CalibrationDialogue) throws {
        let before = try readCalibrationFromMotors()
        do {
            try findCalibration(dialogue)
        } catch {
            // One that does not answer now keeps what it was told; the next connect compares them all with the file.
            try? write(before)
            throw error
        }
    }

    private func findCalibration(_ dialogue: any CalibrationDialogue) throws {
        try disableTorque()
        let bus = try bus("calibrate")
        for id in Self.ids {
            // Before anything is read.
            try bus.stopCountingTurns(of: id, retries: settings.readRetries)
            try write(0, to: .operatingMode, of: id)
        }
        _ = try dialogue.ask("Move \(name) to the middle of its range of motion and press ENTER… ")
        let offsets = try setHomingOffsets()
        dialogue.say("Move all joints but wrist_roll through their whole range, one after the other; then press ENTER.")
        let travels = try recordTravels(dialogue)
        let calibration = ArmCalibration(
            motors: zip(ArmJoint.allCases, offsets).map { joint, offset in
                let travel = travels[joint]
                return MotorCalibration(
                    id: Int(joint.motorID), homingOffset: offset, rangeMin: travel?.smallest ?? 0,
                    rangeMax: travel?.largest ?? STS3215.maxPosition)
            })
        try write(calibration)
        try calibration.write(to: calibrationFile)
        try use(calibration, of: calibrationFile)
        dialogue.say("Calibration saved to \(calibrationFile)")
    }

    /// Writes offsets and limits to the motors.
    private func write(_ calibration: ArmCalibration) throws {
        for (id, motor) in zip(Self.ids, calibration.motors) {
            try write(motor.homingOffset, to: .homingOffset, of: id)
            try write(motor.rangeMin, to: .minPositionLimit, of: id)
            try write(motor.rangeMax, to: .maxPositionLimit, of: id)
        }
    }

    /// Makes where the joints are now half a turn (2047), and returns the offsets that do it.
    private func setHomingOffsets() throws -> [Int] {
        for id in Self.ids {
            try write(0, to: .homingOffset, of: id)
            try write(0, to: .minPositionLimit, of: id)
            try write(STS3215.maxPosition, to: .maxPositionLimit, of: id)
        }
        var positions: [Int] = []
        try bus("calibrate").syncRead(.presentPosition, from: Self.ids, into: &positions, retries: settings.readRetries)
        let offsets = positions.map { $0 - STS3215.maxPosition / 2 }
        for (id, offset) in zip(Self.ids, offsets) {
            guard ServoRegister.homingOffset.encode(offset) != nil else {
                throw ReelError(
                    .failed, "calibrate motor \(Self.describe(id))", subject: settings.port,
                    cause: "its encoder is right at the end of its turn (offset \(offset), at most 2047 fits)",
                    remedy: "Move this joint a little and calibrate again.")
            }
            try write(offset, to: .homingOffset, of: id)
        }
        return offsets
    }

    /// Watches the joints until ENTER; all but the wrist's roll, which has no end.
    private func recordTravels(_ dialogue: any CalibrationDialogue) throws -> [ArmJoint: JointTravel] {
        let joints = ArmJoint.allCases.filter { $0 != .wristRoll }
        let bus = try bus("calibrate")
        var positions: [Int] = []
        var travels: [JointTravel] = []
        var crossed = Set<Int>()
        repeat {
            try bus.syncRead(.presentPosition, from: joints.map(\.motorID), into: &positions, retries: 5)
            if travels.isEmpty {
                travels = zip(joints, positions).map {
                    JointTravel(name: $0.name, smallest: $1, position: $1, largest: $1)
                }
            }
            for (index, position) in positions.enumerated() {
                // Nobody turns a joint by half a turn between two looks: its count has begun anew.
                if abs(position - travels[index].position) > STS3215.maxPosition / 2 { crossed.insert(index) }
                travels[index].position = position
                travels[index].smallest = min(travels[index].smallest, position)
                travels[index].largest = max(travels[index].largest, position)
            }
            dialogue.show(travels)
            bus.line.sleep(until: bus.line.now + .milliseconds(20))
        } while try !dialogue.isEnterPressed()
        for (index, travel) in travels.enumerated() where Self.reachesBothEnds(travel) { crossed.insert(index) }
        guard crossed.isEmpty else {
            let names = crossed.sorted().map { travels[$0].name }.joined(separator: ", ")
            throw ReelError(
                .failed, "calibrate the arm", subject: settings.port,
                cause: "the count of \(names) begins anew within the joint's range (0 follows 4095)",
                remedy: "Nothing was changed. Calibrate again, with every joint near the middle of its range "
                    + "(not at an end stop) when you press ENTER the first time.")
        }
        let unmoved = travels.filter { $0.smallest == $0.largest }.map(\.name)
        guard unmoved.isEmpty else {
            throw ReelError(
                .failed, "calibrate the arm", subject: settings.port,
                cause: "\(unmoved.joined(separator: ", ")) did not move",
                remedy: "Calibrate again and move every joint from end to end.")
        }
        return Dictionary(uniqueKeysWithValues: zip(joints, travels))
    }
}

extension SOArm {
    /// Whether a range is as good as the whole turn. No joint but the roll goes so far; one whose count began anew between
    /// two looks seems to.
    private static func reachesBothEnds(_ travel: JointTravel) -> Bool {
        let margin = 64
        return travel.smallest < margin && travel.largest > STS3215.maxPosition - margin
    }
}

extension String {
    fileprivate var trimmedOfSpaces: String {
        let text = drop(while: \.isWhitespace)
        return String(text[..<(text.lastIndex { !$0.isWhitespace }.map { text.index(after: $0) } ?? text.startIndex)])
    }
}
