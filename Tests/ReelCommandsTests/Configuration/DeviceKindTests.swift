import RecordingTypes
import Robots
import Simulation
import SystemPackage
import Testing

@testable import ReelCommands

@Suite("A kind of device brings its flags, and what they say reaches the device")
struct DeviceKindTests {
    /// What a rover can be set to.
    struct Settings: Sendable, Equatable {
        var address = "10.0.0.1"
        var speed = 1.5
        var port: String?
        var gains: Gains = .none
        var isLoud = false
        var map: FilePath?
        var wheels = 4

        enum Gains: Equatable, Sendable, SettingType {
            case none
            case all(Double)
            case each([String: Double])

            static func reading(_ value: SettingValue) -> Gains? {
                switch value {
                case .none: Gains.none
                case .number(let gain): .all(gain)
                case .numbers(let gains): .each(gains)
                default: nil
                }
            }

            var settingValue: SettingValue { .none }
        }
    }

    /// Rovers that nobody has; the second kind shares a flag with the first, with another default.
    private let rovers: DeviceFlags<any Robot> = {
        let small = DeviceKind<any Robot>(
            types: ["rover", "rover_mk2"], formerTypes: ["buggy": "rover"], standard: Settings(),
            settings: [
                SettingOf("address", \.address, .text, need: "Give the rover's address.", "Where it is."),
                SettingOf("speed", \.speed, .number(0.1...5), "How fast it may go."),
                SettingOf("port", \.port, .port, "Its cable, if it has one."),
                SettingOf("gains", \.gains, .numberForEach("wheel", of: ["left", "right"], 0.1...9), "How strong."),
                SettingOf("loud", \.isLoud, .boolean, difference: "Quiet by night.", "Whether it hoots."),
                SettingOf("map", \.map, .path, "Where it may go."),
            ]
        ) { Rover($0, $1) }
        let big = DeviceKind<any Robot>(
            types: ["truck"], standard: Settings(speed: 3),
            settings: [
                SettingOf("speed", \.speed, .number(1...20), "How fast it may go."),
                SettingOf("wheels", \.wheels, .integer(4...18), "How many wheels."),
            ]
        ) { Rover($0, $1) }
        return DeviceFlags(
            part: "robot", topic: .robot,
            kinds: [small, big, small.pair(types: ["bi_rover"], each: "rover_mk2")], leRobotTypes: ["rover", "tank"],
            otherFormerTypes: [:])
    }()

    private func made(_ arguments: (String, String)...) throws -> any Robot {
        let table = FlagTable(rovers.flags("robot"))
        let values = try FlagValues(arguments: arguments.map { ($0.0, $0.1) }, table: table)
        let reader = DeviceReader(values: values, home: LeRobotHome(surroundings: surroundings()))
        return try reader.device(rovers, missing: "use a robot").device()
    }

