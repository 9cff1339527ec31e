import FoundationEssentials
import Platform
import RecordingTypes
package import SystemPackage

/// The calibration of an arm's six motors, and LeRobot's file of it.
package struct ArmCalibration: Hashable, Sendable {
    /// In the order of the joints.
    package var motors: [MotorCalibration]

    /// One for each joint, in order.
    package init(motors: [MotorCalibration]) { self.motors = motors }

    package subscript(joint: ArmJoint) -> MotorCalibration { motors[joint.rawValue] }

    /// The file's content, byte for byte as LeRobot writes it.
    package var json: String {
        let entries = zip(ArmJoint.allCases, motors).map { joint, motor in
            """
                "\(joint.name)": {
                    "id": \(motor.id),
                    "drive_mode": \(motor.driveMode),
                    "homing_offset": \(motor.homingOffset),
                    "range_min": \(motor.rangeMin),
                    "range_max": \(motor.rangeMax)
                }
            """
        }
        return "{\n" + entries.joined(separator: ",\n") + "\n}"
    }

    /// Reads a calibration file; nil when there is none.
    /// - Throws: `ReelError(.damaged)` naming the file when it is there and is none.
    package static func read(_ path: FilePath) throws -> ArmCalibration? {
        guard File.exists(path) else { return nil }
        let bytes = try File.read(path)
        do {
            let entries = try JSONDecoder().decode([String: Entry].self, from: Data(bytes))
            return ArmCalibration(
                motors: try ArmJoint.allCases.map { joint in
                    guard let entry = entries[joint.name] else { throw Unusable(text: "\(joint.name) is missing") }
                    guard entry.range_min < entry.range_max else {
                        throw Unusable(text: "the range of \(joint.name) is empty")
                    }
                    return MotorCalibration(
                        id: entry.id, driveMode: entry.drive_mode, homingOffset: entry.homing_offset,
                        rangeMin: entry.range_min, rangeMax: entry.range_max)
                })
        } catch {
            throw ReelError(
                .damaged, "read the calibration file", subject: path.string,
                cause: (error as? Unusable)?.text ?? "it is not LeRobot's JSON",
                remedy: "Move it away and calibrate the arm again.")
        }
    }

    /// Writes the file as one step, with the directories it needs.
    /// - Throws: `ReelError` naming the file.
    package func write(to path: FilePath) throws {
        try Directory.create(path.removingLastComponent())
        try AtomicFile.write(Array(json.utf8), to: path)
    }

    private struct Entry: Decodable {
        let id: Int
        let drive_mode: Int
        let homing_offset: Int
        let range_min: Int
        let range_max: Int
    }

    private struct Unusable: Error {
        let text: String
    }
}
