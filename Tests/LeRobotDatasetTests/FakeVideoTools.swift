import LeRobotDataset
import Platform
import RecordingTypes
import Synchronization
import SystemPackage

/// Reads the films of `TestDataset`: a take's number a thousand times for each take, 64×48 at 30 fps.
struct FakeVideoTools: VideoTools {
    var codec = "h264"
    /// Seconds by which all pictures come late.
    var delay = 0.0
    let passes = Counter()
    let opened = Counter()
    var joining: Join = ConsolidateTests.join
    var cutting: Cut = DeleteEpisodesTests.cut

    typealias Join = @Sendable (_ parts: [FilePath], _ whole: FilePath) throws -> [(Double, Double)]
    typealias Cut = @Sendable (_ frames: [Range<Int>], _ video: FilePath, _ target: FilePath) throws -> Void

    /// How often a film was decoded, or examined.
    final class Counter: Sendable {
        let count = Atomic(0)
    }

    func examine(_ path: FilePath) throws -> ExaminedVideo {
        opened.count.add(1, ordering: .relaxed)
        let frames = try frames(of: path)
        return ExaminedVideo(
            description: VideoDescription(
                width: 64, height: 48, codec: codec, pixelFormat: "yuv420p", fps: 30, frameCount: frames.count,
                byteCount: 1, settings: nil),
            packetTimes: frames.indices.map { Double($0) / 30 + delay })
    }

    func decode(_ path: FilePath, numbers: [Int], step: Int, body: (Int, [UInt8]) throws -> Void) throws {
        passes.count.add(1, ordering: .relaxed)
        let frames = try frames(of: path)
        for number in numbers where frames.indices.contains(number) {
            let (take, frame) = frames[number]
            let camera = path.string.contains("images.top") ? 1 : 0
            try body(number, [UInt8](repeating: UInt8((take * 40 + frame * 3 + camera) % 256), count: 300))
        }
    }

    func join(_ parts: [FilePath], into whole: FilePath) throws -> [(from: Double, to: Double)] {
        try joining(parts, whole).map { (from: $0.0, to: $0.1) }
    }

    func cut(_ frames: [Range<Int>], of video: FilePath, into target: FilePath) throws {
        try cutting(frames, video, target)
    }

    private func frames(of path: FilePath) throws -> [(take: Int, frame: Int)] {
        let film = try File.read(path)
        return stride(from: 0, to: film.count, by: 1000).flatMap { position in
            (0..<TestDataset.take(Int(film[position])).length).map { (Int(film[position]), $0) }
        }
    }
}

extension DatasetWriter {
    func consolidate(join: @escaping FakeVideoTools.Join) throws -> ConsolidationReport {
        try consolidate(with: FakeVideoTools(joining: join))
    }

    func deleteEpisodes(_ episodes: Set<Int>, cut: @escaping FakeVideoTools.Cut) throws {
        try deleteEpisodes(episodes, with: FakeVideoTools(cutting: cut))
    }
}
