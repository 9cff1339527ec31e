import SystemPackage

/// The teleoperator of `--teleop.*`, checked.
struct TeleoperatorConfiguration: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case simulated
        case arm(LeaderConfiguration)
        case twoArms(left: LeaderConfiguration, right: LeaderConfiguration)
    }

    /// As given: "so101_leader".
    var type: String
    var id: String?
    var kind: Kind

    var leaders: [LeaderConfiguration] {
        switch kind {
        case .simulated: []
        case .arm(let arm): [arm]
        case .twoArms(let left, let right): [left, right]
        }
    }
}

/// One SO-100 or SO-101 leader arm (LeRobot's `SOLeaderConfig`).
struct LeaderConfiguration: Equatable, Sendable {
    /// The serial device.
    var port: String
    var calibrationFile: FilePath
    /// Degrees; else -100 to 100. The gripper has 0 to 100 always.
    var usesDegrees: Bool
    var readRetries: Int
}
