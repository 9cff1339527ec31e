import RecordingTypes
import Robots
import Simulation

/// The robot, the teleoperator and the cameras that a configuration names; nothing is opened yet.
struct RecordingDevices {
    let robot: any Robot
    let teleoperator: any Teleoperator
    let cameras: [any Camera]

    /// Makes the devices; cameras that were not given a rate have `fps`.
    /// - Throws: `ReelError(.usage)` for what cannot be.
    init(
        _ robot: RobotConfiguration, _ teleoperator: TeleoperatorConfiguration, fps: Int,
        pictures: PicturePolicy = .inStep
    ) throws {
        let rig = Rig()
        self.robot = try robot.device.device(in: rig)
        self.teleoperator = try teleoperator.device(in: rig)
        let world = rig.only { SimulatedWorld() }
        cameras = try robot.cameras.map { try $0.device(fps: fps, in: world, pictures: pictures) }
    }

    /// Gives every device back; all are tried.
    /// - Throws: the first error.
    func disconnect() throws {
        for camera in cameras { camera.close() }
        let results = [Result { try robot.disconnect() }, Result { try teleoperator.disconnect() }]
        for result in results { try result.get() }
    }

    /// What was wrong on the arms' buses and was made good, and what motors complain about: a line each.
    var notes: [String] {
        Self.notes(of: robot)
            + Self.notes("leader", teleoperator.name, teleoperator.busCounters, teleoperator.complaints)
    }

    static func notes(of robot: any Robot) -> [String] {
        notes("arm", robot.name, robot.busCounters, robot.complaints)
    }

    private static func notes(
        _ role: String, _ name: String, _ counters: BusCounters, _ complaints: [String]
    ) -> [String] {
        ([counters.words].compactMap(\.self) + complaints).map { "\(role): \($0) (\(name))" }
    }
}

extension BusCounters {
    /// For a person; nil when nothing was wrong.
    var words: String? {
        var parts: [String] = []
        if retries > 0 { parts.append("asked again \(retries)×") }
        if lostReplies > 0 { parts.append("\(lostReplies.counted("reply", "replies")) lost") }
        if badChecksums > 0 { parts.append("\(badChecksums) damaged") }
        if noiseBytes > 0 { parts.append("\(noiseBytes.counted("byte")) of noise") }
        return parts.isEmpty ? nil : parts.joined(separator: ", ") + " in \(exchanges.counted("exchange"))"
    }
}
