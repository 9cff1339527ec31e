/// The arms of a pair.
package enum ArmSide: String, CaseIterable, Sendable {
    case left, right

    /// "left_shoulder_pan.pos" and so on.
    package var featureNames: [String] { ArmJoint.allCases.map { "\(rawValue)_\($0.featureName)" } }
}
