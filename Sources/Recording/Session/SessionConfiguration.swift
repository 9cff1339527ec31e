package import RecordingTypes
package import SystemPackage

/// What one recording session does, as the command line understood it.
package struct SessionConfiguration: Sendable {
    /// The dataset's folder.
    package var root: FilePath
    /// "user/name"
    package var repoID: String
    /// The task's sentence, in every row.
    package var task: String
    /// Rows a second.
    package var fps: Int
    /// How long an episode lasts at most.
    package var episodeTime: Duration
    /// How long the operator has to reset the scene; zero goes straight on.
    package var resetTime: Duration
    /// Episodes to add in this session.
    package var episodeCount: Int
    package var schedule: EncodingSchedule
    /// What the dataset makes of every camera's pictures.
    package var target: PictureTarget
    /// How long a device that failed is waited for; zero ends the session.
    package var reconnectTime: Duration
    /// How long a robot that is far from its leader's pose takes to come there before a phase; zero jumps.
    package var alignTime: Duration
    /// How the spool holds pictures that are no JPEGs.
    package var spoolPictures: SpoolPictures
    /// Bytes of pictures that may wait for the disk before the take is ended.
    package var ringBytes: Int
    package var playsSounds: Bool
    /// Whether small files are joined when the session ends.
    package var consolidates: Bool

    package init(
        root: FilePath, repoID: String, task: String, fps: Int, episodeTime: Duration, resetTime: Duration,
        episodeCount: Int, schedule: EncodingSchedule, target: PictureTarget, reconnectTime: Duration,
        alignTime: Duration = .zero,
        spoolPictures: SpoolPictures, ringBytes: Int, playsSounds: Bool, consolidates: Bool
    ) {
        self.root = root
        self.repoID = repoID
        self.task = task
        self.fps = fps
        self.episodeTime = episodeTime
        self.resetTime = resetTime
        self.episodeCount = episodeCount
        self.schedule = schedule
        self.target = target
        self.reconnectTime = reconnectTime
        self.alignTime = alignTime
        self.spoolPictures = spoolPictures
        self.ringBytes = ringBytes
        self.playsSounds = playsSounds
        self.consolidates = consolidates
    }

    /// Rows of a full episode.
    package var episodeRows: Int { rows(in: episodeTime) }

    /// Rows of a full reset phase.
    package var resetRows: Int { rows(in: resetTime) }

    /// Rows k with k / fps < duration: 0.1 s at 30 fps is 3, as LeRobot records it.
    private func rows(in duration: Duration) -> Int {
        // In two parts: the nanoseconds of some years times a rate do not fit.
        let (seconds, rest) = duration.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return Int(seconds) * fps + Int((rest * Int64(fps) + 999_999_999) / 1_000_000_000)
    }
}
