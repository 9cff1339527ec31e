/// What must be known to finish a session's takes without the robot: written to the spool with the session and with
/// every take, so that a take can be encoded alone, on another machine.
package struct SessionDescription: Hashable, Codable, Sendable {
    /// Changes when a reader of an older Reel could not understand it.
    package var formatVersion: Int
    /// As LeRobot writes it to info.json: "so_follower".
    package var robotType: String
    /// Rows a second.
    package var fps: Int
    /// Names of the observation's values, in order: "shoulder_pan.pos".
    package var observationNames: [String]
    /// Names of the action's values, in order.
    package var actionNames: [String]
    /// Cameras in the order of the dataset's features.
    package var cameras: [CameraDescription]
    package var encoder: VideoEncoderSettings
    /// The dataset's name: "user/name".
    package var repoID: String
    /// How the dataset holds the pictures.
    package var storage: PictureStorage

    /// One camera as the spool stores it and the dataset will hold it.
    package struct CameraDescription: Hashable, Codable, Sendable {
        /// "front"
        package var name: String
        /// What its frame file holds, and the size of its pictures.
        package var format: CameraFormat

        package init(name: String, format: CameraFormat) {
            self.name = name
            self.format = format
        }

        /// The dataset's feature: "observation.images.front".
        package var featureName: String { "observation.images.\(name)" }
    }

    package init(
        robotType: String, fps: Int, observationNames: [String], actionNames: [String], cameras: [CameraDescription],
        encoder: VideoEncoderSettings, repoID: String, storage: PictureStorage = .video
    ) {
        self.formatVersion = 1
        self.robotType = robotType
        self.fps = fps
        self.observationNames = observationNames
        self.actionNames = actionNames
        self.cameras = cameras
        self.encoder = encoder
        self.repoID = repoID
        self.storage = storage
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        formatVersion = try values.decode(Int.self, forKey: .formatVersion)
        robotType = try values.decode(String.self, forKey: .robotType)
        fps = try values.decode(Int.self, forKey: .fps)
        observationNames = try values.decode([String].self, forKey: .observationNames)
        actionNames = try values.decode([String].self, forKey: .actionNames)
        cameras = try values.decode([CameraDescription].self, forKey: .cameras)
        encoder = try values.decode(VideoEncoderSettings.self, forKey: .encoder)
        repoID = try values.decode(String.self, forKey: .repoID)
        // Spools from before there was a choice do not say.
        storage = try values.decodeIfPresent(PictureStorage.self, forKey: .storage) ?? .video
    }
}
