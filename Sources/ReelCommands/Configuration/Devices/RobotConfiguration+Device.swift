import RecordingTypes
import Robots

extension RobotConfiguration {
    /// The robot; a simulated one is in `world`.
    /// - Throws: `ReelError(.usage)` for what cannot be.
    func device(in world: SimulatedWorld) throws -> any Robot {
        let followers = try arms.map { try SOFollower(arm: $0) }
        return switch followers.count {
        case 0: SimulatedArm(world: world)
        case 1: followers[0]
        default: Pair("bi_so_follower", left: followers[0], right: followers[1])
        }
    }

    /// Its arms, left before right; a simulated robot has none.
    var arms: [SOArm] {
        followers.map { SOArm(.follower, type: type, settings: $0.settings(id: id)) }
    }
}

extension TeleoperatorConfiguration {
    /// The teleoperator; as `RobotConfiguration.device`.
    func device(in world: SimulatedWorld) -> any Teleoperator {
        let leaders = arms.map { SOLeader(arm: $0) }
        return switch leaders.count {
        case 0: SimulatedLeader(world: world)
        case 1: leaders[0]
        default: Pair(left: leaders[0], right: leaders[1])
        }
    }

    /// Its arms, left before right; a simulated teleoperator has none.
    var arms: [SOArm] {
        leaders.map { SOArm(.leader, type: type, settings: $0.settings(id: id)) }
    }
}

extension FollowerConfiguration {
    fileprivate func settings(id: String?) -> SOArmSettings {
        var settings = SOArmSettings(port: port, id: id)
        settings.calibrationFile = calibrationFile
        settings.disableTorqueOnDisconnect = disablesTorqueOnDisconnect
        settings.maxRelativeTarget = maxRelativeTarget.map {
            switch $0 {
            case .all(let value): .all(value)
            case .each(let values): .perJoint(values)
            }
        }
        settings.useDegrees = usesDegrees
        settings.positionPCoefficient = positionP
        settings.positionICoefficient = positionI
        settings.positionDCoefficient = positionD
        settings.readRetries = readRetries
        return settings
    }
}

extension LeaderConfiguration {
    fileprivate func settings(id: String?) -> SOArmSettings {
        var settings = SOArmSettings(port: port, id: id)
        settings.calibrationFile = calibrationFile
        settings.useDegrees = usesDegrees
        settings.readRetries = readRetries
        return settings
    }
}
