import Glibc
import LeRobotDataset
import OrderedCollections
import Platform
import RecordingTypes
import Synchronization
import SystemPackage

/// A dataset in a directory of its own, and takes to put into it. What is in a take depends on its number only.
struct TestDataset {
    let root: FilePath
    var session = TestDataset.session()

    static let encoder = VideoEncoderSettings(kind: .h264, preset: "ultrafast")

    /// Two joints, cameras front and top of 64×48.
    static func session(fps: Int = 30, cameras: [String] = ["front", "top"]) -> SessionDescription {
        SessionDescription(
            robotType: "so_follower", fps: fps, observation: .observation(["shoulder_pan.pos", "gripper.pos"]),
            action: .action(["shoulder_pan.pos", "gripper.pos"]),
            cameras: cameras.map {
                .init(
                    name: $0, format: CameraFormat(width: 64, height: 48, fps: 30, pixelFormat: .mjpeg),
                    target: .video(encoder))
            }, repoID: "user/name")
    }

    /// A directory that is not there yet.
    static func temporary() throws -> FilePath {
        try Directory.createTemporary("/tmp/reel-dataset-").appending("set")
    }

    /// An empty dataset in a new directory.
    static func create(_ session: SessionDescription = session()) throws -> TestDataset {
        let dataset = TestDataset(root: try temporary(), session: session)
        try DatasetWriter.create(root: dataset.root, session: session)
        return dataset
    }

    /// Datasets of takes `0..<key`, made once and copied: publishing takes a second a take without optimisation.
    private static let published = Mutex<[Int: TestDataset]>([:])

    /// Takes `0..<takes.upperBound` in a dataset of its own, as `create` and `publish` make it.
    static func published(_ takes: PartialRangeUpTo<Int>) throws -> TestDataset {
        let made = try published.withLock { published in
            if let made = published[takes.upperBound] { return made }
            if published.isEmpty {
                atexit { TestDataset.published.withLock { $0.values.forEach { $0.remove() } } }
            }
            let dataset = try create()
            try dataset.publish(0..<takes.upperBound)
            published[takes.upperBound] = dataset
            return dataset
        }
        return try made.copy()
    }

    /// Another one of the same files.
    func copy() throws -> TestDataset {
        let copy = TestDataset(root: try Self.temporary())
        try Directory.copyTree(root, to: copy.root)
        return copy
    }

    /// What the next process does after a kill: finishes what was cut short, and opens the dataset.
    func recovered() throws -> DatasetWriter {
        try UnfinishedWork.finishAll(in: root)
        return try DatasetWriter(root: root)
    }

    func remove() { try? File.remove(root.removingLastComponent()) }

    /// Take `number` as the encoder hands it over. Its videos are made here: of `video` bytes where a camera's film is
    /// not needed, else copied from `films`.
    func draft(
        _ number: Int, length: Int = 12, task: String = "pick", films: FilePath? = nil, videoBytes: Int = 1000
    ) throws -> EpisodeDraft {
        let directory = root.appending(".reel/encoded/\(number)")
        try Directory.create(directory)
        var videos: OrderedDictionary<String, EpisodeDraft.Video> = [:]
        var statistics = EpisodeStatistics()
        var cameras: OrderedDictionary<String, CaptureTimes.Camera> = [:]
        for (position, camera) in session.cameras.enumerated() {
            let path = directory.appending("\(camera.name).mp4")
            let bytes =
                try films.map { try File.read($0.appending("\(number)-\(camera.name).mp4")) }
                ?? [UInt8](repeating: UInt8(number % 256), count: videoBytes)
            try AtomicFile.write(bytes, to: path)
            let description = VideoDescription(
                width: 64, height: 48, codec: "h264", pixelFormat: "yuv420p", fps: session.fps, frameCount: length,
                byteCount: bytes.count, settings: Self.encoder)
            videos[camera.featureName] = EpisodeDraft.Video(path: path, description: description)
            var pictures = ImageStatistics()
            for frame in ImageSampling.sampleIndices(length: length) {
                let value = UInt8((number * 40 + frame * 3 + position) % 256)
                pictures.add(PictureCounts(rgb: [UInt8](repeating: value, count: 300)))
            }
            statistics.features[camera.featureName] = pictures.result
            cameras[camera.name] = CaptureTimes.Camera(
                ageNanoseconds: (0..<length).map { Int64($0 * 1000) }, isRepeated: (0..<length).map { $0 % 5 == 4 },
                sequence: (0..<length).map { Int64(number * 1000 + $0) })
        }
        let start = 1_000_000_000 * Int64(number + 1)
        return EpisodeDraft(
            identity: "take \(number)", length: length, task: task,
            values: ["observation.state": values(number, length, 0.25), "action": values(number, length, 0.5)],
            videos: videos, statistics: statistics,
            captureTimes: CaptureTimes(
                monotonicNanoseconds: (0..<length).map { start + Int64($0) * 33_333_333 },
                wallNanoseconds: (0..<length).map { 1_700_000_000_000_000_000 + start + Int64($0) * 33_333_333 },
                isLate: (0..<length).map { $0 == 3 }, cameras: cameras))
    }

    func values(_ number: Int, _ length: Int, _ scale: Float) -> [Float] {
        (0..<length * 2).map { Float((number * 31 + $0 * 17) % 101) * scale - 20 }
    }

    /// Publishes takes 0..<count with the lengths and tasks of `take`.
    func publish(_ numbers: some Sequence<Int>, films: FilePath? = nil, videoBytes: Int = 1000) throws {
        let writer = try DatasetWriter(root: root)
        for number in numbers {
            let (length, task) = Self.take(number)
            _ = try writer.publish(
                draft(number, length: length, task: task, films: films, videoBytes: videoBytes))
        }
        try writer.acknowledge()
        try File.remove(root.appending(".reel"))
    }

    /// How long take `number` is, and its task.
    static func take(_ number: Int) -> (length: Int, task: String) {
        (12 + number % 4, number % 3 == 1 ? "place ü" : "pick")
    }

    /// Every file of the dataset by its relative path, `.reel` left out.
    func files() throws -> [String: [UInt8]] {
        var all: [String: [UInt8]] = [:]
        func add(_ path: FilePath, _ name: String) throws {
            if Directory.exists(path) {
                for child in try Directory.names(in: path) where !(name.isEmpty && child == ".reel") {
                    try add(path.appending(child), name.isEmpty ? child : "\(name)/\(child)")
                }
            } else {
                all[name] = try File.read(path)
            }
        }
        try add(root, "")
        return all
    }
}

extension EpisodeDraft {
    /// With values that are all 32-bit floats.
    init(
        identity: String, length: Int, task: String, values: OrderedDictionary<String, [Float]>,
        videos: OrderedDictionary<String, Video>, statistics: EpisodeStatistics, captureTimes: CaptureTimes?
    ) {
        self.init(
            identity: identity, length: length, task: task, values: values.mapValues { FeatureValues($0) },
            videos: videos,
            statistics: statistics, captureTimes: captureTimes)
    }
}
