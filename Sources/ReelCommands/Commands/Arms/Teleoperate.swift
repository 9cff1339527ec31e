import ArgumentParser
import Console
import Platform
import PreviewBoard
import Recording
import RecordingTypes
import Robots
import Synchronization
import SystemPackage

/// `reel teleoperate`: the leader leads, nothing is recorded.
struct Teleoperate: FlagCommand {
    static let configuration = CommandConfiguration(
        commandName: "teleoperate",
        abstract: "Moves a robot with a teleoperator and shows where the joints are; records nothing.",
        discussion: "The flags are those of lerobot-teleoperate. Ctrl-C ends it and lets go of the arm.")

    static let table = FlagTable.of(
        [.robot, .teleoperator],
        RecordFlags.live + RecordFlags.all.filter { $0.name == "reel.align_s" } + [
            RecordFlag("fps", .integer, .session, standard: "60", "Ticks a second."),
            RecordFlag(
                "teleop_time_s", .number, .session, isOptional: true, "How long, in seconds (default: until Ctrl-C)."),
        ])

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

    func run(_ given: GivenFlags) throws {
        let surroundings = Surroundings.machine
        let values = try FlagValues(arguments: given.values, for: Self.table, in: surroundings)
        for note in try values.refuseWhatIsNotThere() { StandardError.print("reel: \(note)") }
        let reader = DeviceReader(values: values, home: LeRobotHome(surroundings: surroundings))
        let (robot, teleoperator) = (try reader.robot(), try reader.teleoperator())
        try reader.check(robot, with: teleoperator)
        let rate = try values.integer("fps", 1...1000)
        let duration = try values["teleop_time_s"].duration()
        if duration == .zero { throw values["teleop_time_s"].refusal("it must be more than 0") }
        let interruption = try Interruption.watch()
        let devices = try RecordingDevices(robot, teleoperator, fps: 30)
        try devices.robot.checkLead(by: devices.teleoperator)
        let loop = Teleoperation(
            robot: devices.robot, teleoperator: devices.teleoperator, rate: rate, duration: duration,
            alignTime: .seconds(try values.number("reel.align_s", 0...60)))
        let page = SessionPage(try PageConfiguration(values), root: nil) { event in
            guard let line = event.line(root: "."), !PageAddress.say(event) else { return }
            StandardError.print(event.isAddress ? line : "reel: \(line)")
        }
        let status = try run(loop, devices, page, interruption)
        let last = status.current
        let pace = "\(MotionStatus.oneDecimal(last.rate)) of \(rate) a second"
        print("\(last.ticks.counted("tick")), \(pace), \(last.missed) missed")
        for note in devices.notes { print(note) }
    }

    private func run(
        _ loop: Teleoperation, _ devices: RecordingDevices, _ page: SessionPage, _ interruption: Interruption
    ) throws -> MotionStatus {
        let (robot, rate) = (devices.robot, loop.rate)
        var loop = loop
        let status = MotionStatus(observed: robot.observationNames, asked: robot.actionNames)
        do {
            let person = TerminalDialogue.ifThereIsATerminal(interruption)
            try devices.teleoperator.connect(asking: person)
            try devices.robot.connect(asking: person)
            let formats = try devices.cameras.map { try $0.open() }
            loop.cameraCount = formats.count
            loop.preview = start(page, devices, formats, status, rate: rate)
            defer { page.close() }
            try MotionTable.whileDrawing(status, { Self.lines(rate, $0) }) {
                try loop.run(status, until: interruption)
            }
        } catch {
            try? devices.disconnect()
            throw error
        }
        try devices.disconnect()
        return status
    }

    /// Shows it to whoever looks. The page's address is said before the table is drawn.
    private func start(
        _ page: SessionPage, _ devices: RecordingDevices, _ formats: [CameraFormat], _ status: MotionStatus, rate: Int
    ) -> PreviewBoard? {
        let (robot, cameras) = (devices.robot, devices.cameras)
        let description = PreviewDescription(
            version: Reel.version, fps: rate, cameras: .of(cameras, formats), observation: robot.observationNames,
            action: devices.teleoperator.actionNames, recording: nil)
        page.start(description, cameras: cameras, log: nil, input: nil) {
            let now = status.current
            var shown = PreviewStatus()
            (shown.phase, shown.row, shown.lateTicks) = (.teleoperating, now.ticks, now.missed)
            (shown.rate, shown.busRetries) = ((now.rate * 10).rounded() / 10, now.busRetries)
            shown.cameras = cameras.map { camera in
                let age = camera.newest().map { Int((MonotonicTime.now - $0.capturedAt).milliseconds) } ?? 0
                return PreviewStatus.Camera(age: age, badge: nil)
            }
            return shown
        }
        page.awaitAddress(within: .seconds(1))
        return page.preview?.board
    }

    private static func lines(_ rate: Int, _ now: MotionStatus.Snapshot) -> [String] {
        var last = "\(MotionStatus.oneDecimal(now.rate)) of \(rate) a second, \(now.missed) missed"
        if now.busRetries > 0 { last += ", motors asked again \(now.busRetries)×" }
        return now.joints(leader: "leader") + [last]
    }
}
