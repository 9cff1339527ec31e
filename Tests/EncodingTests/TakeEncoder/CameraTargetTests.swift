import ArrowTables
import Encoding
import LeRobotDataset
import Media
import OrderedCollections
import Platform
import RecordingTypes
import Simulation
import Spool
import SystemPackage
import Testing

@Suite("Each camera's pictures become what is said of that camera")
struct CameraTargetTests {
    /// Of the first camera a video, of the second PNGs.
    private func mixed() throws -> RecordedDataset {
        var session = RecordedDataset.session(cameras: ["front", "top"])
        session.cameras[1].target = .images
        return try RecordedDataset(session)
    }

    private func images(_ dataset: RecordedDataset, episode: Int) throws -> [[UInt8]] {
        let path = dataset.root.appending("data/chunk-000/file-00\(episode).parquet")
        guard case .structure(let fields)? = try ParquetReader(path: path).readAll()["observation.images.top"],
            case .binary(let images) = fields[0]
        else { return [] }
        return images
    }

    @Test("a take with a video and PNGs is an episode with both, and each row has its pictures")
    func encoded() throws {
        let dataset = try mixed()
        let growing = try RecordedDataset.Growing(dataset, number: 1, task: "t")
        for row in 0..<8 { try growing.append(isRepeated: row == 3) }
        var take = try growing.seal()
        try take.move(to: .kept)
        try dataset.keep(2, rows: 5)
        let events = try dataset.encode()
        #expect(!events.contains { if case .incomplete = $0 { true } else { false } })
        #expect(try dataset.spool.takes().isEmpty)

        let info = try Dataset(root: dataset.root).info
        #expect(info.videoFeatures.map(\.name) == ["observation.images.front"])
        #expect(info.imageFeatures.map(\.name) == ["observation.images.top"])
        #expect(info.videoPath != nil)
        #expect(!File.exists(dataset.root.appending("videos/observation.images.top")))
        #expect(
            try dataset.codes(episode: 0)
                == [0, 1, 2, 2, 4, 5, 6, 7].map { FrameCode(take: 1, frame: $0) })
        #expect(try dataset.codes(episode: 1) == (0..<5).map { FrameCode(take: 2, frame: $0) })
        let first = try images(dataset, episode: 0)
        #expect(first.count == 8 && Set(first).count == 7 && first[3] == first[2])
        let second = try images(dataset, episode: 1)
        #expect(second.count == 5 && Set(second).count == 5)
        #expect((first + second).allSatisfy { $0.starts(with: [0x89, 0x50, 0x4E, 0x47]) })
        #expect(try DatasetCheck.run(root: dataset.root, tools: FFmpegVideoTools()).map(\.description) == [])
    }

    @Test("what is encoded already is taken over by camera, the video and the PNGs")
    func takenOver() throws {
        let dataset = try mixed()
        let take = try dataset.keep(1, rows: 4)
        let source = try TakeToEncode.find(1, in: dataset.spool)
        _ = try TakeEncoder(source).encode()
        #expect(
            try Set(Directory.names(in: take.encodedPath)) == ["encoded.json", "front.mp4", "top.pngs"])
        let encoded = try #require(EncodedDirectory(of: take).description(of: source.info))
        #expect(encoded.pictures.map(\.camera) == ["front", "top"] && encoded.rows == 4)
        let again = TakeEncoder(source)
        _ = try again.encode()
        #expect(again.progress.done == 0)
        try dataset.encode()
        #expect(try images(dataset, episode: 0).count == 4)
    }

    @Test("as many are at work at once as the encoder with the most threads lets be")
    func limit() throws {
        var session = RecordedDataset.session(cameras: ["front", "top"])
        let cores = OrderedWork.coreCount
        #expect(LocalJobs.usualLimit(for: session) == cores + 1)
        session.cameras[1].target = .images
        #expect(LocalJobs.usualLimit(for: session) == cores + 1)
        session.cameras[1].target = .video(VideoEncoderSettings(kind: .libsvtav1))
        #expect(LocalJobs.usualLimit(for: session) == cores)
        #expect(LocalJobs.usualLimit(for: nil) == cores + 1)
    }

    @Test("a take with depth pictures is set aside with the reason, and no other waits for it")
    func depth() throws {
        let dataset = try RecordedDataset(cameras: ["front"])
        let take = try dataset.keep(1, rows: 3)
        let text = String(decoding: try File.read(take.infoPath), as: UTF8.self)
        let depth = text.replacing(#""kind" : "colour""#, with: #""kind" : "depth""#)
        #expect(depth != text)
        try AtomicFile.write(depth.utf8, to: take.infoPath)
        try dataset.keep(2, rows: 3)
        try dataset.encode()
        let aside = try #require(try dataset.spool.take(1))
        #expect(aside.state == .failed)
        let failure = try #require(try aside.info().failure)
        #expect(failure.contains("front") && failure.contains("depth"), "\(failure)")
        #expect(try dataset.spool.take(2) == nil)
        #expect(try dataset.codes(episode: 0) == (0..<3).map { FrameCode(take: 2, frame: $0) })
    }

    @Test("no dataset is made for depth pictures")
    func noDataset() throws {
        var session = RecordedDataset.session(cameras: ["front"])
        session.cameras[0].kind = .depth
        let error = #expect(throws: ReelError.self) { _ = try RecordedDataset(session) }
        #expect(error?.kind == .usage && error?.cause.contains("depth") == true)
    }
}
