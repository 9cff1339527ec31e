import Platform
import RecordingTypes
import SystemPackage
import Testing
import TestSupport

@testable import Media

@Suite("Joined videos keep every picture, at exactly n / fps")
struct VideoJoinerTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func encode(_ numbers: Range<Int>, to name: String, settings: VideoEncoderSettings, fps: Int = 30) throws
        -> FilePath
    {
        let path = directory.file(name)
        let writer = try VideoFileWriter(
            path: path, settings: settings, width: TestPictures.width, height: TestPictures.height, fps: fps)
        for number in numbers { try writer.append(Picture(TestPictures.yuv(number))) }
        _ = try writer.finish()
        return path
    }

    @Test("Three videos", arguments: VideoFileTests.encoders)
    func joins(settings: VideoEncoderSettings) throws {
        let lengths = [0..<12, 12..<13, 13..<40]
        let paths = try lengths.enumerated().map { try encode($1, to: "\($0).mp4", settings: settings) }
        let whole = directory.file("whole.mp4")
        let spans = try VideoJoiner.join(paths, into: whole)
        #expect(spans.map(\.from) == [0, 12, 13].map { Double($0) / 30 })
        #expect(spans.map(\.to) == [12, 13, 40].map { Double($0) / 30 })
        let reader = try VideoFileReader(path: whole)
        #expect(reader.description.frameCount == 40)
        #expect(try VideoFileIndex(path: whole).packetTimes == (0..<40).map { Double($0) / 30 })
        var count = 0
        while let (seconds, picture) = try reader.next() {
            #expect(seconds == Double(count) / 30)
            #expect(TestPictures.number(in: picture) == count)
            count += 1
        }
        #expect(count == 40)
        let text = String(decoding: try File.read(whole), as: Unicode.ASCII.self)
        let (index, pictures) = (text.firstRange(of: "moov"), text.firstRange(of: "mdat"))
        #expect(try #require(index).lowerBound < #require(pictures).lowerBound)
    }

    @Test("What was joined can be joined again")
    func again() throws {
        let settings = VideoEncoderSettings(kind: .h264, gop: 30, extraOptions: ["bf": "2"])
        let first = try encode(0..<10, to: "0.mp4", settings: settings)
        let second = try encode(10..<20, to: "1.mp4", settings: settings)
        _ = try VideoJoiner.join([first, second], into: directory.file("a.mp4"))
        let third = try encode(20..<30, to: "2.mp4", settings: settings)
        _ = try VideoJoiner.join([directory.file("a.mp4"), third], into: directory.file("b.mp4"))
        #expect(try VideoFileIndex(path: directory.file("b.mp4")).packetTimes == (0..<30).map { Double($0) / 30 })
    }

    @Test("Videos that differ are not joined, and nothing is left behind")
    func mismatch() throws {
        let h264 = VideoEncoderSettings(kind: .h264, preset: "ultrafast")
        let model = try encode(0..<3, to: "model.mp4", settings: h264)
        let others = [
            try encode(0..<3, to: "rate.mp4", settings: h264, fps: 25),
            try encode(0..<3, to: "codec.mp4", settings: VideoEncoderSettings()),
            try encode(
                0..<3, to: "header.mp4",
                settings: VideoEncoderSettings(kind: .h264, extraOptions: ["profile": "high"])),
        ]
        for other in others {
            let error = try #require(throws: ReelError.self) {
                _ = try VideoJoiner.join([model, other], into: directory.file("whole.mp4"))
            }
            #expect(error.kind == .mismatch && error.subject == other.string)
            #expect(!File.exists(directory.file("whole.mp4")))
        }
    }

    @Test("Parts of a video are cut out without losing or moving a picture", arguments: VideoFileTests.encoders)
    func cuts(settings: VideoEncoderSettings) throws {
        let paths = try [0..<12, 12..<13, 13..<40].enumerated().map {
            try encode($1, to: "\($0).mp4", settings: settings)
        }
        let (whole, part) = (directory.file("whole.mp4"), directory.file("part.mp4"))
        _ = try VideoJoiner.join(paths, into: whole)
        for wanted in [[0..<12, 13..<40], [12..<13], [13..<40]] {
            try VideoJoiner.cut(wanted, of: whole, into: part)
            let reader = try VideoFileReader(path: part)
            let numbers = wanted.flatMap(Array.init)
            #expect(try VideoFileIndex(path: part).packetTimes == numbers.indices.map { Double($0) / 30 })
            var found: [Int?] = []
            while let (_, picture) = try reader.next() { found.append(TestPictures.number(in: picture)) }
            #expect(found == numbers)
        }
    }

    @Test("A part that begins with no key frame is not cut out, nor one that is not there")
    func cutsAtKeyFramesOnly() throws {
        let settings = VideoEncoderSettings(kind: .h264, gop: 10, preset: "ultrafast")
        let video = try encode(0..<30, to: "video.mp4", settings: settings)
        for (wanted, kind) in [(5..<30, ReelError.Kind.mismatch), (20..<31, .damaged)] {
            let error = try #require(throws: ReelError.self) {
                try VideoJoiner.cut([wanted], of: video, into: directory.file("part.mp4"))
            }
            #expect(error.kind == kind)
            #expect(!File.exists(directory.file("part.mp4")))
        }
    }

    @Test("A video that is cut is not joined")
    func damaged() throws {
        let settings = VideoEncoderSettings(kind: .h264, gop: 2, preset: "ultrafast")
        let good = try encode(0..<30, to: "good.mp4", settings: settings)
        let bytes = try File.read(good)
        let cut = directory.file("cut.mp4")
        try AtomicFile.write(bytes[0..<bytes.count * 2 / 3], to: cut)
        #expect(throws: ReelError.self) { _ = try VideoJoiner.join([good, cut], into: directory.file("whole.mp4")) }
        #expect(!File.exists(directory.file("whole.mp4")))
    }
}
