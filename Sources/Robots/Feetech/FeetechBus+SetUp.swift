import RecordingTypes

extension FeetechBus {
    /// A motor that was found alone on the line.
    package struct FoundMotor: Hashable, Sendable {
        package let id: UInt8
        /// Bits a second it talks at.
        package let baudRate: Int

        package init(id: UInt8, baudRate: Int) {
            self.id = id
            self.baudRate = baudRate
        }
    }

    /// Finds the only motor on the line, at whatever speed it talks; the bus talks at that speed afterwards.
    /// - Throws: `ReelError` when there is none, more than one, or another model.
    package func findOnlyMotor() throws -> FoundMotor {
        for rate in STS3215.baudRates {
            try setBaudRate(rate)
            let found = try broadcastPing()
            guard let id = found.first else { continue }
            guard found.count == 1 else {
                throw ReelError(
                    .mismatch, "set up a motor", subject: name,
                    cause: "\(found.count) motors answer: \(found.map(String.init).joined(separator: ", "))",
                    remedy: "Connect only the motor that is to be set up.")
            }
            let model = try read(.modelNumber, from: id, retries: 2)
            guard model == STS3215.modelNumber else {
                throw ReelError(
                    .mismatch, "set up a motor", subject: name,
                    cause: "it is \(ServoModel.words(model)), an SO arm has STS3215s",
                    remedy: "Put an STS3215 in its place.")
            }
            return FoundMotor(id: id, baudRate: rate)
        }
        throw ReelError(
            .unavailable, "set up a motor", subject: name, cause: "no motor answers at any speed",
            remedy: "Check the power supply and the cable to the motor.")
    }

    /// Makes a motor say positions of one turn, 0...4095: with bit 4 of Phase set they may be whole turns beyond that, and
    /// a calibration made from them fits nothing. The motor's Lock must be 0.
    func stopCountingTurns(of id: UInt8, retries: Int) throws {
        let phase = try read(.phase, from: id, retries: retries)
        guard phase & STS3215.countsTurns != 0 else { return }
        try write(phase & ~STS3215.countsTurns, to: .phase, of: id, retries: retries)
    }

    /// Gives the only motor on the line an id and the arm's speed, for good.
    /// Returns what it was before.
    /// - Throws: `ReelError` when it is not the only one, or does not do it.
    package func setUpOnlyMotor(as id: UInt8) throws -> FoundMotor {
        let motor = try findOnlyMotor()
        try write(0, to: .torqueEnable, of: motor.id, retries: 2)
        try write(0, to: .lock, of: motor.id, retries: 2)
        try stopCountingTurns(of: motor.id, retries: 2)
        try write(Int(id), to: .id, of: motor.id)
        guard let choice = STS3215.baudRates.firstIndex(of: STS3215.baudRate) else { return motor }
        // The answer may come at the new speed already, and is not waited for: the ping is what counts.
        _ = try? write(choice, to: .baudRate, of: id)
        try setBaudRate(STS3215.baudRate)
        guard try ping(id, retries: 2) else {
            throw ReelError(
                .failed, "set up motor \(describe(id))", subject: name,
                cause: "it does not answer under its new id", remedy: "Switch it off and on and try again.")
        }
        return motor
    }
}
