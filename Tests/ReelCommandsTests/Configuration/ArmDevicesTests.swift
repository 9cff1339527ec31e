import ArgumentParser
import RecordingTypes
import Robots
import SystemPackage
import Testing

@testable import ReelCommands

@Suite("What the command line says of arms and simulated cameras reaches the devices")
struct ArmDevicesTests {
    static let follower = [
        "--robot.type=so101_follower", "--robot.port=/dev/ttyACM0", "--robot.id=blue",
        "--robot.calibration_dir=/calibrations", "--robot.disable_torque_on_disconnect=false",
        "--robot.max_relative_target=5", "--robot.use_degrees=false", "--robot.position_p_coefficient=20",
        "--robot.position_i_coefficient=1", "--robot.position_d_coefficient=30", "--robot.num_read_retries=7",
    ]
    static let leader = [
        "--teleop.type=so101_leader", "--teleop.port=/dev/ttyACM1", "--teleop.id=red", "--teleop.use_degrees=false",
        "--teleop.num_read_retries=4",
    ]
    static let dataset = ["--dataset.repo_id=me/cubes", "--dataset.single_task=Pick the cube."]

    private static func arms(of device: any Device) -> [SOArm] { device.arms.compactMap { $0 as? SOArm } }

    @Test func settingsOfTheFollower() throws {
        let found = try configuration(Self.follower + Self.leader + Self.dataset)
        let settings = try #require(try Self.arms(of: found.robot.device.device()).first).settings
        let arms = try Self.arms(of: found.robot.device.device())
        #expect(arms.map(\.calibrationFile) == ["/calibrations/blue.json"])
        #expect(settings.port == "/dev/ttyACM0")
        #expect(!settings.disableTorqueOnDisconnect)
        #expect(settings.maxRelativeTarget == .all(5))
        #expect(!settings.useDegrees)
        #expect(settings.positionPCoefficient == 20)
        #expect(settings.positionICoefficient == 1)
        #expect(settings.positionDCoefficient == 30)
        #expect(settings.readRetries == 7)
    }

    @Test func settingsOfTheLeader() throws {
        let found = try configuration(Self.follower + Self.leader + Self.dataset)
        let arm = try #require(try Self.arms(of: found.teleoperator.device()).first)
        #expect(arm.device == .leader)
        #expect(arm.settings.port == "/dev/ttyACM1")
        #expect(
            arm.calibrationFile
                == "/home/me/.cache/huggingface/lerobot/calibration/teleoperators/so_leader/red.json")
        #expect(!arm.settings.useDegrees)
        #expect(arm.settings.readRetries == 4)
    }

    @Test func devicesHaveLeRobotsTypesAndFeatures() throws {
        let one = try configuration(Self.follower + Self.leader + Self.dataset)
        let robot = try one.robot.device.device()
        #expect(robot.robotType == "so_follower")
        #expect(robot.name == "so101_follower on /dev/ttyACM0")
        let two = try configuration(
            [
                "--robot.type=bi_so_follower", "--robot.left_arm_config.port=/dev/a", "--robot.id=pair",
                "--robot.right_arm_config.port=/dev/b", "--teleop.type=bi_so_leader",
                "--teleop.left_arm_config.port=/dev/c", "--teleop.right_arm_config.port=/dev/d",
            ] + Self.dataset)
        let pair = try two.robot.device.device()
        #expect(pair.robotType == "bi_so_follower")
        #expect(pair.actionNames.count == 12)
        #expect(pair.actionNames.first == "left_shoulder_pan.pos")
        #expect(pair.arms.map(\.port) == ["/dev/a", "/dev/b"])
        #expect(
            Self.arms(of: pair).compactMap { $0.calibrationFile.lastComponent?.string } == [
                "pair_left.json", "pair_right.json",
            ])
        #expect(try two.teleoperator.device().actionNames == pair.actionNames)
    }

    @Test func whatTheWireCostIsTold() {
        var counters = BusCounters()
        #expect(counters.words == nil)
        counters.exchanges = 900
        #expect(counters.words == nil)
        counters.retries = 3
        counters.lostReplies = 2
        counters.badChecksums = 1
        counters.noiseBytes = 8
        #expect(counters.words == "asked again 3×, 2 replies lost, 1 damaged, 8 bytes of noise in 900 exchanges")
    }

    @Test func faultsOfSimulatedCameras() throws {
        let cameras = "--robot.cameras={front: {type: sim, view: front, faults: 'stall@1:30,disconnect@2:0'}}"
        let found = try simulated(cameras)
        #expect(found.robot.cameras.first?.source == .simulated(view: .front, faults: "stall@1:30,disconnect@2:0"))
        #expect(try found.yaml().contains("stall@1:30,disconnect@2:0"))
        let error = try #require(throws: ReelError.self) {
            try simulated("--robot.cameras={front: {type: sim, view: front, faults: 'burn@1'}}")
        }
        #expect(error.kind == .usage)
        for word in ["camera front, faults", "stall@1:30"] { #expect("\(error)".contains(word), "\(error)") }
    }

    @Test func aTableIsAligned() {
        #expect(
            [["joint", "now"], ["pan", "7"], ["gripper", "-12.5"]].alignedLines == [
                "joint      now", "pan          7", "gripper  -12.5",
            ])
    }

    @Test func calibrateWantsOneArm() throws {
        for arguments in [[], ["--robot.type=sim"], Self.follower + Self.leader] {
            let command = try #require(try Reel.parseAsRoot(["calibrate"] + arguments) as? Calibrate)
            let error = try #require(throws: ReelError.self) {
                try command.run(ArmOptions.table.parse(command.arguments))
            }
            #expect(error.kind == .usage)
        }
    }
}
