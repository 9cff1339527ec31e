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
    var episode: Int
    @Option(name: .customLong("dataset.root"), help: "The dataset's directory.") var datasetRoot: String?
    @Option(
        name: .customLong("dataset.repo_id"), help: "The dataset's name, if it is in LeRobot's own place.")
    var repoID: String?
    @Option(
        name: .customLong("dataset.fps"),
        help: ArgumentHelp("Without effect, as in LeRobot: the dataset's own rate counts.", visibility: .hidden))
    var fps: Int?
    @Option(flag: "play_sounds") var playsSounds: String?
    @Option(name: .customLong("reel.approach_s"), help: "Seconds to come to where the episode begins; 0 jumps.")
    var approach = 2.0
    @OptionGroup(title: "Robot") var robot: RobotOptions
    @OptionGroup(title: "Robot with two arms, left") var left: LeftFollowerOptions
    @OptionGroup(title: "Robot with two arms, right") var right: RightFollowerOptions

    func validate() throws {
        guard (0...60).contains(approach) else { throw ValidationError("--reel.approach_s must be from 0 to 60.") }
    }

    func run() throws {
        let home = LeRobotHome(surroundings: .machine)
        let groups: [any FlagGroup] = [robot, left, right]
        let values = try FlagValues(arguments: groups.flatMap(\.given) + [("play_sounds", playsSounds)])
        let configuration = try ArmReader(values: values, home: home).robot()
        if fps != nil { StandardError.print("reel: --dataset.fps has no effect: the dataset's own rate counts") }
        let actions = try EpisodeActions(root: try path(home), episode: episode)
        let interruption = try Interruption.watch()
        let voice = Voice(isOn: try values.boolean("play_sounds"))
        let replay = Replay(
            robot: try configuration.device(in: SimulatedWorld()), actions: actions, approach: .seconds(approach))
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

    private func path(_ home: LeRobotHome) throws -> FilePath {
        let given = [root, datasetRoot].compactMap(\.self)
        guard given.count < 2 else {
            throw ReelError(.usage, "replay", cause: "the dataset's directory is given twice")
        }
        if let given = given.first { return try home.expanded(given) }
        guard let repoID else {
            throw ReelError(
                .usage, "replay", cause: "no dataset is given",
                remedy: "Give its directory, or --dataset.repo_id when it is in LeRobot's own place.")
        }
        return try home.directory().pushing(FilePath(repoID))
    }
}
