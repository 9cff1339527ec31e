import Platform
import RecordingTypes
import Robots
import SystemPackage
import Testing

@Suite("Calibration files are LeRobot's: their place, their bytes, their meaning")
struct CalibrationTests {
    static let calibration = ArmCalibration(
        motors: (1...6).map {
            MotorCalibration(id: $0, homingOffset: $0 * 100 - 300, rangeMin: 700 + $0, rangeMax: 3000 + $0)
        })

    static func temporaryDirectory() throws -> FilePath {
        let path = FilePath("/tmp/reel-robots-\(MonotonicTime.now.nanoseconds)-\(UInt32.random(in: 0...(.max)))")
        try Directory.create(path)
        return path
    }

    @Test func thePlaceFollowsTheEnvironment() {
        func file(_ environment: [String: String], id: String? = "blue") -> String {
            CalibrationPlace.file(of: .follower, id: id, directory: nil, environment: environment).string
        }
        let home = ["HOME": "/home/ada"]
        let tail = "/robots/so_follower/blue.json"
        #expect(file(home) == "/home/ada/.cache/huggingface/lerobot/calibration" + tail)
        #expect(file(home.merging(["XDG_CACHE_HOME": "/c"]) { $1 }) == "/c/huggingface/lerobot/calibration" + tail)
        #expect(file(home.merging(["HF_HOME": "/hf"]) { $1 }) == "/hf/lerobot/calibration" + tail)
        #expect(
            file(home.merging(["HF_HOME": "/hf", "HF_LEROBOT_HOME": "~/l"]) { $1 }) == "/home/ada/l/calibration" + tail)
        #expect(
            file(home.merging(["HF_LEROBOT_CALIBRATION": "/cal", "HF_LEROBOT_HOME": "/l"]) { $1 }) == "/cal" + tail)
        #expect(file(home, id: nil).hasSuffix("/robots/so_follower/None.json"))
        #expect(
            CalibrationPlace.file(of: .leader, id: "x", directory: nil, environment: home).string
                .hasSuffix("/calibration/teleoperators/so_leader/x.json"))
        #expect(CalibrationPlace.file(of: .leader, id: "x", directory: "/here", environment: home) == "/here/x.json")
    }

    @Test("the bytes are what LeRobot 0.6.1 writes (draccus, indent 4)")
    func theBytesAreLeRobots() {
        let lines = Self.calibration.json.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(
            lines[..<8] == [
                "{", "    \"shoulder_pan\": {", "        \"id\": 1,", "        \"drive_mode\": 0,",
                "        \"homing_offset\": -200,", "        \"range_min\": 701,", "        \"range_max\": 3001",
                "    },",
            ])
        #expect(lines.last == "}" && lines.count == 44)
    }

    @Test func filesRoundTrip() throws {
        let directory = try Self.temporaryDirectory()
        defer { try? File.remove(directory) }
        let path = directory.appending("a/b/blue.json")
        #expect(try ArmCalibration.read(path) == nil)
        try Self.calibration.write(to: path)
        #expect(try ArmCalibration.read(path) == Self.calibration)
    }

    @Test func aDamagedFileIsAnErrorThatNamesIt() throws {
        let directory = try Self.temporaryDirectory()
        defer { try? File.remove(directory) }
        let path = directory.appending("blue.json")
        let whole = Self.calibration.json
        let broken = [
            "", "{}", "[]", "null", String(whole.dropLast(40)),
            whole.replacing("gripper", with: "grippers"), whole.replacing("3001", with: "1"),
            whole.replacing("3001", with: "\"x\""),
        ]
        for text in broken {
            try AtomicFile.write(Array(text.utf8), to: path)
            let error = #expect(throws: ReelError.self) { try ArmCalibration.read(path) }
            #expect(error?.kind == .damaged && error?.subject == path.string, "\(text.prefix(40))")
        }
    }

    @Test("values are LeRobot's, for numbers computed by LeRobot 0.6.1")
    func valuesAreLeRobots() {
        let motor = MotorCalibration(id: 1, homingOffset: 0, rangeMin: 800, rangeMax: 3203)
        let degrees = JointScale(.shoulderPan, motor, useDegrees: true)
        // (2500 - (800 + 3203) / 2) * 360 / 4095
        #expect(abs(degrees.value(steps: 2500) - 43.824175824) < 1e-5)
        #expect(degrees.value(steps: 4095) > degrees.value(steps: 3203))
        // int(43.8 * 4095 / 360 + 2001.5) = int(2499.725)
        #expect(degrees.steps(value: 43.8) == 2499)
        let around = JointScale(.shoulderPan, motor, useDegrees: false)
        #expect(
            around.value(steps: 800) == -100 && around.value(steps: 3203) == 100 && around.value(steps: 4000) == 100)
        #expect(around.steps(value: 0) == 2001 && around.steps(value: -500) == 800)
        let gripper = JointScale(.gripper, motor, useDegrees: true)
        #expect(gripper.value(steps: 800) == 0 && gripper.value(steps: 3203) == 100 && gripper.value(steps: 0) == 0)
        #expect(gripper.steps(value: 50) == 2001 && gripper.steps(value: 120) == 3203)
    }

    @Test func aReversedMotorCountsTheOtherWay() {
        let motor = MotorCalibration(id: 1, driveMode: 1, homingOffset: 0, rangeMin: 1000, rangeMax: 3000)
        let around = JointScale(.elbowFlex, motor, useDegrees: false)
        #expect(around.value(steps: 1000) == 100 && around.steps(value: 100) == 1000)
        let gripper = JointScale(.gripper, motor, useDegrees: false)
        #expect(gripper.value(steps: 1500) == 75 && gripper.steps(value: 75) == 1500)
        // LeRobot 0.6.1 ignores the drive mode in degrees.
        let degrees = JointScale(.elbowFlex, motor, useDegrees: true)
        #expect(degrees.value(steps: 3000) > 0)
    }

    @Test("a position that was read and is sent back is the same position, in every unit")
    func stepsRoundTrip() {
        for (joint, useDegrees) in [(ArmJoint.shoulderPan, true), (.shoulderPan, false), (.gripper, true)] {
            for driveMode in [0, 1] {
                let motor = MotorCalibration(
                    id: 1, driveMode: driveMode, homingOffset: 0, rangeMin: 753, rangeMax: 3312)
                let scale = JointScale(joint, motor, useDegrees: useDegrees)
                for steps in 753...3312 { #expect(scale.steps(value: scale.value(steps: steps)) == steps) }
            }
        }
    }

    @Test func whatIsNoNumberIsNoGoal() {
        let scale = JointScale(.shoulderPan, Self.calibration[.shoulderPan], useDegrees: true)
        for value: Float in [.nan, .infinity, -.infinity, 1e9, -1e9] { #expect(scale.steps(value: value) == nil) }
    }
}
