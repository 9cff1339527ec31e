/// What must be known to finish a session's takes without the robot: written to the spool with the session and with
/// every take, so that a take can be encoded alone, on another machine.
package struct SessionDescription: Hashable, Codable, Sendable {
    /// The spool's format (docs/spool-format.md).
    package static let currentFormat = 2

    /// Changes when a reader of an older Reel could not understand it.
    package private(set) var formatVersion: Int
    /// As LeRobot writes it to info.json: "so_follower".
    package var robotType: String
    /// Rows a second.
    package var fps: Int
    /// The values that are observed in a row.
    package var observation: RowSchema
    /// The values that the robot is told in a row.
    package var action: RowSchema
    /// Cameras in the order of the dataset's features.
    package var cameras: [CameraDescription]
    /// The dataset's name: "user/name".
    package var repoID: String

    package init(
        robotType: String, fps: Int, observation: RowSchema, action: RowSchema, cameras: [CameraDescription],
        repoID: String
    ) {
        formatVersion = Self.currentFormat
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
        formatVersion = try values.decode(Int.self, forKey: .formatVersion)
        if formatVersion == 1 {
            self = try SessionOfFormat1(from: decoder).today
            return
        }
        robotType = try values.decode(String.self, forKey: .robotType)
        fps = try values.decode(Int.self, forKey: .fps)
        observation = try values.decode(RowSchema.self, forKey: .observation)
        action = try values.decode(RowSchema.self, forKey: .action)
        cameras = try values.decode([CameraDescription].self, forKey: .cameras)
        repoID = try values.decode(String.self, forKey: .repoID)
    }
}
