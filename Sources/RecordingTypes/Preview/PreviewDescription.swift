/// What somebody looks at who looks at a session: what does not change while it goes on.
package struct PreviewDescription: Codable, Sendable, Equatable {
    package struct Camera: Codable, Sendable, Equatable {
        package var name: String
        /// Pixels.
        package var width: Int
        package var height: Int
        /// Pictures a second; 0 when nobody knows.
        package var fps: Double
        /// Its pictures are JPEGs, and are shown as they came.
        package var isJPEG: Bool

        package init(name: String, width: Int, height: Int, fps: Double, isJPEG: Bool) {
            (self.name, self.width, self.height, self.fps, self.isJPEG) = (name, width, height, fps, isJPEG)
        }
    }

    /// Reel's.
    package var version: String
    /// Rows a second.
    package var fps: Int
    package var cameras: [Camera]
    /// Names of the values of a row.
    package var observation: [String]
    package var action: [String]
    /// What is recorded; nil where nothing is.
    package var recording: Recording?

    package struct Recording: Codable, Sendable, Equatable {
        /// "user/name"
        package var repoID: String
        /// The dataset's folder.
        package var root: String
        package var task: String
        /// Episodes of this session.
        package var episodeCount: Int

        package init(repoID: String, root: String, task: String, episodeCount: Int) {
            (self.repoID, self.root, self.task, self.episodeCount) = (repoID, root, task, episodeCount)
        }
    }

    package init(
        version: String, fps: Int, cameras: [Camera], observation: [String], action: [String], recording: Recording?
    ) {
        self.version = version
        self.fps = fps
        self.cameras = cameras
        self.observation = observation
        self.action = action
        self.recording = recording
    }
}
