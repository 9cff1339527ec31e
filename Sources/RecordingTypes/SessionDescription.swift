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
        /// "front"; whatever LeRobot takes.
        package var name: String
        /// What its files are called, without an ending: in a take its frame file, with the encoder what is made of it.
        package fileprivate(set) var file: String
        /// What its frame file holds, and the size of its pictures.
        package var format: CameraFormat

        package init(name: String, format: CameraFormat) {
            self.name = name
            self.format = format
            file = CameraFileName.stem(for: name, at: 0)
        }

        package init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            name = try values.decode(String.self, forKey: .name)
            format = try values.decode(CameraFormat.self, forKey: .format)
            // In format 1 files had the cameras' names.
            file = try values.decodeIfPresent(String.self, forKey: .file) ?? name
        }

        /// The dataset's feature: "observation.images.front".
        package var featureName: String { Self.featurePrefix + name }

        private static let featurePrefix = "observation.images."
        /// Bytes of a name: the feature's is a directory's too.
        private static let longestName = 255 - featurePrefix.utf8.count

        /// Why no dataset can have a camera of this name; nil when one can.
        package static func problem(ofName name: String) -> String? {
            if name.isEmpty { return "a camera must have a name" }
            if name.utf8.contains(UInt8(ascii: "/")) { return "LeRobot allows no / in the name of a feature" }
            if name.utf8.contains(0) { return "no file's name has a null character" }
            guard name.utf8.count <= longestName else {
                return "its videos lie in a directory called \(featurePrefix)…, so it has at most \(longestName) bytes "
                    + "and this is \(name.utf8.count)"
            }
            return nil
        }
    }

    package init(
        robotType: String, fps: Int, observationNames: [String], actionNames: [String], cameras: [CameraDescription],
        encoder: VideoEncoderSettings, repoID: String, storage: PictureStorage = .video
    ) {
        formatVersion = Self.currentFormat
        self.robotType = robotType
        self.fps = fps
        self.observationNames = observationNames
        self.actionNames = actionNames
        self.cameras = cameras
        for (index, camera) in cameras.enumerated() {
            self.cameras[index].file = CameraFileName.stem(for: camera.name, at: index)
        }
        self.encoder = encoder
        self.repoID = repoID
        self.storage = storage
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        // What is missing in older ones is filled in, so that it is of this format when it is written again.
        formatVersion = max(try values.decode(Int.self, forKey: .formatVersion), Self.currentFormat)
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
