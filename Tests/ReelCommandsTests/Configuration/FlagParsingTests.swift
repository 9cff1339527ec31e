import RecordingTypes
import Testing

@testable import ReelCommands

@Suite("The table takes a command line apart as lerobot-record does")
struct FlagParsingTests {
    private func given(_ arguments: String...) throws -> [String] {
        try Record.table.parse(arguments).values.map { "\($0.name)=\($0.value ?? "nil")" }
    }

    @Test func bothWaysOfWritingAValue() throws {
        #expect(
            try given("--dataset.fps", "25", "--resume=true", "--dataset.single_task", "a = b", "--robot.id=x=y")
                == ["dataset.fps=25", "resume=true", "dataset.single_task=a = b", "robot.id=x=y"])
    }

    @Test func valuesMayBeginWithADashOrBeEmpty() throws {
        #expect(
            try given("--dataset.root", "-dash", "--robot.id=", "--dataset.reset_time_s", "-1")
                == ["dataset.root=-dash", "robot.id=", "dataset.reset_time_s=-1"])
    }

    @Test func theLastOneCounts() throws {
        let found = try parsed(least + ["--dataset.fps=25", "--dataset.fps", "50"])
        #expect(found.fps == 50)
    }

    /// One key of one camera, from the command line, wherever the camera was given.
    @Test func partsOfMappings() throws {
        let cameras = "--robot.cameras={front: {type: sim, view: front}}"
        let found = try parsed(
            least + [
                "--robot.cameras.front.fps=60", cameras, "--robot.cameras.front.view", "top",
                "--robot.cameras.side={type: sim, view: front, fps: 15}",
                "--dataset.rgb_encoder.extra_options.tune=film",
            ])
        #expect(found.robot.cameras.map(\.name) == ["front", "side"])
        #expect(found.robot.cameras.map(\.fps) == [60, 15])
        #expect(found.robot.cameras.first?.source == .simulated(view: .top))
        #expect(found.encoder.extraOptions == ["tune": "film"])
        let file = "robot: {type: sim, cameras: {front: {type: sim, view: front, fps: 30}}}"
        let over = try configuration(
            [
                "--config_path=a.yaml", "--robot.cameras.front.fps=10", "--teleop.type=sim", "--dataset.repo_id=x",
                "--dataset.single_task=Pick.",
            ], in: surroundings(files: ["a.yaml": file]))
        #expect(over.robot.cameras.map(\.fps) == [10])
        let error = try #require(throws: ReelError.self) { try parsed(least + ["--robot.cameras.front.fps=60"]) }
        #expect("\(error)".contains("camera front"))
    }

    @Test func aKeyWithADotOfItsOwnIsFound() {
        let cameras = Setting(.mapping([.init(key: "wrist.right", value: Setting(.mapping([])))]))
        let found = cameras.overlaid(with: Setting(.scalar("60")), at: ["wrist", "right", "fps"])
        #expect(found.entries?.map(\.key) == ["wrist.right"])
        #expect(found.entries?.first?.value.entries?.map(\.key) == ["fps"])
    }

    /// What LeRobot had once, and what must be in the answer.
    static let former: [([String], [String])] = [
        (["--dataset.vcodec=h264"], ["--dataset.rgb_encoder.vcodec=h264"]),
        (["--fps=30", "--push_to_hub", "false"], ["--dataset.fps=30", "--dataset.push_to_hub=false"]),
        (["--control.type=record", "--control.repo_id=me/x"], ["reel record", "--dataset.repo_id=me/x"]),
        (["--control.warmup_time_s=5"], ["warmup_s"]),
        (
            ["--control.num_episodes=2", "--control.display_cameras=false"],
            ["--dataset.num_episodes=2", "--display_data=false"]
        ),
        (["--robot.left_arm_port=/dev/a"], ["--robot.left_arm_config.port=/dev/a"]),
        (["--robot.right_arm_max_relative_target=5"], ["--robot.right_arm_config.max_relative_target=5"]),
        (["--teleop.left_arm_port=/dev/a"], ["--teleop.left_arm_config.port=/dev/a"]),
        (
            ["--robot.type=bi_so101_follower", "--robot.left_arm_port=/dev/a"],
            ["--robot.type=bi_so_follower", "left_arm_config"]
        ),
        (["--policy.path=me/act"], ["lerobot-rollout"]), (["--policy=x"], ["lerobot-rollout"]),
        (["--control.policy.path=x"], ["lerobot-rollout"]),
        (["--robot.leader_arms.main.port=/dev/a"], ["--teleop.port"]),
        (["--repo-id", "me/x", "--num-episodes", "3"], ["--dataset.repo_id=me/x", "--dataset.num_episodes=3"]),
        (["--run-compute-stats=1"], ["always made"]), (["--warmup-time-s=1"], ["warmup_s"]),
        (["--control.teleop_time_s=3"], ["another command"]),
    ]

    @Test(arguments: former) func flagsOfOlderLeRobots(arguments: [String], words: [String]) throws {
        let error = try #require(throws: ReelError.self) { try parsed(least + arguments) }
        #expect(error.kind == .usage)
        let line = "\(error)"
        for word in words { #expect(line.contains(word), "\(line)") }
        #expect(!line.contains("\n"))
    }

    @Test(arguments: [
        ("so101", "so101_follower"), ("bi_so100_follower", "bi_so_follower"), ("so_follower", "so101_follower"),
    ])
    func typesOfOlderLeRobots(old: String, new: String) throws {
        let error = try #require(throws: ReelError.self) { try parsed(least + ["--robot.type=\(old)"]) }
        #expect("\(error)".contains("LeRobot calls it \(new) today"), "\(error)")
    }

    @Test func oldKeysInFilesAndCameras() throws {
        let file = surroundings(files: ["a.yaml": "dataset: {vcodec: h264}\n"])
        let error = try #require(throws: ReelError.self) { try configuration(["--config_path=a.yaml"], in: file) }
        #expect("\(error)".contains("--dataset.rgb_encoder.vcodec=h264"), "\(error)")
        let camera = try #require(throws: ReelError.self) {
            try simulated("--robot.cameras={a: {type: opencv, camera_index: 0, width: 640, height: 480, fps: 30}}")
        }
        #expect("\(camera)".contains("camera_index is index_or_path today"), "\(camera)")
    }

    @Test(arguments: [
        ("--dataset.fbs=30", "--dataset.fps"), ("--dataset.numepisodes=3", "--dataset.num_episodes"),
        ("--port=/dev/a", "--robot.port"), ("--robot.prot=/dev/a", "--robot.port"),
        ("--Resume=true", "--resume"),
    ])
    func slipsAreGuessed(argument: String, meant: String) throws {
        let error = try #require(throws: ReelError.self) { try given(argument) }
        #expect("\(error)".contains("Did you mean \(meant)"), "\(error)")
    }

    @Test(arguments: [
        (["--dataset.fps"], "its value is missing"), (["--resume", "--dataset.fps=3"], "--resume=true"),
        (["me/cubes"], "no flag"), (["-x", "3"], "no such flag"), (["--nothing.like.it=1"], "no such flag"),
        (["--robot.cameras..fps=3"], "no such flag"),
    ])
    func whatIsNoCommandLine(arguments: [String], words: String) throws {
        let error = try #require(throws: ReelError.self) { try Record.table.parse(arguments) }
        #expect(error.kind == .usage && error.exitStatus == 2)
        #expect("\(error)".contains(words), "\(error)")
    }

    @Test func replayTakesADirectoryAndShortNames() throws {
        let given = try ReplayEpisode.table.parse(["-dash", "--episode", "3", "--robot.type=sim"])
        #expect(given.positionals == ["-dash"])
        let values = try FlagValues(arguments: given.values, table: ReplayEpisode.table)
        #expect(try values["dataset.episode"].integer(0...9) == 3)
        #expect(throws: ReelError.self) { try ReplayEpisode.table.parse(["a", "b"]) }
    }

    @Test func helpIsOfTheTableHoweverItIsAskedFor() {
        #expect(Reel.withHelpOfTables(["help", "record"]) == ["record", "--help"])
        #expect(Reel.withHelpOfTables(["help", "check"]) == ["help", "check"])
        #expect(Record.help.contains("--dataset.fps <int>") && Record.help.contains("(default: 30)"))
        #expect(ReplayEpisode.help.contains("--dataset.episode, --episode <int>"))
        for line in Record.table.help(of: "record", abstract: "x", discussion: "y z", width: 80).split(separator: "\n")
        {
            #expect(line.count <= 80 || !line.contains(" <"), "\(line)")
        }
    }
}
