import Glibc
import LeRobotDataset
import Media
import Platform
import RecordingTypes
import Simulation
import Spool
import SystemPackage
import Testing

@testable import Encoding

@Suite("A take is encoded into a directory that needs nobody's memory to be published")
struct TakeEncoderTests {
    private func codes(take: Int, rows: Int) -> [FrameCode?] { (0..<rows).map { FrameCode(take: take, frame: $0) } }

    private func codes(in video: FilePath) throws -> [FrameCode?] {
        let reader = try VideoFileReader(path: video)
        var codes: [FrameCode?] = []
        while let (_, picture) = try reader.next() {
            codes.append(
                FrameCode.decode(rgb24: try picture.rgb24(), width: picture.width, height: picture.height))
        }
        return codes
    }

    @Test func itNeedsNoDatasetAndItsDirectorySaysWhatIsInIt() throws {
        let recorded = try RecordedDataset()
        try File.remove(recorded.root.appending("meta"))
        try recorded.keep(7, rows: 9)
        let elsewhere = EncodedDirectory(path: recorded.root.appending("elsewhere"))
        let source = try TakeToEncode.find(7, in: recorded.spool)
        _ = try TakeEncoder(source, into: elsewhere).encode()

        let encoded = try #require(elsewhere.description(of: source.info))
        #expect(encoded.isWhole(for: recorded.session))
        #expect(encoded.rows == 9)
        for (camera, pictures) in zip(recorded.session.cameras, encoded.pictures) {
            #expect(pictures.statistics?.count == 9)
            #expect(try codes(in: elsewhere.picturesPath(of: camera, storage: .video)) == codes(take: 7, rows: 9))
        }
        #expect(try Set(Directory.names(in: elsewhere.path)) == ["encoded.json", "front.mp4", "top.mp4"])
        // Neither the take nor its own directory in the spool was touched.
        #expect(try recorded.spool.take(7) == source.take)
        #expect(!File.exists(source.take.encodedPath))
    }

    @Test func aDescriptionOfAnotherTakeOrOfAnotherReelIsNone() throws {
        let recorded = try RecordedDataset(cameras: ["front"])
        let take = try recorded.keep(1, rows: 4)
        let source = try TakeToEncode.find(1, in: recorded.spool)
        _ = try TakeEncoder(source).encode()
        let directory = EncodedDirectory(of: take)
        #expect(directory.description(of: source.info) != nil)
        // A number is used again in a later session.
        var other = source.info
        other.startedWall += 1
        #expect(directory.description(of: other) == nil)
        let path = directory.path.appending("encoded.json")
        let text = String(decoding: try File.read(path), as: UTF8.self)
        let newer = text.replacing("\"formatVersion\":1", with: "\"formatVersion\":2")
        #expect(newer != text)
        try AtomicFile.write(newer.utf8, to: path)
        #expect(directory.description(of: source.info) == nil)
        // It is only encoded once more.
        try recorded.encode()
        #expect(try recorded.codes(episode: 0) == codes(take: 1, rows: 4))
    }

    /// Whoever has filled the directory: sums of these would end the process, and the take would be set aside for it.
    @Test(arguments: [-1, 0, Int.max]) func figuresThatCannotBeMeantAreNoDescription(size: Int) throws {
        let recorded = try RecordedDataset(cameras: ["front"], storage: .images)
        let take = try recorded.keep(1, rows: 4)
        let source = try TakeToEncode.find(1, in: recorded.spool)
        _ = try TakeEncoder(source).encode()
        let directory = EncodedDirectory(of: take)
        let path = directory.path.appending("encoded.json")
        let text = String(decoding: try File.read(path), as: UTF8.self)
        let sizes = try #require(text.firstRange(of: "\"sizes\":["))
        let rest = String(text[sizes.upperBound...].drop { $0 != "," })
        try AtomicFile.write("\(text[..<sizes.upperBound])\(size)\(rest)".utf8, to: path)
        #expect(directory.description(of: source.info) == nil)
        // It is only encoded once more.
        try recorded.encode()
        #expect(try recorded.spool.takes().isEmpty)
    }

    /// The file itself, whatever it is called.
    private func inode(_ path: FilePath) throws -> UInt64 {
        var status = stat()
        try #require(stat(path.string, &status) == 0, "\(path)")
        return UInt64(status.st_ino)
    }

    @Test func whatAnotherProcessHasEncodedIsPublishedAsItIs() async throws {
        let recorded = try RecordedDataset()
        let take = try recorded.keep(1, rows: 8)
        await #expect(processExitsWith: .success) { [root = recorded.root.string as String] in
            let source = try TakeToEncode.find(1, in: SpoolDirectory(root: FilePath(root)))
            _ = try TakeEncoder(source).encode()
        }
        let directory = EncodedDirectory(of: take)
        let files = try ["front", "top"].map { try inode(directory.path.appending("\($0).mp4")) }

