import RecordingTypes
import Robots
import Testing

@testable import ReelCommands

@Suite("A configuration file gives the same values as flags, and flags go before it")
struct ConfigurationFileTests {
    static let yaml = """
        robot:
          type: so101_follower
          port: /dev/ttyACM0
          max_relative_target: {shoulder_pan: 1, shoulder_lift: 2, elbow_flex: 3, wrist_flex: 4, wrist_roll: 5, gripper: 6}
          cameras:
            front: {type: opencv, index_or_path: 0, width: 640, height: 480, fps: 30}
            top:
              type: opencv
              index_or_path: /dev/video2
              width: 640
              height: 480
              fps: 30
        teleop:
          type: so101_leader
          port: "/dev/ttyACM1"
          id: null
        dataset:
          repo_id: me/cubes
          single_task: "null"
          fps: 50
          push_to_hub: false
          rgb_encoder:
            vcodec: h264
            extra_options: {tune: film}
          depth_encoder:
        resume: false
        """

    private func read(_ text: String, _ arguments: String..., name: String = "reel.yaml") throws -> RecordConfiguration
    {
        try configuration(["--config_path=\(name)"] + arguments, in: surroundings(files: [name: text]))
    }

    @Test func valuesOfTheFile() throws {
        let found = try read(Self.yaml)
        #expect(found.robot.cameras.map(\.name) == ["front", "top"])
        #expect(found.robot.cameras.map(\.device) == ["/dev/video0", "/dev/video2"])
        #expect(
            found.robot.device.values["max_relative_target"]
                == .numbers([
                    "shoulder_pan": 1, "shoulder_lift": 2, "elbow_flex": 3, "wrist_flex": 4, "wrist_roll": 5,
                    "gripper": 6,
                ]))
        #expect(found.teleoperator.values["port"] == .text("/dev/ttyACM1"))
        #expect(found.task == "null")
        #expect(found.fps == 50)
        #expect(found.encoder.kind == .h264)
    }

    @Test func flagsGoFirst() throws {
        let found = try read(
            Self.yaml, "--dataset.fps=25", "--robot.cameras={top: {fps: 15}, wrist: {type: sim, view: wrist}}",
            "--dataset.rgb_encoder.extra_options={bf: 2}")
        #expect(found.fps == 25)
        #expect(found.robot.cameras.map(\.name) == ["front", "top", "wrist"])
        #expect(found.robot.cameras.map(\.fps) == [30, 15, 30])
        #expect(found.encoder.extraOptions == ["tune": "film", "bf": "2"])
    }

    /// As PyYAML has it: a mapping's own keys count before what is merged in, and of a list the first.
    @Test func mergeKeys() throws {
        let text = """
            robot:
              type: sim
              cameras:
                front: &cam {type: sim, view: front, width: 320, height: 240}
                wrist: {<<: *cam, view: wrist}
                top: {view: top, <<: [{fps: 15}, *cam, {fps: 60, width: 640}]}
                plain:
                  <<: *cam
            teleop: {type: sim}
            dataset: {repo_id: me/cubes, single_task: "<<"}
            """
        let found = try read(text)
        #expect(found.robot.cameras.map(\.name) == ["front", "wrist", "top", "plain"])
        #expect(found.robot.cameras.map(\.width) == [320, 320, 320, 320])
        #expect(found.robot.cameras.map(\.fps) == [30, 30, 15, 30])
        #expect(
            found.robot.cameras.map(\.source) == [
                .simulated(view: .front), .simulated(view: .wrist), .simulated(view: .top), .simulated(view: .front),
            ])
        let error = try #require(throws: ReelError.self) {
            try read("robot: {cameras: {a: {<<: 3, type: sim}}}")
        }
        #expect("\(error)".contains("<< takes a mapping"))
        #expect("\(error)".contains("line 1, column 27"), "\(error)")
    }

    @Test func json() throws {
        let text = """
            {"robot": {"type": "sim", "cameras": {"front": {"type": "sim", "view": "front"}}}, "teleop": {"type": "sim"},
             "dataset": {"repo_id": "me/cubes", "single_task": "Pick.", "streaming_encoding": true}}
            """
        let found = try read(text, name: "reel.json")
        #expect(found.robot.cameras.map(\.name) == ["front"])
        #expect(found.schedule == .streaming)
    }

    /// Text of a file and the words of the refusal.
    static let refused: [(String, [String])] = [
        ("dataset:\n  fbs: 30\n", ["reel.yaml, line 2, column 8", "dataset.fbs", "fps"]),
        ("robots: {}\n", ["robots", "robot, teleop"]),
        ("dataset: 30\n", ["line 1, column 10", "dataset"]),
        ("- one\n", ["the whole file", "mapping"]),
        ("dataset: {fps: 30\n", ["reel.yaml", "line 2", "end"]),
        ("config_path: other.yaml\n", ["config_path"]),
        ("dataset:\n  depth_encoder:\n    g: 3\n", ["dataset.depth_encoder.g=3", "line 3", "depth"]),
        (yaml + "\ndisplay_data: true\ndisplay_ip: 10.0.0.2\n", ["display_ip=10.0.0.2", "reel.yaml, line", "gRPC"]),
        (yaml + "\ndisplay_port: x\n", ["display_port=x", "whole number"]),
        (
            "robot: {type: sim, cameras: {front: {type: sim, view: back}}}\n",
            ["camera front, view=back", "reel.yaml, line 1, column 55"]
        ),
        (yaml.replacing("fps: 50", with: "fps: 0"), ["dataset.fps=0 (reel.yaml, line 20, column 8)", "from 1"]),
    ]

    @Test(arguments: refused) func refusal(text: String, words: [String]) throws {
        let error = try #require(throws: ReelError.self) { try read(text) }
        #expect(error.kind == .usage)
        for word in words { #expect("\(error)".contains(word), "\(error)") }
    }

    @Test func missingFile() throws {
        let error = try #require(throws: ReelError.self) { try configuration(["--config_path=nowhere.yaml"]) }
        #expect("\(error)".contains("nowhere.yaml"))
    }

    @Test func whatIsPrintedReadsBack() throws {
        let lines: [[String]] = [
            least + [
                "--dataset.single_task=Pick: \"cube\" # 1", "--dataset.streaming_encoding=yes", "--reel.ring_mb=64",
                "--reel.spool_pictures=raw", "--reel.pictures=newest",
                "--robot.cameras={a: {type: ffmpeg, url: 'http://x:1/', options: {a: '1'}, loop: yes, width: 66, height: 64}, b: {type: sim, view: top}}",
            ],
            [
                "--robot.type=so100_follower", "--robot.port=/dev/ttyACM0", "--robot.id=007",
                "--robot.max_relative_target=2.5",
                "--robot.cameras={left_a: {type: opencv, index_or_path: 3, width: 480, height: 640, fps: 30, rotation: -90, fourcc: YUYV}}",
                "--teleop.type=so100_leader", "--teleop.port=/dev/ttyACM1", "--dataset.repo_id=1e3",
                "--dataset.single_task=true",
                "--dataset.rgb_encoder.vcodec=h264", "--dataset.rgb_encoder.crf=23.5", "--dataset.rgb_encoder.g=null",
                "--dataset.episode_time_s=2.5", "--dataset.video_encoding_batch_size=4",
            ],
            [
                "--robot.type=bi_so_follower", "--robot.left_arm_config.port=/dev/ttyACM0",
                "--robot.right_arm_config.port=/dev/ttyACM1", "--teleop.type=bi_so_leader", "--robot.id=two",
                "--robot.left_arm_config.cameras={wrist: {type: sim, view: wrist}}",
                "--robot.right_arm_config.cameras={wrist: {type: sim, view: wrist}}",
                "--robot.cameras={top: {type: sim, view: top}}",
                "--teleop.left_arm_config.port=/dev/ttyACM2", "--teleop.right_arm_config.port=/dev/ttyACM3",
                "--dataset.repo_id=me/x", "--dataset.single_task=Hand over.",
            ],
        ]
        for line in lines {
            let first = try configuration(line)
            #expect(try read(first.yaml()) == first)
        }
    }

    @Test func otherCommandsReadTheirOwnKeysAndTheCommandLineWins() throws {
        let machine = surroundings(files: [
            "/t.yaml": "robot: {type: sim}\nteleop: {type: sim}\nfps: 45\nteleop_time_s: 2.5\n"
        ])
        let values = try FlagValues(
            arguments: [("config_path", "/t.yaml"), ("fps", "30")], for: Teleoperate.table, in: machine)
        #expect(try values.integer("fps", 1...1000) == 30)
        #expect(try values["teleop_time_s"].number(0...10) == 2.5)
        #expect(try values.text("robot.type") == "sim")
        #expect(try values.refuseWhatIsNotThere() == [])
        let alone = try FlagValues(arguments: [], for: Teleoperate.table, in: machine)
        #expect(try alone.integer("fps", 1...1000) == 60)
        #expect(try alone["teleop_time_s"].number(0...10) == nil)

        let replay = surroundings(files: [
            "/r.yaml": "robot: {type: sim}\ndataset: {repo_id: me/cubes, episode: 3}\n"
        ])
        let found = try FlagValues(arguments: [("config_path", "/r.yaml")], for: ReplayEpisode.table, in: replay)
        #expect(try found["dataset.episode"].integer(0...10) == 3)
    }

    @Test func keysOfRecordAreRefusedInTheFilesOfOtherCommands() throws {
        let machine = surroundings(files: ["/c.yaml": "robot: {type: sim}\ndataset: {fps: 30}\n"])
        for table in [Teleoperate.table, ArmOptions.table] {
            let error = try #require(throws: ReelError.self) {
                _ = try FlagValues(arguments: [("config_path", "/c.yaml")], for: table, in: machine)
            }
            #expect(error.kind == .usage && error.cause.contains("dataset"))
            #expect(error.remedy?.contains("robot, teleop") == true)
        }
    }
}
