import RecordingTypes
import SystemPackage
import Testing

@testable import ReelCommands

@Suite("What cannot be is refused in one line that says why and what to do")
struct RefusalTests {
    /// A flag that is added to the least command line, and the words that the refusal must have.
    static let flags: [(String, [String])] = [
        ("--dataset.push_to_hub=true", ["hf upload"]),
        ("--dataset.private=true", ["hf upload"]),
        ("--dataset.tags=[one, two]", ["hf upload"]),
        ("--display_mode=viewer", ["rerun, foxglove"]),
        ("--display_port=70000", ["from 1 to 65535"]),
        ("--reel.page_port=-1", ["from 0"]),
        ("--dataset.rgb_encoder.video_backend=torchcodec", ["pyav", "FFmpeg"]),
        ("--robot.type=koch_follower", ["koch_follower", "LeRobot has it", "so101_follower"]),
        ("--robot.type=lekiwi", ["no such type", "so101_follower"]),
        ("--teleop.type=keyboard", ["LeRobot has it", "so101_leader"]),
        ("--robot.port=/dev/ttyACM0", ["belongs to so100_follower, so101_follower", "robot.type is sim"]),
        ("--robot.left_arm_config.port=/dev/ttyACM0", ["belongs to bi_so_follower"]),
        ("--teleop.type=bi_so_leader", ["--teleop.left_arm_config.port is missing"]),
        ("--dataset.video_encoding_batch_size=0", ["video_encoding_batch_size=0", "at least 1"]),
        ("--dataset.video_encoding_batch_size=-1", ["at least 1"]),
        ("--dataset.video_encoding_batch_size=2.5", ["whole number"]),
        ("--dataset.fps=0", ["--dataset.fps=0", "from 1"]),
        ("--dataset.fps=thirty", ["whole number"]),
        ("--dataset.num_episodes=0", ["at least 1"]),
        ("--dataset.episode_time_s=0", ["more than 0"]),
        ("--dataset.reset_time_s=-1", ["at least 0"]),
        ("--dataset.episode_time_s=nan", ["number"]),
        ("--dataset.single_task= ", ["--dataset.single_task is missing"]),
        ("--dataset.repo_id=me/eval_cubes", ["eval_", "lerobot-rollout"]),
        ("--dataset.repo_id=eval_cubes", ["eval_"]),
        ("--dataset.repo_id=me/../x", ["user/name"]),
        ("--dataset.repo_id=/abs", ["user/name"]),
        ("--dataset.rgb_encoder.vcodec=libx264", ["no such encoder", "libx264 is h264", "libsvtav1"]),
        ("--dataset.rgb_encoder.vcodec=vp9", ["no such encoder", "hevc"]),
        ("--dataset.rgb_encoder.crf=30.5", ["whole numbers"]),
        ("--dataset.rgb_encoder.crf=99", ["from 0 to 63"]),
        ("--dataset.rgb_encoder.preset=fast", ["whole number"]),
        ("--dataset.rgb_encoder.fast_decode=3", ["from 0 to 2"]),
        ("--dataset.rgb_encoder.pix_fmt=rgb24", ["pixel format", "yuv420p"]),
        ("--dataset.rgb_encoder.g=0", ["g=0", "at least 1"]),
        ("--dataset.rgb_encoder.extra_options={tune: [film]}", ["key tune", "text or a number"]),
        ("--dataset.rgb_encoder.extra_options=film", ["mapping"]),
        ("--dataset.encoder_threads=0", ["from 1"]),
        ("--play_sounds=maybe", ["--play_sounds=maybe", "true or false"]),
        ("--play_sounds=null", ["null"]),
        ("--dataset.num_image_writer_processes=many", ["whole number"]),
        ("--resume=true", ["--dataset.root is missing"]),
        ("--reel.ring_mb=1", ["from 16"]),
        ("--reel.spool_pictures=zip", ["auto, raw, compressed"]),
        ("--reel.pictures=oldest", ["in_step, newest"]),
        ("--config_path=there.toml", ["TOML"]),
    ]

