import ArgumentParser
import LeRobotDataset
import Recording
import RecordingTypes
import Robots
import SystemPackage

/// `reel replay`: sends an episode's actions to the robot again.
struct ReplayEpisode: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Sends the actions of a recorded episode to the robot, at the times at which they were recorded.",
        discussion: """
            reel replay ROOT --episode N, or the flags of lerobot-replay. The robot first comes slowly to where the episode \
            begins. Ctrl-C ends it and lets go of the arm.
            """)

    @Argument(help: "The dataset's directory.") var root: String?
    @Option(name: [.customLong("episode"), .customLong("dataset.episode")], help: "The episode, counted from 0.")
    var episode: String?
    @Option(name: .customLong("dataset.root"), help: "The dataset's directory.") var datasetRoot: String?
    @Option(
        name: .customLong("dataset.repo_id"), help: "The dataset's name, if it is in LeRobot's own place.")
    var repoID: String?
    @Option(
        name: .customLong("dataset.fps"),
        help: ArgumentHelp("Without effect, as in LeRobot: the dataset's own rate counts.", visibility: .hidden))
    var fps: String?
    @Option(flag: "play_sounds") var playsSounds: String?
    @Option(flag: "config_path") var configPath: String?
    @Option(name: .customLong("reel.approach_s"), help: "Seconds to come to where the episode begins; 0 jumps.")
    var approach = 2.0
    @OptionGroup(title: "Robot") var robot: RobotOptions
    @OptionGroup(title: "Robot with two arms, left") var left: LeftFollowerOptions
    @OptionGroup(title: "Robot with two arms, right") var right: RightFollowerOptions

    static let vocabulary = FlagVocabulary.of(
        [.robot],
        RecordFlags.all.filter { ["dataset.repo_id", "dataset.root", "dataset.fps", "play_sounds"].contains($0.name) }
            + [
                RecordFlag("dataset.episode", .integer, .dataset, "The episode, counted from 0.")
            ])

    func validate() throws {
        guard (0...60).contains(approach) else { throw ValidationError("--reel.approach_s must be from 0 to 60.") }
    }

    func run() throws {
        let surroundings = Surroundings.machine
        let home = LeRobotHome(surroundings: surroundings)
        let groups: [any FlagGroup] = [robot, left, right]
        let values = try FlagValues(
            arguments: groups.flatMap(\.given) + [
                ("dataset.episode", episode), ("dataset.repo_id", repoID), ("dataset.root", datasetRoot),
                ("dataset.fps", fps), ("play_sounds", playsSounds), ("config_path", configPath),
            ], for: Self.vocabulary, in: surroundings)
        let configuration = try ArmReader(values: values, home: home).robot()
        guard let episode = try values["dataset.episode"].integer(0...FlagValue.unlimited) else {
            throw ReelError(.usage, "replay", cause: "--episode is missing", remedy: "Give its number, counted from 0.")
        }
        if values.isGiven("dataset.fps") {
            StandardError.print("reel: --dataset.fps has no effect: the dataset's own rate counts")
        }
        let actions = try EpisodeActions(root: try path(values, home), episode: episode)
        let interruption = try Interruption.watch()
        let voice = Voice(isOn: try values.boolean("play_sounds"))
        let replay = Replay(
            robot: try configuration.device(
                in: SimulatedWorld(), dialogue: TerminalDialogue.ifThereIsATerminal(interruption)), actions: actions,
            approach: .seconds(approach))
        try replay.check()
        voice.say("Replaying episode")
        let status = try run(replay, interruption)
        voice.close()
        let last = status.current
        print("\(last.ticks) of \(actions.count) rows, \(last.missed) left out because they were late")
        for note in RecordingDevices.notes(of: replay.robot) { print(note) }
        if last.missed > 0 || last.ticks < actions.count { throw ExitCode(3) }
    }

    private func run(_ replay: Replay, _ interruption: Interruption) throws -> MotionStatus {
        let status = MotionStatus(valueCount: replay.robot.featureNames.count)
        let (names, count) = (replay.robot.featureNames, replay.actions.count)
        do {
            try replay.robot.connect()
            try MotionTable.whileDrawing(status, { Self.lines(names, count, $0) }) {
                try replay.run(status, until: interruption)
            }
        } catch {
            try? replay.robot.disconnect()
            throw error
        }
        try replay.robot.disconnect()
        return status
    }

    private static func lines(_ names: [String], _ count: Int, _ now: MotionStatus.Snapshot) -> [String] {
        now.joints(names, leader: "action") + ["row \(now.ticks) of \(count)"]
    }

    private func path(_ values: FlagValues, _ home: LeRobotHome) throws -> FilePath {
        guard root == nil || datasetRoot == nil else {
            throw ReelError(.usage, "replay", cause: "the dataset's directory is given twice")
        }
        if let given = try root ?? values["dataset.root"].text() { return try home.expanded(given) }
        guard values.isGiven("dataset.repo_id"), let repoID = try values["dataset.repo_id"].text() else {
            throw ReelError(
                .usage, "replay", cause: "no dataset is given",
                remedy: "Give its directory, or --dataset.repo_id when it is in LeRobot's own place.")
        }
        return try home.directory().pushing(FilePath(repoID))
    }
}
