import Console
import Recording
import RecordingTypes
import SystemPackage

/// All that `reel record` was asked for, checked: nothing in it contradicts anything else in it.
struct RecordConfiguration: Equatable, Sendable {
    var robot: RobotConfiguration
    var teleoperator: TeleoperatorConfiguration
    /// "user/name", with date and time behind it for a new dataset.
    var repoID: String
    /// The dataset's directory; it does not exist yet, or holds a dataset when `resumes`.
    var root: FilePath
    var task: String
    /// Rows a second.
    var fps: Int
    /// The longest that a take lasts.
    var episodeTime: Duration
    var resetTime: Duration
    /// Episodes to add in this session.
    var episodeCount: Int
    var schedule: EncodingSchedule
    var encoder: VideoEncoderSettings
    /// Whether the dataset holds videos or PNGs.
    var storage: PictureStorage
    var playsSounds: Bool
    /// Adds to the dataset that is there.
    var resumes: Bool
    /// How long a device that failed is waited for.
    var reconnectTime: Duration
    /// How long an arm that is far from its leader's pose takes to come there; zero jumps.
    var alignTime: Duration
    /// How the spool holds pictures that are no JPEGs.
    var spoolPictures: SpoolPictures
    /// Which of a camera's pictures a row shows.
    var pictures: PicturePolicy
    /// Bytes of the ring between control loop and spool writer.
    var ringBytes: Int
    /// Whether the session ends with joining the episodes' small files.
    var consolidates: Bool
    /// A foot pedal's device and what its keys mean; nil for none.
    var pedal: PedalSettings?
    /// Who may look at the session.
    var page: PageConfiguration
    /// Where the session's figures go when it is over; nil for nowhere.
    var reportPath: FilePath?
    /// What was given and changes nothing, a line each, to be told to the user.
    var notes: [String]

    /// Reads the configuration file if one is named, then checks everything.
    /// - Parameters:
    ///   - arguments: Names of flags (without dashes) and their values; nil for what was not given.
    ///   - surroundings: The machine.
    /// - Throws: `ReelError(.usage)`: one line for the first thing that cannot be.
    init(arguments: [(name: String, value: String?)], in surroundings: Surroundings) throws {
        let values = try FlagValues(arguments: arguments, for: .record, in: surroundings)
        let home = LeRobotHome(surroundings: surroundings)
        notes = try values.refuseWhatIsNotThere()

        let devices = DeviceReader(values: values, home: home)
        robot = try devices.robot()
        teleoperator = try devices.teleoperator()
        try devices.check(robot, with: teleoperator)

        fps = try values.integer("dataset.fps", 1...1000)
        task = try Self.task(values)
        episodeTime = try Self.duration(values, "dataset.episode_time_s")
        guard episodeTime > .zero else { throw values["dataset.episode_time_s"].refusal("it must be more than 0") }
        resetTime = try Self.duration(values, "dataset.reset_time_s")
        // As many as one likes: nobody records more than this.
        episodeCount = min(try values.integer("dataset.num_episodes", 1...(.max)), FlagValue.unlimited)
        schedule = try Self.schedule(values)
        storage = try values.boolean("dataset.video") ? .video : .images
        let settings = try EncoderReader(values: values).settings()
        encoder = try storage == .video ? surroundings.resolveEncoder(settings) : settings
        if storage == .video {
            for camera in robot.cameras {
                guard let width = camera.width, let height = camera.height else { continue }
                try encoder.requireEncodable(width: width, height: height, of: camera.name)
            }
        }
        playsSounds = try values.boolean("play_sounds")
        reconnectTime = try Self.reconnectTime(values)
        alignTime = .seconds(try values.number("reel.align_s", 0...86_400))
        spoolPictures = try Self.spoolPictures(values)
        pictures = try Self.pictures(values)
        ringBytes = try values.integer("reel.ring_mb", 16...1_048_576) << 20
        consolidates = try values.boolean("reel.consolidate")
        let pedalKeys = try PedalKeys(values.text("reel.pedal_keys"))
        pedal = try values["reel.pedal"].path().map { PedalSettings(path: $0, keys: pedalKeys) }
        page = try PageConfiguration(values)
        reportPath = try values["reel.report"].path()

        let target = DatasetTarget(values: values, home: home, resumes: try values.boolean("resume"))
        repoID = try target.repoID()
        (root, resumes) = try target.root(repoID: repoID)
    }

    /// A foot pedal's device and what its keys mean.
    struct PedalSettings: Equatable, Sendable {
        var path: FilePath
        var keys: PedalKeys
    }

    private static func task(_ values: FlagValues) throws -> String {
        let task = try values.text("dataset.single_task")
        guard task.contains(where: { !$0.isWhitespace }) else {
            throw ReelError(
                .usage, "record", cause: "--dataset.single_task is missing",
                remedy: "Give the task as a sentence; policies are trained with it.")
        }
        return task
    }

    /// One time under two names.
    private static func reconnectTime(_ values: FlagValues) throws -> Duration {
        let ofRobot = try values["robot.reconnect_s"].duration()
        return try ofRobot ?? duration(values, "reel.reconnect_s")
    }

    private static func spoolPictures(_ values: FlagValues) throws -> SpoolPictures {
        let name = "reel.spool_pictures"
        guard let pictures = SpoolPictures(rawValue: try values.text(name)) else {
            throw values[name].refusal(
                "it must be one of \(SpoolPictures.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return pictures
    }

    private static func pictures(_ values: FlagValues) throws -> PicturePolicy {
        let name = "reel.pictures"
        guard let policy = PicturePolicy(rawValue: try values.text(name)) else {
            throw values[name].refusal(
                "it must be one of \(PicturePolicy.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return policy
    }

    private static func duration(_ values: FlagValues, _ name: String) throws -> Duration {
        guard let duration = try values[name].duration() else { throw values[name].refusal("it cannot be null") }
        return duration
    }

    /// LeRobot 0.6.1 streams and then encodes the batch once more, from pictures that were never written, and dies.
    private static func schedule(_ values: FlagValues) throws -> EncodingSchedule {
        let size = try values.integer("dataset.video_encoding_batch_size", 1...FlagValue.unlimited)
        guard try values.boolean("dataset.streaming_encoding") else { return .batches(of: size) }
        guard size == 1 else {
            throw values["dataset.video_encoding_batch_size"].refusal(
                "streaming_encoding=true encodes each take while it is recorded, so none can wait",
                remedy: "Give one of the two.")
        }
        return .streaming
    }
}
