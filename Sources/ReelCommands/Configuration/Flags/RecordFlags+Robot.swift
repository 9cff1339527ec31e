/// The flags of robots and teleoperators: each kind of device brings its own (`DeviceKind`); here is what all have.
extension RecordFlags {
    static let robot: [RecordFlag] = DeviceFlags.robot.flags("robot") { name, types, isOfPart in
        RecordFlag(
            name, .mapping, .robot, standard: "{}",
            .differs("Camera types opencv, ffmpeg and sim; intelrealsense, zmq and reachy2_camera are refused."),
            types: types,
            isOfPart
                ? "Cameras whose names get the arm's side in front."
                : "The cameras by name: \"{front: {type: opencv, index_or_path: 0, width: 640, height: 480, fps: 30}}\"."
        )
    }

    static let teleoperator: [RecordFlag] = DeviceFlags.teleoperator.flags("teleoperator")
}
