import RecordingTypes
import Robots

/// The robot, the teleoperator and the cameras that a configuration names; nothing is opened yet.
struct RecordingDevices {
    let robot: any Robot
    let teleoperator: any Teleoperator
    let cameras: [any Camera]

    /// Makes the devices.
    /// - Throws: `ReelError(.usage)` for what cannot be.
    init(_ configuration: RecordConfiguration) throws {
        let world = SimulatedWorld()
        robot = try Self.robot(configuration.robot, world: world)
        teleoperator = try Self.teleoperator(configuration.teleoperator, world: world)
        cameras = try configuration.robot.cameras.map { try Self.camera($0, fps: configuration.fps, world: world) }
    }

    private static func robot(_ configuration: RobotConfiguration, world: SimulatedWorld) throws -> any Robot {
        switch configuration.kind {
        case .simulated: SimulatedArm(world: world)
        case .arm, .twoArms: throw notThere("robot", configuration.type)
        }
    }

    private static func teleoperator(
        _ configuration: TeleoperatorConfiguration, world: SimulatedWorld
    ) throws -> any Teleoperator {
        switch configuration.kind {
        case .simulated: SimulatedLeader(world: world)
        case .arm, .twoArms: throw notThere("teleop", configuration.type)
        }
    }

    private static func notThere(_ what: String, _ type: String) -> ReelError {
        ReelError(
            .usage, "use --\(what).type=\(type)", cause: "arms on a serial bus come with the next version of Reel",
            remedy: "--\(what).type=sim records with the simulated arm.")
    }

    private static func camera(
        _ configuration: CameraConfiguration, fps: Int, world: SimulatedWorld
    ) throws -> any Camera {
        guard case .simulated(let view) = configuration.source else {
            throw ReelError(
                .usage, "use the camera \(configuration.name)", cause: "only simulated cameras are there yet",
                remedy: "{type: sim, view: front} is one.")
        }
        return try SimulatedCamera(
            name: configuration.name, view: SimulatedView(rawValue: view.rawValue) ?? .front,
            width: configuration.width ?? 640, height: configuration.height ?? 480, fps: configuration.fps ?? fps,
            world: world)
    }
}
