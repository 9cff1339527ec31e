import func Glibc.sin
package import RecordingTypes
package import Robots

/// Six simulated servos on one line: bytes go in, bytes come out. No clock, no device; one thread.
package struct ServoChain: Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case follower, leader
    }

    package private(set) var servos: [SimulatedServo]
    /// Who moves the joints while they are limp.
    package var hand: SimulatedHand
    private let script: PickAndPlace
    private let faults: ServoFaults
    private let noise: SeededNoise
    private var time: MonotonicTime
    private var scanner = PacketScanner(instructions: true)
    private var pending: [UInt8: (address: Int, bytes: [UInt8])] = [:]
    private var replies = 0
    private var repliesOfMotor: [UInt8: Int] = [:]

    /// An arm that is switched on at `time`, at rest. A leader is played with at once, a follower is left alone.
    ///
    /// Its motors hold the calibration that fits the way they are mounted (`calibration`), unless it is to be new.
    package init(
        _ kind: Kind, seed: UInt64 = 1, isCalibrated: Bool = true, faults: ServoFaults = .none, time: MonotonicTime
    ) {
        let script = PickAndPlace(seed: seed, start: time)
        // A leader and a follower of the same seed are not mounted alike.
        let mounting = SeededNoise(seed: seed &* 2 &+ (kind == .leader ? 1 : 0))
        let rest = script.pose(at: time)
        servos = ArmJoint.allCases.map { joint in
            let mechanics = ServoMechanics(joint, noise: mounting)
            return SimulatedServo(joint, mechanics: mechanics, angle: mechanics.steps(of: joint, at: rest[joint]))
        }
        hand = kind == .leader ? .pickAndPlace : .still
        self.script = script
        self.faults = faults
        noise = SeededNoise(seed: faults.seed)
        self.time = time
        guard isCalibrated else { return }
        let calibration = calibration
        for (index, motor) in calibration.motors.enumerated() { servos[index].hold(motor) }
    }

    /// The calibration that fits the way the motors are mounted.
    package var calibration: ArmCalibration {
        ArmCalibration(
            motors: servos.map {
                $0.mechanics.calibration(id: Int($0.joint.motorID), isRoll: $0.joint == .wristRoll)
            })
    }

    /// Leaves only this joint's servo on the line, with an id and a speed of its own, as it may come out of the box.
    package mutating func unplugAll(but joint: ArmJoint, id: UInt8, baudRate: Int) {
        servos.removeAll { $0.joint != joint }
        for index in servos.indices {
            servos[index][.id] = Int(id)
            servos[index][.baudRate] = STS3215.baudRates.firstIndex(of: baudRate) ?? 0
        }
    }

    /// Changes the servo of this id, for tests: what the bus itself cannot write.
    package mutating func withServo(_ id: UInt8, _ change: (inout SimulatedServo) -> Void) {
        if let index = servos.firstIndex(where: { $0.id == id }) { change(&servos[index]) }
    }

    /// The power goes off and on.
    package mutating func cutPower() { for index in servos.indices { servos[index].cutPower() } }

    /// Takes what came in at `now` and appends to `output` what the servos answer. `baudRate` is the line's speed:
    /// servos set to another one hear nothing. Returns how many bytes and how long a delay the answer costs on a real
    /// line.
    package mutating func receive(
        _ input: UnsafeRawBufferPointer, at now: MonotonicTime, baudRate: Int = STS3215.baudRate,
        into output: inout [UInt8]
    ) {
        var offset = 0
        while offset < input.count {
            offset += scanner.fill { buffer in
                let part = input[offset..<min(input.count, offset + buffer.count)]
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: part))
                return part.count
            }
            while let packet = scanner.next() {
                advance(to: now)
                answer(packet, baudRate: baudRate, into: &output)
            }
        }
    }

    /// Lets time go by until `now`.
    package mutating func advance(to now: MonotonicTime) {
        guard now > time else { return }
        // Far from any goal a joint is where it would be with many small steps too; the hand does not care.
        let seconds = (now - time).seconds
        time = now
        for index in servos.indices { servos[index].advance(by: seconds, hand: handAngle(servos[index])) }
    }

    private func handAngle(_ servo: SimulatedServo) -> Double? {
        let (low, high) = (servo.mechanics.travel.lowerBound, servo.mechanics.travel.upperBound)
        switch hand {
        case .still: return nil
        case .middle: return 0
        case .sweep:
            let turns = (time - script.start).seconds / (1.5 + 0.1 * Double(servo.joint.rawValue))
            return (low + high) / 2 + (high - low) / 2 * sin(2 * .pi * turns)
        case .pickAndPlace: return servo.mechanics.steps(of: servo.joint, at: script.pose(at: time)[servo.joint])
        }
    }

    private mutating func answer(_ packet: PacketScanner.Packet, baudRate: Int, into output: inout [UInt8]) {
        let parameters = (0..<packet.parameterCount).map { scanner.parameter($0, of: packet) }
        guard let instruction = FeetechPacket.Instruction(rawValue: packet.code) else { return }
        switch instruction {
        case .syncRead:
            guard packet.id == FeetechPacket.broadcastID, parameters.count > 2 else { return }
            for id in parameters[2...] {
                reply(from: id, baudRate, into: &output) { $0.read(Int(parameters[0]), Int(parameters[1])) }
            }
        case .syncWrite:
            guard packet.id == FeetechPacket.broadcastID, parameters.count > 2 else { return }
            let count = Int(parameters[1])
            for start in stride(from: 2, to: parameters.count, by: count + 1) where start + count < parameters.count {
                write(
                    Array(parameters[(start + 1)...(start + count)]), at: Int(parameters[0]), to: parameters[start],
                    baudRate)
            }
        default:
            let heard = servos.map(\.id).filter { packet.id == $0 || packet.id == FeetechPacket.broadcastID }
            for id in heard { carryOut(instruction, parameters, by: id, baudRate, of: packet, into: &output) }
        }
    }

    /// An instruction for one motor, or for everybody, who then answers only a ping.
    private mutating func carryOut(
        _ instruction: FeetechPacket.Instruction, _ parameters: [UInt8], by id: UInt8, _ baudRate: Int,
        of packet: PacketScanner.Packet, into output: inout [UInt8]
    ) {
        let isForAll = packet.id == FeetechPacket.broadcastID
        switch instruction {
        case .ping:
            reply(from: id, baudRate, into: &output) { _ in [] }
        case .read:
            guard !isForAll, parameters.count == 2 else { return }
            reply(from: id, baudRate, into: &output) { $0.read(Int(parameters[0]), Int(parameters[1])) }
        case .write, .registerWrite:
            guard parameters.count > 1 else { return }
            let bytes = Array(parameters[1...])
            // The answer to a changed id or speed comes under the old one.
            if !isForAll && quietLevel(of: id) > 0 { reply(from: id, baudRate, into: &output) { _ in [] } }
            if instruction == .write {
                write(bytes, at: Int(parameters[0]), to: id, baudRate)
            } else {
                pending[id] = (Int(parameters[0]), bytes)
            }
        case .action:
            if !isForAll && quietLevel(of: id) > 0 { reply(from: id, baudRate, into: &output) { _ in [] } }
            if let write = pending.removeValue(forKey: id) {
                self.write(write.bytes, at: write.address, to: id, baudRate)
            }
        case .syncRead, .syncWrite:
            return
        }
    }

    /// Response_Status_Level: 0 answers reads and pings only.
    private func quietLevel(of id: UInt8) -> Int { servos.first { $0.id == id }?[.responseStatusLevel] ?? 0 }

    private mutating func write(_ bytes: [UInt8], at address: Int, to id: UInt8, _ baudRate: Int) {
        if address == Int(SimulatedHand.register.address), let hand = SimulatedHand(rawValue: bytes.first ?? 0) {
            self.hand = hand
        }
        for index in servos.indices where servos[index].id == id && servos[index].baudRate == baudRate {
            servos[index].write(bytes, at: address)
        }
    }

    private mutating func reply(
        from id: UInt8, _ baudRate: Int, into output: inout [UInt8], _ content: (inout SimulatedServo) -> [UInt8]
    ) {
        guard let index = servos.firstIndex(where: { $0.id == id && $0.baudRate == baudRate }) else { return }
        let count = repliesOfMotor[id, default: 0]
        repliesOfMotor[id] = count + 1
        if let fault = faults.dropsOff, fault.id == id, count >= fault.after { return }
        if let fault = faults.overloads, fault.id == id, count >= fault.after {
            servos[index].complaints.insert(.overload)
        }
        let parameters = content(&servos[index])
        var packet: [UInt8] = []
        FeetechPacket.encode(id: id, code: servos[index].complaints.rawValue, into: &packet) {
            $0.append(contentsOf: parameters)
        }
        replies += 1
        if isChosen(faults.losesOneIn, stream: 1) { return }
        if isChosen(faults.noiseOneIn, stream: 2) {
            let length = 1 + Int(noise.bits(replies, stream: 3) % 5)
            // Often begins like a header: the worst noise there is.
            output.append(
                contentsOf: (0..<length).map { $0 < 2 ? 0xFF : UInt8(noise.bits(replies, stream: 4 + $0) & 0x7F) })
        }
        if isChosen(faults.flipsOneIn, stream: 10) {
            let bit = Int(noise.bits(replies, stream: 11) % UInt64(packet.count * 8))
            packet[bit / 8] ^= 1 << UInt8(bit % 8)
        }
        output.append(contentsOf: packet)
    }

    private func isChosen(_ oneIn: Int, stream: Int) -> Bool {
        oneIn > 0 && noise.bits(replies, stream: stream) % UInt64(oneIn) == 0
    }
}