    @Test func aRerunViewerElsewhereIsRefused() throws {
        for flag in ["--display_ip=10.0.0.2", "--display_port=9876"] {
            let error = try #require(throws: ReelError.self) {
                try configuration(least + ["--display_data=true", flag])
            }
            check(error, has: [flag, "gRPC", "--display_mode=foxglove"])
            // Where nothing is displayed it does not matter, as in LeRobot.
            #expect(try configuration(least + [flag]).page.display == nil)
        }
    }

    @Test(arguments: flags) func flag(_ argument: String, words: [String]) throws {
        let error = try #require(throws: ReelError.self) { try configuration(least + [argument]) }
        check(error, has: words)
    }

    /// An entry of `--robot.cameras`, and the words of the refusal.
    static let cameras: [(String, [String])] = [
        ("front: {type: realsense}", ["camera front, type=realsense", "no such camera type", "opencv, ffmpeg, sim"]),
        ("front: {type: intelrealsense, serial_number_or_name: 1}", ["LeRobot has it", "opencv, ffmpeg, sim"]),
        ("front: {index_or_path: 0}", ["camera front", "no type"]),
        ("front: opencv", ["camera front", "mapping"]),
        ("front: {type: opencv, widht: 640}", ["camera front", "no key widht", "index_or_path, width"]),
        ("front: {type: sim, view: front, rotation: 90}", ["no key rotation", "view, width"]),
        ("front: {type: opencv, width: 640, height: 480, fps: 30}", ["index_or_path", "required"]),
        ("front: {type: opencv, index_or_path: 0, height: 480, fps: 30}", ["camera front, width", "required"]),
        ("front: {type: opencv, index_or_path: 0, width: 640, height: 480}", ["camera front, fps", "required"]),
        ("front: {type: ffmpeg, url: x, width: 640}", ["together"]),
        ("front: {type: ffmpeg, width: 640, height: 480}", ["url", "required"]),
        ("front: {type: ffmpeg, url: x, options: tcp}", ["options=tcp", "mapping"]),
        ("front: {type: ffmpeg, url: x, loop: 2}", ["loop=2", "true or false"]),
        ("front: {type: ffmpeg, url: x, width: 0, height: 480}", ["width=0", "from 1"]),
        (
            "front: {type: ffmpeg, url: x, width: 641, height: 480}",
            ["camera front", "641×480", "even", "--dataset.video=false"]
        ),
        ("front: {type: ffmpeg, url: x, rotation: 45}", ["rotation=45", "0, 90, 180 or -90"]),
        ("front: {type: ffmpeg, url: x, rotation: 270}", ["rotation=270", "-90"]),
        ("front: {type: ffmpeg, url: x, warmup_s: -1}", ["warmup_s=-1"]),
        ("front: {type: sim}", ["view", "front, top, wrist"]),
        ("front: {type: sim, view: back}", ["view=back", "front, top, wrist"]),
        ("front: {type: opencv, index_or_path: 0, fourcc: MJPEG, width: 640, height: 480, fps: 30}", ["four letters"]),
        ("front: {type: opencv, index_or_path: 0, color_mode: bgr, width: 640, height: 480, fps: 30}", ["only rgb"]),
        (
            "front: {type: opencv, index_or_path: 0, backend: 700, width: 640, height: 480, fps: 30}",
            ["backend=700", "V4L2"]
        ),
        ("front: {type: opencv, index_or_path: -1, width: 640, height: 480, fps: 30}", ["index_or_path=-1"]),
        ("a/b: {type: sim, view: front}", ["camera a/b", "LeRobot allows no /"]),
        ("'': {type: sim, view: front}", ["must have a name"]),
        ("\(String(repeating: "x", count: 237)): {type: sim, view: front}", ["at most 236 bytes"]),
        (
            "a: {type: opencv, index_or_path: 0, width: 640, height: 480, fps: 30}, "
                + "b: {type: opencv, index_or_path: /dev/video0, width: 640, height: 480, fps: 30}",
            ["camera b", "/dev/video0", "camera a has it"]
        ),
    ]

    @Test(arguments: cameras) func camera(_ entry: String, words: [String]) throws {
        let error = try #require(throws: ReelError.self) { try simulated("--robot.cameras={\(entry)}") }
        check(error, has: words)
    }

    /// Whole command lines whose parts do not go together.
    static let together: [([String], [String])] = [
        ([], ["--robot.type is missing", "so101_follower"]),
        (["--robot.type=sim"], ["--teleop.type is missing", "so101_leader"]),
        (["--robot.type=so101_follower", "--teleop.type=sim"], ["--robot.port is missing"]),
        (
            least + ["--dataset.streaming_encoding=true", "--dataset.video_encoding_batch_size=3"],
            ["streaming_encoding", "one of the two"]
        ),
        (Array(least.filter { !$0.contains("repo_id") }), ["--dataset.repo_id is missing"]),
        (least + ["--dataset.repo_id="], ["--dataset.repo_id is missing"]),
        (least + ["--dataset.root=/there"], ["/there", "there already", "--resume=true"]),
        (least + ["--dataset.root=/nowhere", "--resume=true"], ["/nowhere", "no dataset is there"]),
        (arm + ["--teleop.type=bi_so_leader"] + twoPorts, ["one has two arms"]),
        (arm + ["--teleop.type=so101_leader", "--teleop.port=/dev/ttyACM0"], ["/dev/ttyACM0", "two arms"]),
        (
            arm + ["--teleop.type=so101_leader", "--teleop.port=/dev/ttyACM1", "--teleop.use_degrees=false"],
            ["use_degrees", "jump"]
        ),
        (
            arm + ["--teleop.type=sim", "--robot.max_relative_target={gripper: 5}"],
            ["each joint once", "shoulder_pan"]
        ),
        (arm + ["--teleop.type=sim", "--robot.max_relative_target=0"], ["max_relative_target=0"]),
    ]
    private static let arm = ["--robot.type=so101_follower", "--robot.port=/dev/ttyACM0"]
    private static let twoPorts = [
        "--teleop.left_arm_config.port=/dev/ttyACM2", "--teleop.right_arm_config.port=/dev/ttyACM3",
    ]

    @Test(arguments: together) func commandLine(_ arguments: [String], words: [String]) throws {
        let error = try #require(throws: ReelError.self) {
            try configuration(arguments, in: surroundings(exists: ["/there", "/there/meta/info.json"]))
        }
        check(error, has: words)
    }

    @Test func oldVariableIsRefusedWhereItWouldCount() throws {
        let old = surroundings(variables: ["HOME": "/home/me", "LEROBOT_HOME": "/old"])
        let error = try #require(throws: ReelError.self) { try simulated(in: old) }
        check(error, has: ["LEROBOT_HOME=/old", "HF_LEROBOT_HOME"])
        #expect(try simulated("--dataset.root=/new", in: old).root == "/new")
    }

    @Test func encodersAreAskedFor() throws {
        var asked = surroundings()
        asked.resolveEncoder = { throw ReelError(.usage, "encode with \($0.kind.rawValue)", cause: "not here") }
        let machine = asked
        let error = try #require(throws: ReelError.self) {
            try simulated("--dataset.rgb_encoder.vcodec=h264_nvenc", in: machine)
        }
        check(error, has: ["h264_nvenc", "not here"])
    }

    private func check(_ error: ReelError, has words: [String]) {
        #expect(error.kind == .usage)
        #expect(error.exitStatus == 2)
        let line = "\(error)"
        #expect(!line.contains("\n"))
        for word in words { #expect(line.contains(word), "\(line)") }
    }
}
