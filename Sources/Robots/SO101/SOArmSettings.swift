package import SystemPackage

/// What is set for an SO-100 or SO-101 arm; names and defaults are those of LeRobot's configuration.
package struct SOArmSettings: Hashable, Sendable {
    /// How far a goal may be from where the joint is.
    package enum RelativeLimit: Hashable, Sendable {
        /// The same for every joint, in the joint's unit.
        case all(Double)
        /// By the joint's name ("shoulder_pan"); must name them all.
        case perJoint([String: Double])
    }

    /// The arm's name; its calibration file is called so.
    package var id: String?
    /// "/dev/ttyACM0"
    package var port: String
    /// Where the calibration file is, instead of LeRobot's place.
    package var calibrationDirectory: FilePath?
    /// The calibration file itself; then neither the directory nor the id is asked.
    package var calibrationFile: FilePath?
    /// Let the joints go limp when Reel lets go of the arm.
    package var disableTorqueOnDisconnect = true
    /// Follower only.
    package var maxRelativeTarget: RelativeLimit?
    /// Degrees for all but the gripper; else -100...100.
    package var useDegrees = true
    /// Follower only, as the two below.
    package var positionPCoefficient = 16
    package var positionICoefficient = 0
    package var positionDCoefficient = 32
    /// How often a read of all joints is done again when it fails.
    package var readRetries = 2

    package init(port: String, id: String? = nil) {
        self.port = port
        self.id = id
    }
}
