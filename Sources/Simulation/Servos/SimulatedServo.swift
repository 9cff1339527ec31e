package import Robots

/// One simulated STS3215: its registers, and the joint it drives.
package struct SimulatedServo: Sendable {
    package let joint: ArmJoint
    package let mechanics: ServoMechanics
    /// Steps from the middle of the joint's travel.
    package private(set) var angle: Double
    private var velocity = 0.0
    private var registers = [UInt8](repeating: 0, count: 128)
    /// What the permanent registers will hold after a power cut.
    private var permanent: [UInt8] = []
    /// What it complains about until the power is cut.
    package var complaints: ServoStatus = []

    private static let permanentEnd = 40
    /// No load, 7.4 V: about 50 turns a minute.
    private static let topSpeed = 3400.0

    /// A servo as it comes out of the box, but with its id; at `angle` steps from the joint's middle.
    package init(_ joint: ArmJoint, mechanics: ServoMechanics, angle: Double) {
        self.joint = joint
        self.mechanics = mechanics
        self.angle = angle
        let values: [(ServoRegister, Int)] = [
            (.firmwareMajor, 3), (.firmwareMinor, 10), (.modelNumber, STS3215.modelNumber),
            (.id, Int(joint.motorID)), (.returnDelayTime, 250), (.responseStatusLevel, 1),
            (.maxPositionLimit, STS3215.maxPosition), (.maxTorqueLimit, 1000), (.phase, 12), (.pCoefficient, 32),
            (.dCoefficient, 32), (.protectionCurrent, 500), (.overloadTorque, 80), (.maximumAcceleration, 254),
            (.torqueLimit, 1000), (.presentVoltage, 74), (.presentTemperature, 31),
        ]
        for (register, value) in values { self[register] = value }
        // Temperature and voltage limits, the alarms, the smallest starting force, and the rest of Feetech's defaults.
        for (address, value) in [
            (13, 70), (14, 140), (15, 40), (19, 44), (20, 47), (24, 16), (26, 1), (27, 1), (30, 1),
        ] {
            registers[address] = UInt8(value)
        }
        self[.lock] = 1
        self[.goalPosition] = position
        permanent = Array(registers[..<Self.permanentEnd])
    }

    /// A register's value.
    package subscript(register: ServoRegister) -> Int {
        get {
            let address = Int(register.address)
            let high = register.length > 1 ? UInt16(registers[address + 1]) << 8 : 0
            return register.decode(UInt16(registers[address]) | high)
        }
        set {
            guard let bits = register.encode(newValue) else { return }
            let address = Int(register.address)
            registers[address] = UInt8(truncatingIfNeeded: bits)
            if register.length > 1 { registers[address + 1] = UInt8(truncatingIfNeeded: bits >> 8) }
        }
    }

    /// Its number on the bus.
    package var id: UInt8 { UInt8(truncatingIfNeeded: self[.id]) }

    package var isTorqueOn: Bool { self[.torqueEnable] == 1 }

    /// Bits a second it listens at.
    package var baudRate: Int {
        let choice = self[.baudRate]
        return STS3215.baudRates.indices.contains(choice) ? STS3215.baudRates[choice] : STS3215.baudRate
    }

    /// Present_Position: the encoder's value less the offset, within one turn, or one turn more where it counts turns.
    private var position: Int {
        let turn = STS3215.maxPosition + 1
        let steps = mechanics.middle + Int(angle.rounded()) - self[.homingOffset]
        let position = ((steps % turn) + turn) % turn
        return self[.phase] & STS3215.countsTurns == 0 ? position : position + turn
    }

    /// Bytes of registers; what lies beyond the table is 0.
    package mutating func read(_ address: Int, _ count: Int) -> [UInt8] {
        self[.presentPosition] = position
        self[.presentVelocity] = Int(velocity)
        let load = isTorqueOn ? Double(self[.goalPosition] - position) * 4 : 0
        self[.presentLoad] = Int(min(max(load, -1000), 1000))
        self[.presentCurrent] = Int(min(abs(load) / 10, 500))
        self[.moving] = abs(velocity) > 20 ? 1 : 0
        self[.status] = Int(complaints.rawValue)
        return (address..<(address + count)).map { registers.indices.contains($0) ? registers[$0] : 0 }
    }

    /// Writes registers as the servo does: permanent ones survive a power cut only while Lock is 0.
    package mutating func write(_ bytes: [UInt8], at address: Int) {
        let hadTorque = isTorqueOn
        for (offset, byte) in bytes.enumerated() {
            let place = address + offset
            // The first five are the factory's; what is measured cannot be written.
            guard registers.indices.contains(place), place > 4, !(56...70).contains(place) else { continue }
            registers[place] = byte
            if place < Self.permanentEnd && self[.lock] == 0 { permanent[place] = byte }
        }
        if self[.torqueEnable] == 128 {
            // Feetech's own calibration: here is the middle.
            self[.homingOffset] = min(max(mechanics.middle + Int(angle.rounded()) - 2048, -2047), 2047)
            self[.torqueEnable] = 0
        }
        if isTorqueOn && !hadTorque { self[.goalPosition] = position }
    }

    /// The power goes off and on.
    package mutating func cutPower() {
        let kept = permanent
        self = SimulatedServo(joint, mechanics: mechanics, angle: angle)
        registers.replaceSubrange(..<Self.permanentEnd, with: kept)
        permanent = kept
        self[.goalPosition] = position
    }

    /// Time goes by: a motor with torque makes for its goal, a limp joint goes where the hand has it, if any.
    package mutating func advance(by seconds: Double, hand: Double?) {
        guard seconds > 0 else { return }
        let before = angle
        if isTorqueOn {
            // An overloaded motor gives way.
            if complaints.contains(.overload) { return velocity = 0 }
            let goal = min(max(self[.goalPosition], self[.minPositionLimit]), self[.maxPositionLimit])
            let asked = abs(self[.goalVelocity])
            let speed = asked == 0 ? Self.topSpeed : min(Double(asked), Self.topSpeed)
            let target = angle + Double(goal - position)
            angle = JointLag(timeConstant: 0.045, speedLimit: speed).position(
                from: angle, towards: target, after: seconds)
        } else {
            if let hand { angle = hand }
            self[.goalPosition] = position
        }
        angle = min(max(angle, mechanics.travel.lowerBound), mechanics.travel.upperBound)
        velocity = (angle - before) / seconds
    }

    /// Holds a calibration, as after `calibrate`; it survives a power cut.
    package mutating func hold(_ calibration: MotorCalibration) {
        self[.homingOffset] = calibration.homingOffset
        self[.minPositionLimit] = calibration.rangeMin
        self[.maxPositionLimit] = calibration.rangeMax
        self[.goalPosition] = position
        permanent = Array(registers[..<Self.permanentEnd])
    }
}
