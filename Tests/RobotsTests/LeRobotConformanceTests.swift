import Foundation
import Platform
import RecordingTypes
import Robots
import Simulation
import SystemPackage
import Testing

/// REEL_LEROBOT_PYTHON names a Python with lerobot 0.6.1 and its feetech extra; without it this is left out.
private let python = ProcessInfo.processInfo.environment["REEL_LEROBOT_PYTHON"]

@Suite(
    "LeRobot and Reel use each other's calibration files and see the same positions",
    .enabled(if: python != nil, "REEL_LEROBOT_PYTHON is not set"), .timeLimit(.minutes(5)))
struct LeRobotConformanceTests {
    @Test func bothWays() throws {
        let directory = try CalibrationTests.temporaryDirectory()
        defer { try? File.remove(directory) }
        let followerServos = try SimulatedServoBus(ServoChain(.follower, seed: 7, isCalibrated: false, time: .now))
        let leaderServos = try SimulatedServoBus(ServoChain(.leader, seed: 7, isCalibrated: false, time: .now))
        defer {
            followerServos.stop()
            leaderServos.stop()
        }
        let environment = ["HF_LEROBOT_CALIBRATION": directory.string, "HOME": "/nowhere"]
        func arm(_ device: CalibrationPlace.Device, _ id: String) -> SOArm {
            let servos = device == .follower ? followerServos : leaderServos
            var settings = SOArmSettings(port: servos.path, id: id)
            settings.readRetries = SerialPortTests.retries
            return SOArm(device, type: "so101", settings: settings, environment: environment)
        }
        /// Where the joints are for Reel, asking nobody: the file must be what the motors hold.
        func positions(_ device: CalibrationPlace.Device, _ id: String) throws -> [String: Double] {
            let leader = SOLeader(arm: arm(device, id))
            try leader.connect(asking: nil)
            var row: [Float] = []
            try leader.readAction(into: &row)
            try leader.disconnect()
            return Dictionary(uniqueKeysWithValues: zip(leader.actionNames, row.map(Double.init)))
        }

        for (device, servos) in [(CalibrationPlace.Device.follower, followerServos), (.leader, leaderServos)] {
            let arm = arm(device, "reel")
            try arm.open()
            try arm.calibrate(HandOnServos(servos))
            try arm.disconnect()
            servos.withChain { $0.hand = .still }
        }
        let seenByReel = [
            "follower": try positions(.follower, "reel"), "leader": try positions(.leader, "reel"),
        ]
        let file = directory.appending("positions.json")
        try AtomicFile.write(try JSONEncoder().encode(seenByReel), to: file)

        let seenByLeRobot = try runClient(followerServos.path, leaderServos.path, file, directory)
        for device in [CalibrationPlace.Device.follower, .leader] {
            let calibrationFile = CalibrationPlace.file(
                of: device, id: "lerobot", directory: nil, environment: environment)
            let text = String(decoding: try File.read(calibrationFile), as: UTF8.self)
            #expect(try ArmCalibration.read(calibrationFile)?.json == text)
            let seen = try positions(device, "lerobot")
            for (name, value) in seenByLeRobot[device == .follower ? "follower" : "leader"] ?? [:] {
                #expect(abs((seen[name] ?? .infinity) - value) < 0.15, "\(device) \(name)")
            }
        }
    }

    private func runClient(
        _ follower: String, _ leader: String, _ positions: FilePath, _ directory: FilePath
    ) throws -> [String: [String: Double]] {
        let script = FilePath(#filePath).removingLastComponent().removingLastComponent()
            .appending("Conformance/so101_client.py")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python ?? "")
        process.arguments = [script.string, follower, leader, "--positions", positions.string]
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["HF_LEROBOT_CALIBRATION": directory.string]) { $1 }
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "so101_client.py found something")
        return try JSONDecoder().decode([String: [String: Double]].self, from: bytes)
    }
}

/// The simulated hand in place of a person.
private final class HandOnServos: CalibrationDialogue {
    private let servos: SimulatedServoBus
    private var sweepBegan: MonotonicTime?

    init(_ servos: SimulatedServoBus) { self.servos = servos }

    func say(_ text: String) {}

    func ask(_ prompt: String) throws -> String {
        servos.withChain { chain in
            chain.hand = .middle
            chain.advance(to: .now)
        }
        return ""
    }

    func show(_ ranges: [JointTravel]) {
        guard sweepBegan == nil else { return }
        sweepBegan = .now
        servos.withChain { $0.hand = .sweep }
    }

    func isEnterPressed() throws -> Bool { sweepBegan.map { .now - $0 > .seconds(4) } ?? false }
}
