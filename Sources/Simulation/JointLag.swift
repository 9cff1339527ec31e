import func Glibc.exp
import Robots

/// How a simulated joint follows its goal: at a limited speed while it is far away, then ever more slowly.
///
/// Solved exactly, so where a joint is does not depend on how often it was asked.
package struct JointLag: Hashable, Sendable {
    /// Seconds after which the rest of the way has shrunk to 37 %.
    package var timeConstant: Double
    /// Degrees a second (gripper: units a second).
    package var speedLimit: Double

    package init(timeConstant: Double, speedLimit: Double) {
        self.timeConstant = timeConstant
        self.speedLimit = speedLimit
    }

    /// Close to an STS3215 at 7.4 V under a light load.
    package static let servo = JointLag(timeConstant: 0.045, speedLimit: 260)

    /// Where a joint is `seconds` after it was at `position`, if it wants to get to `goal`.
    package func position(from position: Double, towards goal: Double, after seconds: Double) -> Double {
        guard seconds > 0 else { return position }
        let way = goal - position
        let easing = speedLimit * timeConstant
        guard abs(way) > easing else { return goal - way * exp(-seconds / timeConstant) }
        let direction = way < 0 ? -1.0 : 1.0
        let atFullSpeed = (abs(way) - easing) / speedLimit
        if seconds <= atFullSpeed { return position + direction * speedLimit * seconds }
        return goal - direction * easing * exp(-(seconds - atFullSpeed) / timeConstant)
    }
}