    @Test func itsFlagsAreInTheTableOnce() {
        let flags = rovers.flags("robot")
        #expect(
            flags.map(\.name) == [
                "robot.type", "robot.id", "robot.calibration_dir", "robot.address", "robot.speed", "robot.port",
                "robot.gains", "robot.loud", "robot.map", "robot.wheels",
            ]
                + ["left", "right"].flatMap { side in
                    ["address", "speed", "port", "gains", "loud", "map"].map { "robot.\(side)_arm_config.\($0)" }
                })
        let speed = flags.first { $0.name == "robot.speed" }
        #expect(speed?.types == ["rover", "rover_mk2", "truck"] && speed?.standard == "1.5")
        #expect(speed?.help == "How fast it may go. (truck: 3)")
        #expect(flags.first { $0.name == "robot.address" }?.standard == nil)
        #expect(flags.first { $0.name == "robot.port" }?.isOptional == true)
    }

    @Test func valuesReachTheDeviceAndTheRestIsItsDefault() throws {
        let rover = try #require(
            try made(
                ("robot.type", "rover"), ("robot.address", "10.0.0.7"), ("robot.gains", "{left: 2, right: 3}"),
                ("robot.map", "~/yard"), ("robot.loud", "yes"), ("robot.id", "red")) as? Rover)
        var wanted = Settings(address: "10.0.0.7", gains: .each(["left": 2, "right": 3]), isLoud: true)
        wanted.map = "/home/me/yard"
        #expect(rover.settings == wanted && rover.request.id == "red" && rover.request.type == "rover")
        let truck = try #require(try made(("robot.type", "truck")) as? Rover)
        #expect(truck.settings.speed == 3)
    }

    @Test func ofAPairEachHasItsOwn() throws {
        let pair = try made(
            ("robot.type", "bi_rover"), ("robot.id", "two"), ("robot.left_arm_config.address", "a"),
            ("robot.right_arm_config.address", "b"), ("robot.right_arm_config.speed", "2"))
        #expect(pair.robotType == "bi_rover" && pair.actionNames == ["left_x.vel", "right_x.vel"])
        let both = try #require(pair as? Pair<any Robot>)
        let (left, right) = (try #require(both.left as? Rover), try #require(both.right as? Rover))
        #expect(left.settings == Settings(address: "a") && right.settings == Settings(address: "b", speed: 2))
        #expect([left, right].map(\.request.id) == ["two_left", "two_right"])
        #expect([left, right].map(\.request.type) == ["rover_mk2", "rover_mk2"])
        #expect(left.request.rig === right.request.rig)
    }

    @Test(arguments: [
        (["robot.type": "rover"], "--robot.address is missing"),
        (["robot.type": "rover", "robot.address": ""], "--robot.address is missing"),
        (["robot.type": "rover", "robot.address": "a", "robot.speed": "9"], "from 0.1 to 5"),
        (["robot.type": "truck", "robot.speed": "0.5"], "from 1 to 20"),
        (["robot.type": "truck", "robot.speed": "null"], "cannot be null"),
        (["robot.type": "truck", "robot.loud": "true"], "belongs to rover, rover_mk2"),
        (["robot.type": "truck", "robot.wheels": "3"], "from 4 to 18"),
        (["robot.type": "rover", "robot.address": "a", "robot.gains": "{left: 1}"], "each wheel once: left, right"),
        (["robot.type": "buggy"], "LeRobot calls it rover today"),
        (["robot.type": "tank"], "LeRobot has it"),
        (["robot.type": "boat"], "There are: rover, rover_mk2, truck, bi_rover."),
    ])
    func whatCannotBeIsRefused(arguments: [String: String], words: String) throws {
        let table = FlagTable(rovers.flags("robot"))
        let values = try FlagValues(arguments: arguments.map { ($0.key, $0.value) }, table: table)
        let reader = DeviceReader(values: values, home: LeRobotHome(surroundings: surroundings()))
        let error = try #require(throws: ReelError.self) { try reader.device(rovers, missing: "use a robot") }
        #expect(error.kind == .usage && "\(error)".contains(words), "\(error)")
    }

    /// Two kinds may share a flag only when it takes the same thing.
    @Test func kindsThatShareAFlagAgreeOnWhatItTakes() {
        func check<Made>(_ kinds: [DeviceKind<Made>]) {
            var takes: [String: String] = [:]
            for kind in kinds {
                for (name, field) in kind.settings {
                    let kind = RecordFlag(field, name: name, .robot, types: []).kind.rawValue
                    #expect(takes.updateValue(kind, forKey: name) ?? kind == kind, "\(name)")
                }
            }
            let types = kinds.flatMap(\.types)
            #expect(Set(types).count == types.count)
        }
        check(DeviceKinds.all.robots)
        check(DeviceKinds.all.teleoperators)
    }
}

private final class Rover: Robot {
    let robotType = "rover"
    let name = "rover"
    let observationNames = ["x.vel"]
    let actionNames = ["x.vel"]
    let settings: DeviceKindTests.Settings
    let request: DeviceRequest

    init(_ settings: DeviceKindTests.Settings, _ request: DeviceRequest) {
        (self.settings, self.request) = (settings, request)
    }

    func connect(asking person: (any CalibrationDialogue)?) throws {}
    func readObservation(into values: inout [Float]) throws { values = [0] }
    func send(action: [Float]) throws {}
    func disconnect() throws {}
}
