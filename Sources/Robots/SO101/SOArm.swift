import Platform
import RecordingTypes
package import SystemPackage

/// What an SO-100 or SO-101 follower and leader have in common: six STS3215 on a port, and their calibration.
package final class SOArm {
    /// Whether it follows or leads.
    package let device: CalibrationPlace.Device
    package let settings: SOArmSettings
    /// "so101_follower on /dev/ttyACM0"
    package let name: String
    /// LeRobot's file for this arm.
    package let calibrationFile: FilePath
    /// The file that was read: `calibrationFile`, or where an older LeRobot had put it; nil while there is none.
    package private(set) var readFile: FilePath?
    /// What the file says; nil while there is none.
    package private(set) var calibration: ArmCalibration?
    /// The counters of buses that were closed; those of the open one are added in `busCounters`.
    private var pastCounters = BusCounters()
    private var pastComplaints: [UInt8: ServoStatus] = [:]

    static let ids = ArmJoint.allCases.map(\.motorID)
    /// The joints' names by the motors' numbers, for messages.
    package static let labels = Dictionary(uniqueKeysWithValues: ArmJoint.allCases.map { ($0.motorID, $0.name) })

    static func describe(_ id: UInt8) -> String { FeetechBus.describe(id, labels) }

    /// "so101_follower"
    private let type: String
    let openLine: () throws -> any SerialLine
    private(set) var openBus: FeetechBus?
    private var scales: [JointScale] = []
    private var steps: [Int] = []

    /// An arm that is not connected yet. `openLine` is for tests; the arm's port is opened without it.
    package init(
        _ device: CalibrationPlace.Device, type: String, settings: SOArmSettings,
        environment: [String: String] = Program.variables, openLine: (() throws -> any SerialLine)? = nil
    ) {
        self.device = device
        self.settings = settings
        self.type = type
        name = "\(type) on \(settings.port)"
        calibrationFile =
            settings.calibrationFile
            ?? CalibrationPlace.file(
                of: device, id: settings.id, directory: settings.calibrationDirectory, environment: environment)
        let port = settings.port
        self.openLine = openLine ?? { try SerialPort(path: port, baudRate: STS3215.baudRate) }
    }

    /// What went wrong on the bus and was made good.
    package var busCounters: BusCounters { pastCounters + (openBus?.counters ?? BusCounters()) }

    /// What motors complain about now, or complained about when the arm was let go, for a person.
    package var complaints: [String] {
        (openBus?.complaints ?? pastComplaints).sorted { $0.key < $1.key }.map {
            "motor \(Self.describe($0.key)): \($0.value.words)"
        }
    }

    /// Opens the port and checks that six motors of the right kind, with the same firmware, are there.
    /// - Throws: `ReelError` that names what is missing or different.
    package func open() throws {
        guard openBus == nil else { return }
        let bus = FeetechBus(line: try openLine(), labels: Self.labels)
        do {
            try checkMotors(bus)
            try readCalibration()
        } catch {
            bus.close()
            throw error
        }
        openBus = bus
    }

    /// Opens the port, sees to it that the motors are calibrated as the file says, and sets the motors up.
    ///
    /// Without a person to ask, an arm that is not calibrated is an error.
    /// - Throws: `ReelError` that names the port or the motor; the port is closed again then.
    package func connect(asking person: (any CalibrationDialogue)?) throws {
        try open()
        do {
            if try !isCalibrated() {
                guard let person else { throw notCalibrated() }
                try offerCalibration(person)
            }
        } catch {
            close()
            throw error
        }
        do {
            try configure()
        } catch {
            // Some motors may hold already, and nobody will lead them.
            do { try disconnect() } catch let other { throw ReelError.together(error, other) }
            throw error
        }
    }

    /// Lets the joints go limp if it is to, and closes the port. Safe to call twice.
    /// - Throws: The first `ReelError` of a motor that could not be let go; all were tried.
    package func disconnect() throws {
        guard let bus = openBus else { return }
        defer { close() }
        // A leader always goes limp.
        guard device == .leader || settings.disableTorqueOnDisconnect else { return }
        try letGo(bus)
    }

    /// Takes the torque off; all motors are tried.
    /// - Throws: `ReelError` that names those that may still hold, with the reason of the first.
    private func letGo(_ bus: FeetechBus) throws {
        var holding: [UInt8] = []
        var failure: ReelError?
        for id in Self.ids {
            do {
                try bus.write(0, to: .torqueEnable, of: id, retries: 5)
                try bus.write(0, to: .lock, of: id, retries: 5)
            } catch {
                holding.append(id)
                failure = failure ?? error as? ReelError
            }
        }
        guard !holding.isEmpty else { return }
        throw ReelError(
            failure?.kind ?? .failed, "let go of \(name)", subject: settings.port,
            cause: "motor \(holding.map(Self.describe).joined(separator: ", ")) may still hold: "
                + (failure?.cause ?? "it does not answer"),
            remedy: "Hold the arm and switch its power off.")
    }

    /// The bus of an arm that is connected.
    func bus(_ action: String) throws -> FeetechBus {
        guard let openBus else { throw ReelError(.failed, action, subject: name, cause: "it is not connected") }
        return openBus
    }

    // MARK: Rows

    /// Replaces `values` by the joints' six.
    func readJoints(into values: inout [Float]) throws {
        if values.count != Self.ids.count { values = Array(repeating: 0, count: Self.ids.count) }
        let bus = try bus("read the joints")
        try bus.syncRead(.presentPosition, from: Self.ids, into: &steps, retries: settings.readRetries)
        for index in scales.indices { values[index] = scales[index].value(steps: steps[index]) }
    }

    /// Sends the six values as goals.
    func writeGoals(_ values: [Float]) throws {
        let bus = try bus("send an action")
        for index in scales.indices {
            let value = values[index]
            guard let goal = scales[index].steps(value: value) else {
                let joint = ArmJoint.allCases[index].featureName
                throw ReelError(.failed, "send an action", subject: name, cause: "\(joint) is \(value)")
            }
            steps[index] = goal
        }
        try bus.syncWrite(steps, to: .goalPosition, of: Self.ids)
    }

    // MARK: Calibration

    /// Reads the file, where it is now or where it was once. A new calibration is written to `calibrationFile` alone.
    private func readCalibration() throws {
        for file in [calibrationFile] + CalibrationPlace.formerFiles(calibrationFile, type: type) {
            guard let found = try ArmCalibration.read(file) else { continue }
            return try use(found, of: file)
        }
        try use(nil, of: nil)
    }

    /// Files of other arms beside the one that is missing: a wrong or a forgotten id is the usual reason.
    var otherCalibrationFiles: [FilePath] {
        ([calibrationFile] + CalibrationPlace.formerFiles(calibrationFile, type: type)).flatMap { file in
            let folder = file.removingLastComponent()
            let names = (try? Directory.names(in: folder)) ?? []
            return names.filter { $0.hasSuffix(".json") }.sorted().map { folder.appending($0) }
        }
    }

    /// Uses a calibration from now on; the motors are not told.
    func use(_ calibration: ArmCalibration?, of file: FilePath?) throws {
        self.calibration = calibration
        readFile = file
        scales =
            calibration.map { calibration in
                ArmJoint.allCases.map { JointScale($0, calibration[$0], useDegrees: settings.useDegrees) }
            } ?? []
        steps = Array(repeating: 0, count: ArmJoint.allCases.count)
    }

    /// What the motors themselves hold.
    package func readCalibrationFromMotors() throws -> ArmCalibration {
        let bus = try bus("read the calibration")
        return ArmCalibration(
            motors: try Self.ids.map { id in
                let low = try bus.read(.minPositionLimit, from: id, retries: settings.readRetries)
                let high = try bus.read(.maxPositionLimit, from: id, retries: settings.readRetries)
                let offset = try bus.read(.homingOffset, from: id, retries: settings.readRetries)
                return MotorCalibration(id: Int(id), homingOffset: offset, rangeMin: low, rangeMax: high)
            })
    }

    /// Whether the motors hold what the file says. Offsets and limits count; a motor knows no drive mode.
    package func isCalibrated() throws -> Bool {
        guard let calibration else { return false }
        let held = try readCalibrationFromMotors()
        return zip(calibration.motors, held.motors).allSatisfy {
            $0.homingOffset == $1.homingOffset && $0.rangeMin == $1.rangeMin && $0.rangeMax == $1.rangeMax
        }
    }

    private func notCalibrated() -> ReelError {
        let role = device == .follower ? "robot" : "teleop"
        let id = settings.id.map { " " + ShellWord.quoted("--\(role).id=\($0)") } ?? ""
        let port = ShellWord.quoted("--\(role).port=\(settings.port)")
        let command = "`reel calibrate --\(role).type=\(type) \(port)\(id)`"
        if let readFile {
            return ReelError(
                .mismatch, "use the arm", subject: settings.port,
                cause: "its motors are calibrated differently from \(readFile)",
                remedy: "Are the ports of leader and follower swapped? If not, run \(command).")
        }
        let others = otherCalibrationFiles
        let advice =
            others.isEmpty
            ? ""
            : "There are \(others.prefix(8).map(\.string).joined(separator: ", ")): if one of them is this arm's, "
                + "give its name as --\(role).id. Else run "
        return ReelError(
            .mismatch, "use the arm", subject: settings.port,
            cause: "it has no calibration file (\(calibrationFile))",
            remedy: advice.isEmpty ? "Run \(command)." : "\(advice)\(command).")
    }

    private func close() {
        if let openBus {
            pastCounters = pastCounters + openBus.counters
            pastComplaints = openBus.complaints
            openBus.close()
        }
        openBus = nil
    }
}
