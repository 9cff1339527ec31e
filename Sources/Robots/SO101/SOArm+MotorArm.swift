import RecordingTypes

extension SOArm: MotorArm {
    package var port: String { settings.port }

    package var calibrationTable: [[String]] {
        guard let calibration else { return [] }
        return [["joint", "id", "homing_offset", "range_min", "range_max"]]
            + ArmJoint.allCases.map { joint in
                let motor = calibration[joint]
                return [
                    joint.name, "\(motor.id)", "\(motor.homingOffset)", "\(motor.rangeMin)", "\(motor.rangeMax)",
                ]
            }
    }

    /// From the gripper to the base, as LeRobot has it.
    package var motorNames: [String] { ArmJoint.allCases.reversed().map(\.name) }

    package func setUpOnlyMotor(_ name: String) throws -> String {
        guard let joint = ArmJoint.allCases.first(where: { $0.name == name }) else {
            throw ReelError(.failed, "set up a motor", subject: port, cause: "an SO arm has no \(name)")
        }
        let bus = FeetechBus(line: try openLine(), labels: Self.labels)
        defer { bus.close() }
        let was = try bus.setUpOnlyMotor(as: joint.motorID)
        return "id \(joint.motorID) (was id \(was.id) at \(was.baudRate) bits a second)"
    }
}
