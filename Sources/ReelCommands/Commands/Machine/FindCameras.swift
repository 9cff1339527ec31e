import ArgumentParser
import Media
import Platform
import RecordingTypes
import SystemPackage

/// `reel find-cameras`: what cameras there are, what each offers, and a picture of each.
struct FindCameras: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "find-cameras",
        abstract: "Lists the cameras and what each offers, and saves a picture of each.",
        discussion: "The flags are those of lerobot-find-cameras; pictures are JPEGs.")

    enum Kind: String, ExpressibleByArgument {
        case opencv, realsense
    }

    @Argument(help: "opencv: the cameras of the system; realsense is refused.") var kind: Kind?
    @Option(name: .customLong("output-dir"), help: "Where the pictures go.") var directory = "outputs/captured_images"
    @Option(
        name: .customLong("record-time-s"), help: "Without effect: one picture of each is taken, after the warm-up.")
    var recordTime: Double?
    @Option(name: .customLong("warmup-s"), help: "Seconds that a camera is read before its picture counts.")
    var warmUp = 1.0
    @Flag(name: .customLong("no-pictures"), help: "Only list; open no camera.") var hasNoPictures = false

    func validate() throws {
        if kind == .realsense { throw ValidationError("realsense: LeRobot has it, Reel does not yet.") }
        guard (0...60).contains(warmUp) else { throw ValidationError("--warmup-s must be from 0 to 60.") }
    }

    func run() throws {
        if recordTime != nil {
            StandardError.print("reel: --record-time-s has no effect: one picture of each is taken")
        }
        let cameras = CameraListing.list()
        guard !cameras.isEmpty else {
            throw ReelError(
                .unavailable, "find cameras", cause: "no camera is connected",
                remedy: "Network cameras are not looked for: give their address, {type: ffmpeg, url: …}.")
        }
        var problems: [String] = []
        for camera in cameras {
            print("\(camera.device)  \(camera.name)")
            if let path = camera.stablePath { print("  \(path)") }
            for line in CameraListing.lines(camera.modes) { print("  \(line)") }
            if let problem = camera.problem {
                problems.append("\(problem)")
            } else if !hasNoPictures {
                do { print("  picture: \(try save(camera))") } catch { problems.append("\(error)") }
            }
        }
        for problem in problems { StandardError.print("reel: \(problem)") }
        if !problems.isEmpty { throw ExitCode(1) }
    }

    /// Takes a picture with what the camera gives by itself, as LeRobot does, and returns its file.
    private func save(_ listed: CameraListing.Camera) throws -> FilePath {
        let camera = FFmpegCamera(
            name: listed.name,
            source: CameraSource(
                input: .v4l2(device: listed.device, width: nil, height: nil, fps: nil, fourcc: nil),
                warmUp: .seconds(warmUp)))
        defer { camera.close() }
        _ = try camera.open()
        guard let frame = camera.newest() else {
            throw ReelError(.unavailable, "take a picture", subject: listed.device, cause: "none came")
        }
        let folder = FilePath(directory)
        try Directory.create(folder)
        let path = folder.appending("opencv_\(listed.device.replacing("/", with: "_")).jpg")
        try AtomicFile.write(try StillPicture.jpeg(of: frame), to: path)
        return path
    }
}
