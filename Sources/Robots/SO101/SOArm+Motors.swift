import RecordingTypes

extension SOArm {
    /// Every motor must answer, be an STS3215, and have the same firmware as the others.
    func checkMotors(_ bus: FeetechBus) throws {
        let missing = try Self.ids.filter { try !bus.ping($0, retries: settings.readRetries) }
        guard missing.isEmpty else {
            let hasNone = missing.count == Self.ids.count
            throw ReelError(
                .unavailable, "find the arm's motors", subject: settings.port,
                cause: "no answer from "
                    + (hasNone ? "any motor" : "motor \(missing.map(Self.describe).joined(separator: ", "))"),
                remedy: hasNone
                    ? "Check the arm's power supply, and that this is the arm's port."
                    : "Check the cable in front of the first one that is missing, and its id (`reel setup-motors`).")
        }
        let models = try Self.ids.map { try bus.read(.modelNumber, from: $0, retries: settings.readRetries) }
        let others = zip(Self.ids, models).filter { $1 != STS3215.modelNumber }
        guard others.isEmpty else {
            let words = others.map { "motor \(Self.describe($0)) is \(ServoModel.words($1))" }
            throw ReelError(
                .mismatch, "use the arm's motors", subject: settings.port,
                cause: "an SO arm has STS3215s, but \(words.joined(separator: ", "))",
                remedy: "Reel drives no other motors yet.")
        }
        let firmware = try Self.ids.map { id in
            let major = try bus.read(.firmwareMajor, from: id, retries: settings.readRetries)
            let minor = try bus.read(.firmwareMinor, from: id, retries: settings.readRetries)
            return "\(major).\(minor)"
        }
        guard Set(firmware).count == 1 else {
            let versions = zip(Self.ids, firmware).map { "\(Self.describe($0)): \($1)" }
            throw ReelError(
                .mismatch, "use the arm's motors", subject: settings.port,
                cause: "their firmware differs: \(versions.joined(separator: ", "))",
                remedy: "Bring them to the same version with Feetech's software (https://www.feetechrc.com/software).")
        }
    }

    /// Sets the motors up as LeRobot does at every start: fast replies, full acceleration, position mode, and for a
    /// follower the gains and a gripper that does not burn out. A follower holds its position afterwards, a leader is limp.
    func configure() throws {
        let bus = try bus("set up the motors")
        try disableTorque()
        for (joint, id) in zip(ArmJoint.allCases, Self.ids) {
            try write(0, to: .returnDelayTime, of: id)
            try write(254, to: .maximumAcceleration, of: id)
            try write(254, to: .acceleration, of: id)
            try bus.stopCountingTurns(of: id, retries: settings.readRetries)
            try write(0, to: .operatingMode, of: id)
            guard device == .follower else { continue }
            try write(settings.positionPCoefficient, to: .pCoefficient, of: id)
            try write(settings.positionICoefficient, to: .iCoefficient, of: id)
            try write(settings.positionDCoefficient, to: .dCoefficient, of: id)
            guard joint == .gripper else { continue }
            try write(500, to: .maxTorqueLimit, of: id)
            try write(250, to: .protectionCurrent, of: id)
            try write(25, to: .overloadTorque, of: id)
        }
        if device == .follower { try enableTorque() }
    }

    /// Lets every joint go limp and opens the motors' permanent registers for writing.
    func disableTorque() throws {
        for id in Self.ids {
            try write(0, to: .torqueEnable, of: id)
            try write(0, to: .lock, of: id)
        }
    }

    /// Makes every joint hold and locks the permanent registers.
    func enableTorque() throws {
        for id in Self.ids {
            try write(1, to: .torqueEnable, of: id)
            try write(1, to: .lock, of: id)
        }
    }

    /// Writes a register of one motor; tried again as often as a read.
    func write(_ value: Int, to register: ServoRegister, of id: UInt8) throws {
        try bus("set up the motors").write(value, to: register, of: id, retries: settings.readRetries)
    }
}
