/// The flags of robots and teleoperators.
extension RecordFlags {
    static let robotTypes = ["sim", "so100_follower", "so101_follower", "bi_so_follower"]
    static let teleoperatorTypes = ["sim", "so100_leader", "so101_leader", "bi_so_leader"]

    /// LeRobot 0.6.1 has these too; Reel does not.
    static let otherRobotTypes = [
        "openarm_follower", "bi_openarm_follower", "rebot_b601_follower", "bi_rebot_b601_follower",
        "earthrover_mini_plus", "hope_jr_hand", "hope_jr_arm", "koch_follower", "omx_follower", "reachy2",
        "unitree_g1",
    ]
    static let otherTeleoperatorTypes = [
        "openarm_leader", "bi_openarm_leader", "openarm_mini", "bi_openarm_mini", "rebot_102_leader",
        "bi_rebot_102_leader", "homunculus_glove", "homunculus_arm", "koch_leader", "omx_leader",
        "reachy2_teleoperator", "unitree_g1", "keyboard", "keyboard_ee", "keyboard_rover",
    ]

    private static let oneFollower = ["so100_follower", "so101_follower"]
    private static let twoFollowers = ["bi_so_follower"]
    private static let oneLeader = ["so100_leader", "so101_leader"]
    private static let twoLeaders = ["bi_so_leader"]

    static let robot: [RecordFlag] =
        [
            RecordFlag(
                "robot.type", .text, .robot,
                .differs("Reel has \(robotTypes.joined(separator: ", ")); the others are refused."),
                "Which robot: \(robotTypes.joined(separator: ", "))."),
            RecordFlag("robot.id", .text, .robot, isOptional: true, "Name of this arm; its calibration file has it."),
            RecordFlag(
                "robot.calibration_dir", .path, .robot, isOptional: true, types: oneFollower + twoFollowers,
                "Directory of the calibration file, if not LeRobot's."),
            cameras(
                "robot.cameras", types: [],
                "The cameras by name: \"{front: {type: opencv, index_or_path: 0, width: 640, height: 480, fps: 30}}\"."),
        ] + follower("robot", types: oneFollower)
        + ["left_arm_config", "right_arm_config"].flatMap { arm in
            follower("robot.\(arm)", types: twoFollowers)
                + [
                    cameras(
                        "robot.\(arm).cameras", types: twoFollowers, "Cameras whose names get the arm's side in front.")
                ]
        }

    static let teleoperator: [RecordFlag] =
        [
            RecordFlag(
                "teleop.type", .text, .teleoperator,
                .differs("Reel has \(teleoperatorTypes.joined(separator: ", ")); the others are refused."),
                "Which teleoperator: \(teleoperatorTypes.joined(separator: ", "))."),
            RecordFlag(
                "teleop.id", .text, .teleoperator, isOptional: true, "Name of this arm; its calibration file has it."),
            RecordFlag(
                "teleop.calibration_dir", .path, .teleoperator, isOptional: true, types: oneLeader + twoLeaders,
                "Directory of the calibration file, if not LeRobot's."),
        ] + leader("teleop", types: oneLeader)
        + ["left_arm_config", "right_arm_config"].flatMap { leader("teleop.\($0)", types: twoLeaders) }

    private static func cameras(_ name: String, types: [String], _ help: String) -> RecordFlag {
        RecordFlag(
            name, .mapping, .robot, standard: "{}",
            .differs("Camera types opencv, ffmpeg and sim; intelrealsense, zmq and reachy2_camera are refused."),
            types: types, help)
    }

    private static func follower(_ part: String, types: [String]) -> [RecordFlag] {
        [
            RecordFlag("\(part).port", .text, .robot, types: types, "The arm's serial port: /dev/ttyACM0."),
            RecordFlag(
                "\(part).disable_torque_on_disconnect", .boolean, .robot, standard: "true", types: types,
                "Let go of the joints at the end."),
            RecordFlag(
                "\(part).max_relative_target", .numberOrMapping, .robot, isOptional: true, types: types,
                "The farthest a joint may be sent in one step, for all joints or by name."),
            RecordFlag(
                "\(part).use_degrees", .boolean, .robot, standard: "true", types: types,
                "Joints in degrees; else -100 to 100."),
            RecordFlag(
                "\(part).position_p_coefficient", .integer, .robot, standard: "16", types: types,
                "P of the motors' position control."),
            RecordFlag(
                "\(part).position_i_coefficient", .integer, .robot, standard: "0", types: types,
                "I of the motors' position control."),
            RecordFlag(
                "\(part).position_d_coefficient", .integer, .robot, standard: "32", types: types,
                "D of the motors' position control."),
            RecordFlag(
                "\(part).num_read_retries", .integer, .robot, standard: "2", types: types,
                "How often a failed read of the motors is tried again."),
        ]
    }

    private static func leader(_ part: String, types: [String]) -> [RecordFlag] {
        [
            RecordFlag("\(part).port", .text, .teleoperator, types: types, "The arm's serial port: /dev/ttyACM1."),
            RecordFlag(
                "\(part).use_degrees", .boolean, .teleoperator, standard: "true",
                .differs("Refused when it is not what the robot's is: the arm would jump."), types: types,
                "Joints in degrees; else -100 to 100."),
            RecordFlag(
                "\(part).num_read_retries", .integer, .teleoperator, standard: "2", types: types,
                "How often a failed read of the motors is tried again."),
        ]
    }
}
