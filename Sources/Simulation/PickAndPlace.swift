import func Glibc.cos
import func Glibc.sin
package import RecordingTypes
package import Robots

/// What the simulated operator does: again and again it takes the cube from where it lies and puts it on the other
/// side. A function of time and seed only; each round differs a little from the one before.
package struct PickAndPlace: Hashable, Sendable {
    /// One round: from the resting pose to the resting pose.
    package static let period = 8.0
    /// The edge of the cube, metres.
    package static let cubeEdge = 0.026
    /// The gripper's value when its jaws touch the cube.
    package static let gripperOnCube = 26.0

    /// When the first round begins.
    package let start: MonotonicTime
    private let noise: SeededNoise

    package init(seed: UInt64, start: MonotonicTime) {
        self.start = start
        noise = SeededNoise(seed: seed)
    }

    /// Where the operator wants the joints at `time`.
    package func pose(at time: MonotonicTime) -> ArmPose {
        let seconds = (time - start).seconds
        let round = Int((seconds / Self.period).rounded(.down))
        let moment = seconds - Double(round) * Self.period
        let keys = keyframes(round: round)
        var index = 1
        while index < keys.count - 1, keys[index].seconds < moment { index += 1 }
        var pose = ArmPose()
        for joint in ArmJoint.allCases {
            pose[joint] = interpolate(keys, index - 1, at: moment) { $0[joint] }
            if joint != .gripper { pose[joint] += tremor(joint, at: seconds) }
        }
        return pose.withinLimits
    }

    /// Where the cube lies when a round begins: left of the middle for even rounds, right for odd ones. It is put
    /// down where the next round finds it.
    package func cubeSpot(round: Int) -> Point {
        let reach = noise.value(round, stream: 1, in: 0.175...0.220)
        let side = round % 2 == 0 ? 1.0 : -1.0
        let angle = side * noise.value(round, stream: 2, in: 0.25...0.75)
        return Point(reach * cos(angle), reach * sin(angle), Self.cubeEdge / 2)
    }

    /// The round that `time` belongs to, and how far it is into it, in seconds.
    package func round(at time: MonotonicTime) -> (number: Int, seconds: Double) {
        let seconds = (time - start).seconds
        let number = (seconds / Self.period).rounded(.down)
        return (Int(number), seconds - number * Self.period)
    }

    private struct Keyframe {
        let seconds: Double
        let pose: ArmPose
    }

    private func keyframes(round: Int) -> [Keyframe] {
        let from = cubeSpot(round: round)
        let to = cubeSpot(round: round + 1)
        let open = noise.value(round, stream: 3, in: 62...78)
        let high = noise.value(round, stream: 4, in: 0.075...0.095)
        let roll = noise.value(round, stream: 5, in: -12...12)
        let haste = noise.value(round, stream: 6, in: -0.12...0.12)
        func above(_ spot: Point, _ height: Double, _ gripper: Double) -> ArmPose {
            ArmKinematics.pose(
                gripAt: Point(spot.x, spot.y, spot.z + height), pitch: 80, wristRoll: roll, gripper: gripper)
        }
        let closed = Self.gripperOnCube - 8
        return [
            Keyframe(seconds: 0, pose: rest(round)),
            Keyframe(seconds: 1.3 + haste, pose: above(from, high, open)),
            Keyframe(seconds: 2.0 + haste, pose: above(from, 0, open)),
            Keyframe(seconds: 2.5 + haste, pose: above(from, 0, closed)),
            Keyframe(seconds: 3.2 + haste, pose: above(from, high, closed)),
            Keyframe(seconds: 4.5 - haste, pose: above(to, high, closed)),
            Keyframe(seconds: 5.2 - haste, pose: above(to, 0.002, closed)),
            Keyframe(seconds: 5.6 - haste, pose: above(to, 0.002, open)),
            Keyframe(seconds: 6.3, pose: above(to, high, open)),
            Keyframe(seconds: 7.5, pose: rest(round + 1)),
            Keyframe(seconds: Self.period, pose: rest(round + 1)),
        ]
    }

    /// Folded back over the base, a little different each time.
    private func rest(_ round: Int) -> ArmPose {
        ArmPose(
            pan: noise.value(round, stream: 7, in: -4...4), lift: noise.value(round, stream: 8, in: -42 ... -36),
            elbow: noise.value(round, stream: 9, in: 34...40), wristFlex: noise.value(round, stream: 10, in: 55...62),
            gripper: noise.value(round, stream: 11, in: 8...14))
    }

    /// Smooth and without overshoot: cubic, with slopes of 0 where a joint turns round (Fritsch and Carlson).
    private func interpolate(
        _ keys: [Keyframe], _ index: Int, at moment: Double, _ value: (ArmPose) -> Double
    ) -> Double {
        let length = keys[index + 1].seconds - keys[index].seconds
        let from = value(keys[index].pose)
        let to = value(keys[index + 1].pose)
        func rise(_ i: Int) -> Double {
            guard i >= 0, i + 1 < keys.count else { return 0 }
            return (value(keys[i + 1].pose) - value(keys[i].pose)) / (keys[i + 1].seconds - keys[i].seconds)
        }
        func slope(_ before: Double, _ after: Double) -> Double {
            before * after > 0 ? 2 * before * after / (before + after) : 0
        }
        let start = slope(rise(index - 1), rise(index)) * length
        let end = slope(rise(index), rise(index + 1)) * length
        let t = min(max((moment - keys[index].seconds) / length, 0), 1)
        let straight = to - from
        return from + t * (start + t * ((3 * straight - 2 * start - end) + t * (start + end - 2 * straight)))
    }

    /// A hand is never quite still: a few hundredths of a degree, slow.
    private func tremor(_ joint: ArmJoint, at seconds: Double) -> Double {
        let phase = noise.value(joint.rawValue, stream: 12, in: 0...(2 * .pi))
        return 0.08 * sin(seconds * 3.1 + phase) + 0.05 * sin(seconds * 7.3 + 2 * phase)
    }
}
