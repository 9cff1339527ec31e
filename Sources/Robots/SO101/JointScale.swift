/// Between a motor's steps and what a row holds, computed as LeRobot does.
package struct JointScale: Hashable, Sendable {
    /// What a row holds for a joint.
    package enum Unit: Hashable, Sendable {
        /// Degrees from the middle of the range; beyond the range too.
        case degrees
        /// -100...100 over the range.
        case aroundMiddle
        /// 0...100 over the range.
        case share
    }

    package let unit: Unit
    private let low: Double
    private let high: Double
    private let isReversed: Bool

    /// The scale of a joint. The gripper is a share whatever the others are.
    package init(_ joint: ArmJoint, _ calibration: MotorCalibration, useDegrees: Bool) {
        unit = joint == .gripper ? .share : useDegrees ? .degrees : .aroundMiddle
        low = Double(calibration.rangeMin)
        high = Double(calibration.rangeMax)
        isReversed = calibration.driveMode != 0
    }

    /// What a row holds for this many steps.
    package func value(steps: Int) -> Float {
        let steps = Double(steps)
        let share = (min(max(steps, low), high) - low) / (high - low)
        switch unit {
        case .degrees: return Float((steps - (low + high) / 2) * 360 / Double(STS3215.maxPosition))
        case .aroundMiddle: return Float(isReversed ? 100 - share * 200 : share * 200 - 100)
        case .share: return Float(isReversed ? 100 - share * 100 : share * 100)
        }
    }

    /// The steps for a row's value; nil when it is no number or far beyond any motor.
    ///
    /// LeRobot cuts off the fraction of a 64-bit value. A row holds 32 bits, so a value that came from whole steps may be a
    /// ten-thousandth below them: that much is added first.
    package func steps(value: Float) -> Int? {
        let value = Double(value)
        guard value.isFinite else { return nil }
        let steps: Double
        switch unit {
        case .degrees:
            steps = value * Double(STS3215.maxPosition) / 360 + (low + high) / 2
        case .aroundMiddle:
            let share = (min(max(isReversed ? -value : value, -100), 100) + 100) / 200
            steps = share * (high - low) + low
        case .share:
            let share = min(max(isReversed ? 100 - value : value, 0), 100) / 100
            steps = share * (high - low) + low
        }
        guard steps.magnitude < 32767 else { return nil }
        return Int(steps + (steps < 0 ? -0.0005 : 0.0005))
    }
}
