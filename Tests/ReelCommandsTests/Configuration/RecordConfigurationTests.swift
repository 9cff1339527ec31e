import RecordingTypes
import Robots
import SystemPackage
import Testing

@testable import ReelCommands

@Suite("A lerobot-record line means in Reel what it means there")
struct RecordConfigurationTests {
    /// LeRobot's own example (lerobot/scripts/lerobot_record.py), without the live view that Reel does not have.
    @Test func exampleOfLeRobot() throws {
        let found = try parsed(
            [
                "--robot.type=so100_follower", "--robot.port=/dev/tty.usbmodem58760431541",
                "--robot.cameras={laptop: {type: opencv, index_or_path: 0, width: 640, height: 480, fps: 30}}",
                "--robot.id=black", "--teleop.type=so100_leader", "--teleop.port=/dev/tty.usbmodem58760431551",
                "--teleop.id=blue", "--dataset.repo_id=me/cubes", "--dataset.num_episodes=2",
                "--dataset.single_task=Grab the cube", "--dataset.streaming_encoding=true",
                "--dataset.encoder_threads=2",
                "--dataset.rgb_encoder.vcodec=h264", "--dataset.rgb_encoder.preset=fast",
                "--dataset.rgb_encoder.extra_options={\"tune\": \"film\", \"profile:v\": \"high\", \"bf\": 2}",
            ])
        let calibrations: FilePath = "/home/me/.cache/huggingface/lerobot/calibration"
        let follower: [String: SettingValue] = [
            "port": .text("/dev/tty.usbmodem58760431541"), "disable_torque_on_disconnect": .boolean(true),
            "max_relative_target": .none, "use_degrees": .boolean(true), "position_p_coefficient": .integer(16),
            "position_i_coefficient": .integer(0), "position_d_coefficient": .integer(32),
            "num_read_retries": .integer(2),
        ]
        let leader: [String: SettingValue] = [
            "port": .text("/dev/tty.usbmodem58760431551"), "use_degrees": .boolean(true),
            "num_read_retries": .integer(2),
        ]
        let laptop = CameraConfiguration(
            name: "laptop", source: .device(path: "/dev/video0", fourcc: nil), width: 640, height: 480, fps: 30,
            rotation: 0, warmUp: .seconds(1))
        #expect(found.robot.cameras == [laptop])
        let (robot, teleoperator) = (found.robot.device, found.teleoperator)
        #expect(robot.type == "so100_follower" && robot.id == "black" && robot.values == follower)
        #expect(robot.calibrationDirectory == calibrations.appending("robots").appending("so_follower"))
        #expect(teleoperator.type == "so100_leader" && teleoperator.id == "blue" && teleoperator.values == leader)
        #expect(
            teleoperator.calibrationDirectory == calibrations.appending("teleoperators").appending("so_leader"))
        #expect(found.repoID == "me/cubes_20260102_030405")
        #expect(found.task == "Grab the cube")
        #expect(found.episodeCount == 2)
        #expect(found.schedule == .streaming)
        #expect(
            found.encoder
                == VideoEncoderSettings(
                    kind: .h264, preset: "fast", threads: 2,
                    extraOptions: ["tune": "film", "profile:v": "high", "bf": "2"]))
        #expect(found.notes.isEmpty)
    }

    @Test func defaultsAreThoseOfLeRobot() throws {
        let found = try simulated()
        #expect(found.fps == 30)
        #expect(found.episodeTime == .seconds(60))
        #expect(found.resetTime == .seconds(60))
        #expect(found.episodeCount == 50)
        #expect(found.schedule == .batches(of: 1))
        #expect(found.encoder == VideoEncoderSettings())
        #expect(found.playsSounds)
        #expect(!found.resumes)
        #expect(found.robot.cameras.isEmpty)
        #expect(found.ringBytes == 512 << 20)
        #expect(found.consolidates)
        #expect(found.reportPath == nil)
    }

    @Test(arguments: ["100000", "1e300", "9223372036854775807", "inf", ".inf", "Infinity"])
    func timesAreAsLongAsOneLikes(seconds: String) throws {
        let found = try simulated(
            "--dataset.episode_time_s=\(seconds)", "--dataset.reset_time_s=\(seconds)",
            "--reel.reconnect_s=\(seconds)", "--dataset.num_episodes=9223372036854775807", "--dataset.fps=1000")
        for time in [found.episodeTime, found.resetTime, found.reconnectTime] { #expect(time >= .seconds(100_000)) }
        // What is computed from them: rows, and points in time.
        #expect(found.episodeTime.seconds * Double(found.fps) < 1e13)
        #expect(found.episodeCount > 1_000_000)
        #expect(!(try found.yaml()).isEmpty)
    }

    @Test func aReportGoesWhereItIsAskedFor() throws {
        let found = try simulated("--reel.report=figures/first.json")
        #expect(found.reportPath == "figures/first.json")
        #expect(try found.yaml().contains("report: figures/first.json"))
    }

    @Test func aPedalIsPartOfWhatIsPrinted() throws {
        let found = try simulated("--reel.pedal=/dev/input/event5", "--reel.pedal_keys=KEY_1=next")
        #expect(found.pedal?.path == "/dev/input/event5")
        #expect(try found.yaml().contains("pedal: /dev/input/event5\n  pedal_keys: KEY_1=next\n"))
        #expect(try simulated().pedal == nil)
    }

    @Test func twoArmsInOrderOfTheFeatures() throws {
        let camera = { (name: String, index: Int) in
            "{\(name): {\"type\": \"opencv\", \"index_or_path\": \(index), \"width\": 640, \"height\": 480, \"fps\": 30},}"
        }
        let found = try parsed(
            [
                "--robot.type=bi_so_follower", "--robot.left_arm_config.port", "/dev/ttyACM0",
                "--robot.right_arm_config.port", "/dev/ttyACM1", "--robot.id=two",
                "--robot.left_arm_config.cameras", camera("wrist", 1),
                "--robot.right_arm_config.cameras", camera("wrist", 2), "--robot.cameras", camera("top", 3),
                "--robot.right_arm_config.max_relative_target=5.5", "--teleop.type=bi_so_leader",
                "--teleop.left_arm_config.port=/dev/ttyACM2", "--teleop.right_arm_config.port=/dev/ttyACM3",
                "--teleop.id=hands", "--dataset.repo_id=me/cubes", "--dataset.single_task=Hand over the cube.",
            ])
        #expect(found.robot.cameras.map(\.name) == ["left_wrist", "top", "right_wrist"])
        let (robot, teleoperator) = (try found.robot.device.device(), try found.teleoperator.device())
        #expect(robot.arms.map(\.port) == ["/dev/ttyACM0", "/dev/ttyACM1"])
        #expect(
            robot.arms.map { ($0 as? SOArm)?.calibrationFile.lastComponent?.string } == [
                "two_left.json", "two_right.json",
            ])
        #expect(robot.arms.map { ($0 as? SOArm)?.settings.maxRelativeTarget } == [nil, .all(5.5)])
        #expect(teleoperator.arms.map(\.port) == ["/dev/ttyACM2", "/dev/ttyACM3"])
    }

    @Test(arguments: [
        ("true", true), ("True", true), ("TRUE", true), ("yes", true), ("false", false), ("False", false),
        ("off", false),
    ])
    func booleansAsInYAML(text: String, value: Bool) throws {
        #expect(try simulated("--play_sounds=\(text)").playsSounds == value)
        #expect(try parsed(least + ["--play_sounds", text]).playsSounds == value)
    }

    @Test func schedules() throws {
        #expect(try simulated("--dataset.video_encoding_batch_size=3").schedule == .batches(of: 3))
        #expect(
            try simulated("--dataset.video_encoding_batch_size=1000", "--dataset.num_episodes=3").schedule
                == .batches(of: 1000))
        #expect(try simulated("--dataset.streaming_encoding=true").schedule == .streaming)
    }

    @Test func nullIsNone() throws {
        let found = try simulated(
            "--dataset.encoder_threads=null", "--dataset.rgb_encoder.g=null", "--dataset.rgb_encoder.crf=~",
            "--dataset.private=null", "--robot.id=null")
        #expect(found.encoder.threads == nil)
        #expect(found.encoder.gop == nil)
        #expect(found.encoder.crf == nil)
        #expect(found.robot.device.id == nil)
    }

    /// LeRobot reads it as YAML and makes a mapping of it.
    @Test func taskIsTakenLetterByLetter() throws {
        #expect(try simulated("--dataset.single_task=Pick: cube # 1").task == "Pick: cube # 1")
    }

    @Test func av1IsTheSoftwareEncoder() throws {
        #expect(try simulated("--dataset.rgb_encoder.vcodec=av1").encoder.kind == .libsvtav1)
    }

    @Test func allCameraTypes() throws {
        let found = try simulated(
            """
            --robot.cameras={
              a: {type: opencv, index_or_path: "2", width: 480, height: 640, fps: 30, rotation: 90, fourcc: MJPG,
                  color_mode: rgb, warmup_s: 2, backend: V4L2},
              b: {type: opencv, index_or_path: clip.mp4, width: 640, height: 480, fps: 30, backend: 0},
              c: {type: ffmpeg, url: "rtsp://cam/1", options: {rtsp_transport: tcp, reorder_queue_size: 0}, rotation: ROTATE_270},
              d: {type: ffmpeg, url: "testsrc2", format: lavfi, loop: true, width: 320, height: 240, fps: 15, warmup_s: 0},
              e: {type: sim, view: wrist, fps: 15},
            }
            """)
        let expected = [
            CameraConfiguration(
                name: "a", source: .device(path: "/dev/video2", fourcc: "MJPG"), width: 480, height: 640, fps: 30,
                rotation: 90, warmUp: .seconds(2)),
            CameraConfiguration(
                name: "b", source: .stream(url: "clip.mp4", format: nil, options: [:], loops: false), width: 640,
                height: 480, fps: 30, rotation: 0, warmUp: .seconds(1)),
            CameraConfiguration(
                name: "c",
                source: .stream(
                    url: "rtsp://cam/1", format: nil,
                    options: ["rtsp_transport": "tcp", "reorder_queue_size": "0"], loops: false),
                width: nil, height: nil, fps: nil, rotation: -90, warmUp: .seconds(1)),
            CameraConfiguration(
                name: "d", source: .stream(url: "testsrc2", format: "lavfi", options: [:], loops: true), width: 320,
                height: 240, fps: 15, rotation: 0, warmUp: .zero),
            CameraConfiguration(
                name: "e", source: .simulated(view: .wrist), width: 640, height: 480, fps: 15, rotation: 0,
                warmUp: .zero),
        ]
        #expect(found.robot.cameras == expected)
    }

    @Test func camerasMayBeCalledWhatLeRobotTakes() throws {
        let names = [
            "wrist.right", "front cam", "vorne_ä", "Top", "top", "..", "-a", "50%", "🤖", "it's", "<<", "~", "a: #b",
        ]
        let found = try simulated(
            "--robot.cameras={\(names.map { "\"\($0)\": {type: sim, view: top}" }.joined(separator: ", "))}")
        #expect(found.robot.cameras.map(\.name) == names)
        let again = try configuration(
            ["--config_path=reel.yaml"], in: surroundings(files: ["reel.yaml": found.yaml()]))
        #expect(again.robot.cameras.map(\.name) == names)
    }

    @Test func flagsWithoutEffectAreSaid() throws {
        let found = try simulated(
            "--dataset.num_image_writer_threads_per_camera=8", "--dataset.encoder_queue_maxsize=60")
        #expect(found.notes.count == 2)
        #expect(found.notes.allSatisfy { $0.contains("has no effect") })
    }

    @Test func refusedFlagsMaySayWhatIsSoAnyway() throws {
        let found = try simulated(
            "--display_data=false", "--dataset.push_to_hub=False", "--dataset.video=true", "--dataset.tags=null",
            "--dataset.rgb_encoder.video_backend=pyav")
        #expect(found.notes.isEmpty)
    }

    @Test func picturesMayStayPNGs() throws {
        #expect(try simulated().storage == .video)
        let found = try simulated("--dataset.video=false")
        #expect(found.storage == .images && found.notes.isEmpty)
        #expect(try found.yaml().contains("video: false"))
    }

    @Test func sizesThatNoVideoHasMayBePNGs() throws {
        let camera = "--robot.cameras={front: {type: ffmpeg, url: x, width: 853, height: 480}}"
        #expect(try simulated(camera, "--dataset.video=false").robot.cameras.map(\.width) == [853])
        let fullColour = ["--dataset.rgb_encoder.vcodec=h264", "--dataset.rgb_encoder.pix_fmt=yuv444p"]
        #expect(try simulated(camera, fullColour[0], fullColour[1]).robot.cameras.map(\.width) == [853])
    }
}
