import RecordingTypes
import Robots
import SystemPackage

/// The robot of `--robot.*` or the teleoperator of `--teleop.*`, checked: a kind, and what was set for it.
struct DeviceConfiguration<Made>: Equatable, Sendable {
    let kind: DeviceKind<Made>
    /// As given: "so101_follower".
    var type: String
    var id: String?
    /// Where its calibration file is; nil for a kind that has none.
    var calibrationDirectory: FilePath?
    /// Of every setting of the kind, by its name without the device in front: "left_arm_config.port".
    var values: [String: SettingValue]

    /// The device, not connected yet; what it shares with others is in `rig`.
    /// - Throws: `ReelError(.usage)` for what cannot be.
    func device(in rig: Rig = Rig()) throws -> Made {
        try kind.make(
            DeviceRequest(
                type: type, id: id, calibrationDirectory: calibrationDirectory, values: values, rig: rig))
    }

    static func == (left: Self, right: Self) -> Bool {
        (left.type, left.id, left.calibrationDirectory) == (right.type, right.id, right.calibrationDirectory)
            && left.values == right.values
    }
}

typealias TeleoperatorConfiguration = DeviceConfiguration<any Teleoperator>

/// The robot with its cameras, checked.
struct RobotConfiguration: Equatable, Sendable {
    var device: DeviceConfiguration<any Robot>
    /// In the order of the dataset's features: of the left arm, the robot's own, of the right arm.
    var cameras: [CameraConfiguration]
}
