import SystemPackage

/// The robot of `--robot.*`, checked.
struct RobotConfiguration: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case simulated
        case arm(FollowerConfiguration)
        case twoArms(left: FollowerConfiguration, right: FollowerConfiguration)
    }

    /// As given: "so101_follower".
    var type: String
    var id: String?
    var kind: Kind
    /// In the order of the dataset's features: of the left arm, the robot's own, of the right arm.
    var cameras: [CameraConfiguration]

    var followers: [FollowerConfiguration] {
        switch kind {
        case .simulated: []
        case .arm(let arm): [arm]
        case .twoArms(let left, let right): [left, right]
        }
    }
}

/// One SO-100 or SO-101 follower arm (LeRobot's `SOFollowerConfig`).
struct FollowerConfiguration: Equatable, Sendable {
    /// The farthest that a joint may be sent from where it is, in one step, in the units of its values.
    enum RelativeTarget: Equatable, Sendable {
        case all(Double)
        case each([String: Double])
    }

    /// The serial device.
    var port: String
    var calibrationFile: FilePath
    var disablesTorqueOnDisconnect: Bool
    /// nil does not limit it.
    var maxRelativeTarget: RelativeTarget?
    /// Degrees; else -100 to 100. The gripper has 0 to 100 always.
    var usesDegrees: Bool
    var positionP: Int
    var positionI: Int
    var positionD: Int
    var readRetries: Int
}
