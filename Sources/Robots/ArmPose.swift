/// Where the six joints are: degrees from the middle, the gripper 0...100.
package struct ArmPose: Hashable, Sendable {
    /// The joints in order; the last two places are unused and 0.
    package var values: SIMD8<Double>

    package init(values: SIMD8<Double> = SIMD8()) { self.values = values }

    package init(
        pan: Double = 0, lift: Double = 0, elbow: Double = 0, wristFlex: Double = 0, wristRoll: Double = 0,
        gripper: Double = 0
    ) {
        values = SIMD8(pan, lift, elbow, wristFlex, wristRoll, gripper, 0, 0)
    }

    package subscript(joint: ArmJoint) -> Double {
        get { values[joint.rawValue] }
        set { values[joint.rawValue] = newValue }
    }

    /// The nearest pose that the joints can reach.
    package var withinLimits: ArmPose {
        var pose = self
        for joint in ArmJoint.allCases {
            pose[joint] = min(max(self[joint], joint.range.lowerBound), joint.range.upperBound)
        }
        return pose
    }

    /// Writes the six values into a row, keeping its storage when it is long enough.
    package func write(to row: inout [Float]) {
        if row.count != ArmJoint.allCases.count {
            row = Array(repeating: 0, count: ArmJoint.allCases.count)
        }
        for index in row.indices { row[index] = Float(values[index]) }
    }
}
