import RecordingTypes

extension SOArm {
    /// Makes motors and file agree: with a file the person chooses between the two ways, without one it calibrates.
    ///
    /// The arm must be open. Nothing says whether the joints are limp afterwards.
    /// - Throws: `ReelError` when a motor does not answer, or a joint was not moved.
    package func offerCalibration(_ dialogue: any CalibrationDialogue) throws {
        if let calibration {
            let state = try isCalibrated() ? "hold" : "do not hold"
            let answer = try dialogue.ask(
                "The motors of \(name) \(state) what \(calibrationFile) says. "
                    + "ENTER writes the file to the motors, c and ENTER calibrates anew: ")
            if !["c", "C"].contains(answer.trimmedOfSpaces) {
                dialogue.say("Writing \(calibrationFile) to the motors")
                return try write(calibration)
            }
        }
        try calibrate(dialogue)
    }

    /// LeRobot's calibration: the middle of every joint, then how far each one goes. Writes it to the motors and the file.
    ///
    /// The arm must be open. The joints are limp afterwards.
    /// - Throws: `ReelError` when a motor does not answer, or a joint was not moved; nothing is saved then.
    package func calibrate(_ dialogue: any CalibrationDialogue) throws {
        try disableTorque()
        for id in Self.ids { try write(0, to: .operatingMode, of: id) }
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
        try use(calibration)
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
                    .failed, "calibrate motor \(FeetechBus.describe(id))", subject: settings.port,
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
        repeat {
            try bus.syncRead(.presentPosition, from: joints.map(\.motorID), into: &positions, retries: 5)
            if travels.isEmpty {
                travels = zip(joints, positions).map {
                    JointTravel(name: $0.name, smallest: $1, position: $1, largest: $1)
                }
            }
            for (index, position) in positions.enumerated() {
                travels[index].position = position
                travels[index].smallest = min(travels[index].smallest, position)
                travels[index].largest = max(travels[index].largest, position)
            }
            dialogue.show(travels)
            bus.line.sleep(until: bus.line.now + .milliseconds(20))
        } while try !dialogue.isEnterPressed()
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

extension String {
    fileprivate var trimmedOfSpaces: String {
        let text = drop(while: \.isWhitespace)
        return String(text[..<(text.lastIndex { !$0.isWhitespace }.map { text.index(after: $0) } ?? text.startIndex)])
    }
}
