import Glibc
import Platform
import RecordingTypes
import Robots
import Simulation
import SystemPackage
import TestSupport

/// A follower and a leader, SO-101 both, on pseudo-terminals with simulated servos behind them.
final class ArmPair {
    let follower: SOFollower
    let leader: SOLeader
    private let buses: [SimulatedServoBus]
    private let directory: TemporaryDirectory

    init() throws {
        let directory = try TemporaryDirectory()
        let chains = [ServoChain.Kind.follower, .leader].map {
            ServoChain($0, seed: 1, isCalibrated: true, faults: .none, time: .now)
        }
        let buses = try chains.map { try SimulatedServoBus($0) }
        let settings = try zip(chains, buses).enumerated().map { number, pair in
            try pair.0.calibration.write(to: directory.file("\(number).json"))
            var settings = SOArmSettings(port: pair.1.path, id: "\(number)")
            settings.calibrationDirectory = directory.path
            return settings
        }
        follower = try SOFollower(
            arm: SOArm(.follower, type: "so101_follower", settings: settings[0], environment: [:]))
        leader = SOLeader(arm: SOArm(.leader, type: "so101_leader", settings: settings[1], environment: [:]))
        self.buses = buses
        self.directory = directory
        try leader.connect(asking: nil)
        try follower.connect(asking: nil)
    }

    func disconnect() {
        try? follower.disconnect()
        try? leader.disconnect()
        for bus in buses { bus.stop() }
    }
}
