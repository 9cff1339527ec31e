package import Robots

/// The mechanics around a simulated servo: how the motor sits on the joint, and how far the joint goes.
package struct ServoMechanics: Hashable, Sendable {
    /// What the encoder shows when the joint is in the middle of its travel, steps.
    package var middle: Int
    /// How far the joint goes below and above the middle, steps.
    package var travel: ClosedRange<Double>

    package init(middle: Int, travel: ClosedRange<Double>) {
        self.middle = middle
        self.travel = travel
    }

    /// Steps of 1/4096 turn in a degree of a row, as LeRobot counts them.
    static let stepsPerDegree = Double(STS3215.maxPosition) / 360
    /// How far the gripper opens, degrees.
    static let gripperTravel = 110.0

    /// A joint of an SO-101 whose motor was put on at a random angle.
    package init(_ joint: ArmJoint, noise: SeededNoise) {
        middle = Int(noise.value(joint.rawValue, stream: 20, in: 700...3400))
        let half = Self.gripperTravel / 2
        let degrees = joint == .gripper ? -half...half : joint.range
        travel = degrees.lowerBound * Self.stepsPerDegree...degrees.upperBound * Self.stepsPerDegree
    }

    /// How far from the middle the joint is, in steps, when a row holds `value` for it.
    func steps(of joint: ArmJoint, at value: Double) -> Double {
        joint == .gripper
            ? travel.lowerBound + value / 100 * (travel.upperBound - travel.lowerBound) : value * Self.stepsPerDegree
    }

    /// The calibration that an operator who is exact would get.
    func calibration(id: Int, isRoll: Bool) -> MotorCalibration {
        let half = STS3215.maxPosition / 2
        return MotorCalibration(
            id: id, homingOffset: middle - half,
            rangeMin: isRoll ? 0 : half + Int(travel.lowerBound.rounded(.up)),
            rangeMax: isRoll ? STS3215.maxPosition : half + Int(travel.upperBound.rounded(.down)))
    }
}

/// What moves the joints of a simulated arm while its motors are limp.
package enum SimulatedHand: UInt8, CaseIterable, Sendable {
    /// Nobody touches them.
    case still = 0
    /// Somebody holds every joint in the middle of its travel.
    case middle = 1
    /// Somebody moves every joint from end to end, again and again.
    case sweep = 2
    /// Somebody plays pick and place.
    case pickAndPlace = 3

    /// A register that no STS3215 has: writing a raw value to it, at any motor, changes the hand of the whole arm.
    package static let register = ServoRegister("Simulated_Hand", 120, 1)
}
