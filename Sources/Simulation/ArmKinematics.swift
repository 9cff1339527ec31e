import func Glibc.acos
import func Glibc.atan2
import func Glibc.cos
import func Glibc.hypot
import func Glibc.sin
package import Robots

/// Metres; x forward from the base, y to the left, z up from the table.
package typealias Point = SIMD3<Double>

/// Where the parts of a simulated arm are, from its joints. Lengths are close to the SO-101's, the shape is simpler.
///
/// With all joints at 0 the upper arm stands upright, the forearm and the hand point forward. Positive shoulder lift,
/// elbow flex and wrist flex lean forward and down.
package struct ArmKinematics: Sendable {
    /// The axis of the shoulder lift, ahead of the axis of the shoulder pan.
    static let shoulderReach = 0.030
    static let shoulderHeight = 0.117
    static let upperArm = 0.1126
    static let forearm = 0.1349
    /// From the wrist's axis to between the finger tips.
    static let hand = 0.145

    /// Away from the base, in the table's plane.
    package let outward: Point
    /// To the left of `outward`.
    package let sideways: Point
    package let shoulder: Point
    package let elbow: Point
    package let wrist: Point
    /// Where the hand points.
    package let handForward: Point
    /// From the hand's axis to the moving jaw.
    package let handSideways: Point
    /// The hand's back, where a wrist camera sits.
    package let handUp: Point
    /// Between the finger tips: where a held cube is.
    package let grip: Point

    package init(_ pose: ArmPose) {
        let pan = radians(pose[.shoulderPan])
        outward = Point(cos(pan), sin(pan), 0)
        sideways = Point(-sin(pan), cos(pan), 0)
        let up = Point(0, 0, 1)
        let lift = radians(pose[.shoulderLift])
        let forearmPitch = lift + radians(pose[.elbowFlex])
        let handPitch = forearmPitch + radians(pose[.wristFlex])
        shoulder = outward * Self.shoulderReach + up * Self.shoulderHeight
        elbow = shoulder + (outward * sin(lift) + up * cos(lift)) * Self.upperArm
        wrist = elbow + (outward * cos(forearmPitch) - up * sin(forearmPitch)) * Self.forearm
        handForward = outward * cos(handPitch) - up * sin(handPitch)
        let back = outward * sin(handPitch) + up * cos(handPitch)
        let roll = radians(pose[.wristRoll])
        handSideways = sideways * cos(roll) + back * sin(roll)
        handUp = back * cos(roll) - sideways * sin(roll)
        grip = wrist + handForward * Self.hand
    }

    /// The pose that brings the grip to `point` with the hand pitched down by `pitch` degrees (90 points to the table);
    /// as near as the arm reaches when it does not.
    package static func pose(gripAt point: Point, pitch: Double, wristRoll: Double, gripper: Double) -> ArmPose {
        let handPitch = radians(pitch)
        let reach = hypot(point.x, point.y) - hand * cos(handPitch) - shoulderReach
        let height = point.z + hand * sin(handPitch) - shoulderHeight
        let distance = min(max(hypot(reach, height), abs(upperArm - forearm) + 0.001), upperArm + forearm - 0.001)
        let cosine =
            (distance * distance - upperArm * upperArm - forearm * forearm) / (2 * upperArm * forearm)
        let bend = acos(min(max(cosine, -1), 1))
        let elevation = atan2(height, reach) + atan2(forearm * sin(bend), upperArm + forearm * cos(bend))
        let lift = .pi / 2 - elevation
        let elbow = bend - .pi / 2
        return ArmPose(
            pan: degrees(atan2(point.y, point.x)), lift: degrees(lift), elbow: degrees(elbow),
            wristFlex: pitch - degrees(lift + elbow), wristRoll: wristRoll, gripper: gripper)
    }
}

private func radians(_ degrees: Double) -> Double { degrees * .pi / 180 }

private func degrees(_ radians: Double) -> Double { radians * 180 / .pi }
