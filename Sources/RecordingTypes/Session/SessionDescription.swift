/// What must be known to finish a session's takes without the robot: written to the spool with the session and with
/// every take, so that a take can be encoded alone, on another machine.
package struct SessionDescription: Hashable, Codable, Sendable {
    /// The spool's format (docs/spool-format.md).
    package static let currentFormat = 3

    /// Changes when a reader of an older Reel could not understand it: 2, and 3 where rows carry what those of format 2
    /// do not.
    package var formatVersion: Int { values.blocks.isEmpty && hasTimes ? 2 : 3 }
    /// As LeRobot writes it to info.json: "so_follower".
    package var robotType: String
    /// Rows a second.
    package var fps: Int
    /// The values that are observed in a row.
    package var observation: RowSchema
    /// The values that the robot is told in a row.
    package var action: RowSchema
    /// What a row carries besides, of any type, packed (`PackedValues`). A block called `task` is the row's task.
    package var values = RowSchema([])
    /// Rows were taken at their times. Else another program handed them over, and when it did so says nothing.
    package var hasTimes = true
    /// Cameras in the order of the dataset's features.
    package var cameras: [CameraDescription]
    /// The dataset's name: "user/name".
    package var repoID: String

    package init(
        robotType: String, fps: Int, observation: RowSchema, action: RowSchema, cameras: [CameraDescription],
        repoID: String
    ) {
        self.robotType = robotType
        self.fps = fps
        self.observation = observation
        self.action = action
        self.cameras = cameras
        for (index, camera) in cameras.enumerated() {
            self.cameras[index].file = CameraFileName.stem(for: camera.name, at: index)
        }
        self.repoID = repoID
    }

    /// One of format 1 becomes what it would be today, so that it is of this format when it is written again.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        if try values.decode(Int.self, forKey: .formatVersion) == 1 {
            self = try SessionOfFormat1(from: decoder).today
            return
        }
        robotType = try values.decode(String.self, forKey: .robotType)
        fps = try values.decode(Int.self, forKey: .fps)
        observation = try values.decode(RowSchema.self, forKey: .observation)
        action = try values.decode(RowSchema.self, forKey: .action)
        self.values = try values.decodeIfPresent(RowSchema.self, forKey: .values) ?? RowSchema([])
        hasTimes = try values.decodeIfPresent(Bool.self, forKey: .hasTimes) ?? true
        cameras = try values.decode([CameraDescription].self, forKey: .cameras)
        repoID = try values.decode(String.self, forKey: .repoID)
    }

    private enum CodingKeys: String, CodingKey {
        case formatVersion, robotType, fps, observation, action, values, hasTimes, cameras, repoID
    }

    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(formatVersion, forKey: .formatVersion)
        try members.encode(robotType, forKey: .robotType)
        try members.encode(fps, forKey: .fps)
        try members.encode(observation, forKey: .observation)
        try members.encode(action, forKey: .action)
        if formatVersion > 2 {
            try members.encode(values, forKey: .values)
            try members.encode(hasTimes, forKey: .hasTimes)
        }
        try members.encode(cameras, forKey: .cameras)
        try members.encode(repoID, forKey: .repoID)
    }

    /// The block of `values` that is no feature but each row's task.
    package static let taskBlock = ValueBlock(feature: "task", dtype: .string, shape: [1])
}
