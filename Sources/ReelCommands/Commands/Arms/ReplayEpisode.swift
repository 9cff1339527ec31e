import ArgumentParser
import Console
import LeRobotDataset
import Recording
import RecordingTypes
import Robots
import SystemPackage

/// `reel replay`: sends an episode's actions to the robot again.
struct ReplayEpisode: FlagCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Sends the actions of a recorded episode to the robot, at the times at which they were recorded.",
        discussion: """
            reel replay ROOT --episode N, or the flags of lerobot-replay. The robot first comes slowly to where the episode \
            begins. Ctrl-C ends it and lets go of the arm.
            """)

    static let table = FlagTable.of(
        [.robot],
        RecordFlags.all.filter { ["dataset.repo_id", "dataset.root", "play_sounds"].contains($0.name) }
            + [
                RecordFlag("dataset.episode", .integer, .dataset, "The episode, counted from 0."),
                RecordFlag(
                    "dataset.fps", .integer, .dataset, isOptional: true, .noEffect("the dataset's own rate counts"),
                    "Without effect, as in LeRobot: the dataset's own rate counts."),
                RecordFlag(
                    "reel.approach_s", .number, .reel, standard: "2", .own,
                    "Seconds to come to where the episode begins; 0 jumps."),
            ], positional: "ROOT", aliases: ["episode": "dataset.episode"])

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

    func run(_ given: GivenFlags) throws {
        let surroundings = Surroundings.machine
        let home = LeRobotHome(surroundings: surroundings)
        let values = try FlagValues(arguments: given.values, for: Self.table, in: surroundings)
        let configuration = try DeviceReader(values: values, home: home).robot()
        guard values.isGiven("dataset.episode"),
            let episode = try values["dataset.episode"].integer(0...FlagValue.unlimited)
        else {
            throw ReelError(.usage, "replay", cause: "--episode is missing", remedy: "Give its number, counted from 0.")
        }
        for note in try values.refuseWhatIsNotThere() { StandardError.print("reel: \(note)") }
        let approach = try values.number("reel.approach_s", 0...60)
        let root = try Self.root(given.positionals.first, values, home)
        let actions = try EpisodeActions(root: root, episode: episode)
        let interruption = try Interruption.watch()
        let voice = Voice(isOn: try values.boolean("play_sounds"))
        let replay = Replay(
            robot: try configuration.device.device(), actions: actions, approach: .seconds(approach))
        try replay.check()
        voice.say("Replaying episode")
        let status = try run(replay, interruption)
        voice.close()
        let last = status.current
        print("\(last.ticks) of \(actions.count.counted("row")), \(last.missed) left out because they were late")
        for note in RecordingDevices.notes(of: replay.robot) { print(note) }
        if last.missed > 0 || last.ticks < actions.count { throw ExitCode(3) }
    }

    private func run(_ replay: Replay, _ interruption: Interruption) throws -> MotionStatus {
        let status = MotionStatus(observed: replay.robot.observationNames, asked: replay.robot.actionNames)
        let count = replay.actions.count
        do {
            try replay.robot.connect(asking: TerminalDialogue.ifThereIsATerminal(interruption))
            try MotionTable.whileDrawing(status, { Self.lines(count, $0) }) {
                try replay.run(status, until: interruption)
            }
        } catch {
            try? replay.robot.disconnect()
            throw error
        }
        try replay.robot.disconnect()
        return status
    }

    private static func lines(_ count: Int, _ now: MotionStatus.Snapshot) -> [String] {
        now.joints(leader: "action") + ["row \(now.ticks) of \(count)"]
    }

    private static func root(_ root: String?, _ values: FlagValues, _ home: LeRobotHome) throws -> FilePath {
        guard root == nil || !values.isGiven("dataset.root") else {
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