        let publisher = try EpisodePublisher(root: recorded.root, spool: recorded.spool)
        _ = try publisher.begin()
        let events = try publisher.publish(take)
        try publisher.noteTold()
        guard case .published(take: 1, episode: 0, frames: 8, let videoBytes) = try #require(events.first) else {
            Issue.record("told was \(events)")
            return
        }
        #expect(videoBytes > 0)
        for (camera, file) in zip(["front", "top"], files) {
            let video = recorded.root.appending("videos/observation.images.\(camera)/chunk-000/file-000.mp4")
            #expect(try inode(video) == file)
            #expect(try recorded.codes(episode: 0, camera: camera) == codes(take: 1, rows: 8))
        }
        #expect(try recorded.spool.takes().isEmpty)
    }

    @Test func whatIsNotEncodedIsNotPublished() throws {
        let recorded = try RecordedDataset()
        let take = try recorded.keep(1, rows: 3)
        let source = try TakeToEncode.find(1, in: recorded.spool)
        // One camera of two.
        try TakeEncoder(source).encode(camera: 0)
        let publisher = try EpisodePublisher(root: recorded.root, spool: recorded.spool)
        _ = try publisher.begin()
        let error = #expect(throws: ReelError.self) { try publisher.publish(take) }
        #expect(error?.cause.contains("it is not encoded") == true)
        #expect(try recorded.spool.take(1)?.state == .kept)
    }

    @Test("An encoder that is killed", arguments: ["encode.saved:kill@2", "publish.prepared:kill"])
    func whatIsWholeIsNotEncodedAgain(fault: String) async throws {
        let recorded = try RecordedDataset()
        let take = try recorded.keep(1, rows: 6)
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [root = recorded.root.string as String, fault = fault as String] in
            setenv("REEL_FAULT", fault, 1)
            try RecordedDataset.encode(root: FilePath(root))
        }
        let directory = EncodedDirectory(of: take)
        let file = try inode(directory.path.appending("top.mp4"))
        try recorded.encode()
        #expect(try inode(recorded.root.appending("videos/observation.images.top/chunk-000/file-000.mp4")) == file)
        #expect(try recorded.codes(episode: 0, camera: "top") == codes(take: 1, rows: 6))
    }

    @Test func aTakeThatDamageMadeShorterIsNotEncodedAgainEither() throws {
        let recorded = try RecordedDataset()
        let take = try recorded.keep(1, rows: 10)
        try take.damagePictures(of: "top")
        let source = try TakeToEncode.find(1, in: recorded.spool)
        let rows = try #require(try TakeEncoder(source).encode().rows)
        #expect((1..<10).contains(rows))
        let video = take.encodedPath.appending("front.mp4")
        let file = try inode(video)
        #expect(try TakeEncoder(source).encode().rows == rows)
        #expect(try inode(video) == file)
        #expect(try codes(in: video) == codes(take: 1, rows: rows))
    }

    @Test("Of cameras", arguments: [["front"], ["front", "top"]])
    func aTakeThatDamageMadeShorterHasTheStatisticsOfItsLength(cameras: [String]) throws {
        let recorded = try RecordedDataset(cameras: cameras)
        let take = try recorded.keep(1, rows: 150)
        try take.damagePictures(of: "front")
        let source = try TakeToEncode.find(1, in: recorded.spool)
        let encoded = try TakeEncoder(source).encode()
        let rows = try #require(encoded.rows)
        #expect((1..<150).contains(rows))
        for pictures in encoded.pictures {
            #expect(pictures.rows == rows)
            #expect(pictures.statistics?.count == ImageSampling.sampleIndices(length: rows).count)
        }
        #expect(encoded.pictures.first?.cutBecause != nil)
        #expect(try codes(in: take.encodedPath.appending("front.mp4")) == codes(take: 1, rows: rows))
    }

    @Test("One after the other or side by side", arguments: [1, 2, 3])
    func theLimitIsOfCamerasAndEveryTakeComesToItsEnd(limit: Int) throws {
        let recorded = try RecordedDataset()
        for number in 1...3 { try recorded.keep(number, rows: 2 + number) }
        let jobs = LocalJobs(limit: limit)
        let inbox = Heard()
        for number in 1...3 {
            _ = jobs.begin(try TakeToEncode.find(number, in: recorded.spool)) { inbox.add(number, $0) }
        }
        #expect(!jobs.hasRoom)
        let ends = try inbox.waitForEnds(3)
        for number in 1...3 { #expect(try ends[number]?.get().rows == 2 + number) }
        #expect(jobs.hasRoom)
    }

    @Test func aJobThatIsCalledOffEndsOnceAndLeavesNobodyBehind() throws {
        let recorded = try RecordedDataset()
        let growing = try RecordedDataset.Growing(recorded, number: 1, task: "t")
        try growing.append()
        let jobs = LocalJobs(limit: 1)
        let inbox = Heard()
        // One camera waits for its first row past the first, the other one for room.
        let job = jobs.begin(try TakeToEncode.find(1, in: recorded.spool, isWhole: false)) { inbox.add(1, $0) }
        #expect(!jobs.hasRoom)
        job.cancel()
        job.cancel()
        #expect(throws: ReelError.self) { try inbox.waitForEnds(1)[1]?.get() }
        #expect(inbox.count == 1)
        #expect(jobs.hasRoom)
    }

    @Test func aTakeThatIsHastenedNeedsNoRoom() throws {
        let recorded = try RecordedDataset()
        let growing = try RecordedDataset.Growing(recorded, number: 1, task: "t")
        for _ in 0..<4 { try growing.append() }
        let jobs = LocalJobs(limit: 1)
        let inbox = Heard()
        let job = jobs.begin(try TakeToEncode.find(1, in: recorded.spool, isWhole: false)) { inbox.add(1, $0) }
        job.hasten()
        // The camera that would have waited for the other one's end, which comes with the take's.
        let end = MonotonicTime.now + .seconds(60)
        while job.progress.done < 8 && MonotonicTime.now < end { (MonotonicTime.now + .milliseconds(5)).sleepUntil() }
        #expect(job.progress.done == 8)
        _ = try growing.seal()
        job.seal()
        #expect(try inbox.waitForEnds(1)[1]?.get().rows == 4)
    }
}
