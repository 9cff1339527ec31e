import ArgumentParser
import Encoding
import Platform
import Recording
import RecordingTypes
import Simulation
import SystemPackage

/// `reel bench`: what this machine can sustain, measured in about a minute.
struct Bench: FlagCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures cameras, disk and encoders of this machine and suggests settings for reel record.",
        discussion:
            "Name the cameras as for reel record. Nothing is recorded; files are made where the dataset would lie.")

    static let table = FlagTable(
        RecordFlags.all.filter { ["robot.cameras", "dataset.root", "dataset.fps"].contains($0.name) } + [
            RecordFlag(
                "seconds", .number, .reel, standard: "5", .own, "How long each encoder is tried, in seconds.")
        ])

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

    func run(_ given: GivenFlags) throws {
        let seconds = try FlagValues(arguments: given.values, table: Self.table).number("seconds", 0.5...60)
        let values = try FlagValues(arguments: given.values + [("robot.type", "sim")])
        let rate = try values.integer("dataset.fps", 1...1000)
        let home = LeRobotHome(surroundings: .machine)
        let robot = try DeviceReader(values: values, home: home).robot()
        let directory = try Self.directory(
            near: values["dataset.root"].text().map { try home.expanded($0) } ?? home.directory())
        defer { try? File.remove(directory) }

        var load = RecordingLoad(fps: rate, cameras: [])
        let found = try watch(robot.cameras, fps: rate)
        load.cameras = found.isEmpty ? RecordingLoad.usualCameras : found.map { RecordingLoad.Camera($0) }
        StandardError.print("reel: writing to \(directory.removingLastComponent())")
        let disk = try DiskTrial.run(in: directory, for: .seconds(4), atMost: 2 << 30)
        // Last, because from here on this process is at idle priority.
        let encoders = try tryEncoders(load, for: .seconds(seconds), in: directory)
        print(MachineReport(load: load, isMeasured: !found.isEmpty, disk: disk, encoders: encoders).text)
    }

    private func watch(_ cameras: [CameraConfiguration], fps: Int) throws -> [CameraTrial] {
        guard !cameras.isEmpty else { return [] }
        StandardError.print("reel: watching \(cameras.count.counted("camera"))")
        let world = SimulatedWorld()
        return try CameraTrial.run(cameras.map { try $0.device(fps: fps, in: world) }, for: .seconds(5))
    }

    private func tryEncoders(
        _ load: RecordingLoad, for time: Duration, in directory: FilePath
    ) throws -> [MachineReport.Encoder] {
        let size = load.largestPicture
        return try MachineReport.candidates.filter { EncoderTrial.kinds.contains($0.kind) }.map { settings in
            StandardError.print("reel: encoding with \(MachineReport.name(of: settings))")
            do {
                let trial = try EncoderTrial.run(
                    settings, width: size.width, height: size.height, fps: load.fps, for: time,
                    in: directory)
                return .init(settings: settings, trial: trial)
            } catch let error as ReelError where error.kind != .diskFull {
                // FFmpeg has it, the machine may not: a graphics card that is not there.
                return .init(settings: settings, refusal: error.cause)
            }
        }
    }

    /// A new folder as near to `place` as there is one already.
    private static func directory(near place: FilePath) throws -> FilePath {
        var folder = place
        while !Directory.exists(folder), !folder.isEmpty, folder.removeLastComponent() {}
        if folder.isEmpty { folder = "." }
        return try Directory.createTemporary(folder.appending(".reel-bench-"))
    }
}
