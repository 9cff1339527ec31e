import ArgumentParser
import Platform
import RecordingTypes
import Robots
import Synchronization

/// `reel teleoperate`: the leader leads, nothing is recorded.
struct Teleoperate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "teleoperate",
        abstract: "Moves a robot with a teleoperator and shows where the joints are; records nothing.",
        discussion: "The flags are those of lerobot-teleoperate. Ctrl-C ends it and lets go of the arm.")

    @OptionGroup(title: "Robot") var robot: RobotOptions
    @OptionGroup(title: "Robot with two arms, left") var left: LeftFollowerOptions
    @OptionGroup(title: "Robot with two arms, right") var right: RightFollowerOptions
    @OptionGroup(title: "Teleoperator") var teleoperator: TeleoperatorOptions
    @OptionGroup(title: "Live view") var display: DisplayOptions
    @Option(name: .customLong("fps"), help: "Ticks a second (default: 60).") var fps: String?
    @Option(name: .customLong("teleop_time_s"), help: "How long, in seconds (default: until Ctrl-C).")
    var seconds: String?
    @Option(flag: "config_path") var configPath: String?

    static let vocabulary = FlagVocabulary.of(
        [.robot, .teleoperator],
        RecordFlags.all.filter { $0.name.hasPrefix("display_") } + [
            RecordFlag("fps", .integer, .session, standard: "60", "Ticks a second."),
            RecordFlag("teleop_time_s", .number, .session, isOptional: true, "How long, in seconds."),
        ])

    func run() throws {
        let groups: [any FlagGroup] = [robot, left, right, teleoperator, display]
        let surroundings = Surroundings.machine
        let values = try FlagValues(
            arguments: groups.flatMap(\.given) + [
                ("fps", fps), ("teleop_time_s", seconds), ("config_path", configPath),
            ], for: Self.vocabulary, in: surroundings)
        for note in try values.refuseWhatIsNotThere() { StandardError.print("reel: \(note)") }
        let reader = ArmReader(values: values, home: LeRobotHome(surroundings: surroundings))
        let (robot, teleoperator) = (try reader.robot(), try reader.teleoperator())
        try reader.check(robot, with: teleoperator)
        let rate = try values.integer("fps", 1...1000)
        let duration = try values["teleop_time_s"].number(.leastNonzeroMagnitude...86_400)
        let interruption = try Interruption.watch()
        let devices = try RecordingDevices(
            robot, teleoperator, fps: 30, dialogue: TerminalDialogue.ifThereIsATerminal(interruption))
        let status = try run(devices, rate: rate, duration: duration.map { .seconds($0) }, interruption)
        let last = status.current
        print("\(last.ticks) ticks, \(MotionStatus.oneDecimal(last.rate)) of \(rate) a second, \(last.missed) missed")
        for note in devices.notes { print(note) }
    }

    private func run(
        _ devices: RecordingDevices, rate: Int, duration: Duration?, _ interruption: Interruption
    ) throws -> MotionStatus {
        let status = MotionStatus(valueCount: devices.robot.featureNames.count)
        do {
            try devices.teleoperator.connect()
            try devices.robot.connect()
            for camera in devices.cameras { _ = try camera.open() }
            let loop = Teleoperation(
                robot: devices.robot, teleoperator: devices.teleoperator, rate: rate, duration: duration)
            let names = devices.robot.featureNames
            try MotionTable.whileDrawing(status, { Self.lines(names, rate, $0) }) {
                try loop.run(status, until: interruption)
            }
        } catch {
            try? devices.disconnect()
            throw error
        }
        try devices.disconnect()
        return status
    }

    private static func lines(_ names: [String], _ rate: Int, _ now: MotionStatus.Snapshot) -> [String] {
        var last = "\(MotionStatus.oneDecimal(now.rate)) of \(rate) a second, \(now.missed) missed"
        if now.busRetries > 0 { last += ", motors asked again \(now.busRetries)×" }
        return now.joints(names, leader: "leader") + [last]
    }
}
