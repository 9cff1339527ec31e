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
    @Option(name: .customLong("fps"), help: "Ticks a second.") var rate = 60
    @Option(name: .customLong("teleop_time_s"), help: "How long, in seconds (default: until Ctrl-C).")
    var seconds: Double?

    func validate() throws {
        guard (1...1000).contains(rate) else { throw ValidationError("--fps must be from 1 to 1000.") }
        if let seconds, !(seconds > 0 && seconds <= 86_400) {
            throw ValidationError("--teleop_time_s must be more than 0 and at most 86400.")
        }
    }

    func run() throws {
        let groups: [any FlagGroup] = [robot, left, right, teleoperator, display]
        let values = try FlagValues(arguments: groups.flatMap(\.given))
        for note in try values.refuseWhatIsNotThere() { StandardError.print("reel: \(note)") }
        let reader = ArmReader(values: values, home: LeRobotHome(surroundings: .machine))
        let (robot, teleoperator) = (try reader.robot(), try reader.teleoperator())
        try reader.check(robot, with: teleoperator)
        let interruption = try Interruption.watch()
        let devices = try RecordingDevices(robot, teleoperator, fps: 30)
        let status = try run(devices, interruption)
        let last = status.current
        print("\(last.ticks) ticks, \(MotionStatus.oneDecimal(last.rate)) of \(rate) a second, \(last.missed) missed")
        for note in devices.notes { print(note) }
    }

    private func run(_ devices: RecordingDevices, _ interruption: Interruption) throws -> MotionStatus {
        let status = MotionStatus(valueCount: devices.robot.featureNames.count)
        do {
            try devices.teleoperator.connect()
            try devices.robot.connect()
            for camera in devices.cameras { _ = try camera.open() }
            let loop = Teleoperation(
                robot: devices.robot, teleoperator: devices.teleoperator, rate: rate,
                duration: seconds.map { .seconds($0) })
            let names = devices.robot.featureNames
            try MotionTable.whileDrawing(status, { lines(names, $0) }) { try loop.run(status, until: interruption) }
        } catch {
            try? devices.disconnect()
            throw error
        }
        try devices.disconnect()
        return status
    }

    private func lines(_ names: [String], _ now: MotionStatus.Snapshot) -> [String] {
        var last = "\(MotionStatus.oneDecimal(now.rate)) of \(rate) a second, \(now.missed) missed"
        if now.busRetries > 0 { last += ", motors asked again \(now.busRetries)×" }
        return now.joints(names, leader: "leader") + [last]
    }
}
