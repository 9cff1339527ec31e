import CFFmpeg
import Glibc
import Platform
import RecordingTypes
import SystemPackage
import Testing
import TestSupport

@testable import Media

@Suite("A video holds each picture once, in order, at exactly n / fps, in its colours")
struct VideoFileTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    static let encoders: [VideoEncoderSettings] = [
        VideoEncoderSettings(),
        VideoEncoderSettings(kind: .h264),
        VideoEncoderSettings(kind: .h264, gop: 30, crf: 23, preset: "ultrafast", threads: 1),
        // B-frames: packets come in another order than pictures.
        VideoEncoderSettings(kind: .h264, gop: 30, preset: "veryfast", extraOptions: ["bf": "3"]),
        VideoEncoderSettings(kind: .hevc, preset: "ultrafast"),
    ]

    private func encode(
        _ numbers: Range<Int>, to name: String, settings: VideoEncoderSettings = VideoEncoderSettings(), fps: Int = 30
    ) throws -> VideoDescription {
        let writer = try VideoFileWriter(
            path: directory.file(name), settings: settings, width: TestPictures.width, height: TestPictures.height,
            fps: fps)
        for number in numbers { try writer.append(Picture(TestPictures.yuv(number))) }
        return try writer.finish()
    }

    @Test("Every picture comes back at its place", arguments: encoders)
    func identity(settings: VideoEncoderSettings) throws {
        let written = try encode(0..<33, to: "video.mp4", settings: settings)
        #expect(written.frameCount == 33)
        #expect(written.byteCount == File.size(of: directory.file("video.mp4")))
        let reader = try VideoFileReader(path: directory.file("video.mp4"))
        var expected = written
        expected.settings = nil
        #expect(reader.description == expected)
        #expect(try VideoFileIndex(path: directory.file("video.mp4")).packetTimes == (0..<33).map { Double($0) / 30 })
        var count = 0
        while let (seconds, picture) = try reader.next() {
            #expect(seconds == Double(count) / 30)
            #expect(TestPictures.number(in: picture) == count)
            count += 1
        }
        #expect(count == 33)
    }

    /// As an AVI at 30000/1001 has them, which somebody has called .mp4.
    @Test func aPictureWithoutATimeIsNoReasonToStop() {
        let unit = AVRational(num: 1001, den: 30000)
        #expect(unit.seconds(.min) < -1e15)
        #expect(unit.seconds(30000) == 1001)
        #expect(AVRational(num: 1, den: 15360).seconds(512 * 7) == 7 / 30.0)
    }

    @Test("A reader may jump to any key frame and miss nothing", arguments: encoders)
    func closedGroups(settings: VideoEncoderSettings) throws {
        _ = try encode(0..<33, to: "video.mp4", settings: settings)
        let demuxer = try Demuxer(path: directory.file("video.mp4"))
        let packet = try PacketHandle()
        var (keyTime, keyCount) = (Int64.min, 0)
        while try demuxer.read(into: packet) {
            #expect(packet.pointer.pointee.pts > keyTime, "a picture before the key frame comes after it")
            if packet.pointer.pointee.flags & AV_PKT_FLAG_KEY != 0 {
                keyTime = packet.pointer.pointee.pts
                keyCount += 1
            }
        }
        #expect(keyCount >= 33 / (settings.gop ?? 33))
    }

    @Test("Times are exact at any rate", arguments: [1, 10, 15, 24, 25, 30, 50, 60, 90, 120])
    func rates(fps: Int) throws {
        let settings = VideoEncoderSettings(kind: .h264, preset: "ultrafast")
        _ = try encode(0..<7, to: "video.mp4", settings: settings, fps: fps)
        let reader = try VideoFileReader(path: directory.file("video.mp4"))
        #expect(
            try VideoFileIndex(path: directory.file("video.mp4")).packetTimes
                == (0..<7).map { Double($0) / Double(fps) })
        #expect(reader.description.fps == fps)
    }

    @Test("The index comes before the pictures")
    func fastStart() throws {
        _ = try encode(0..<5, to: "video.mp4")
        let bytes = try File.read(directory.file("video.mp4"))
        let text = String(decoding: bytes, as: Unicode.ASCII.self)
        let (index, pictures) = (text.firstRange(of: "moov"), text.firstRange(of: "mdat"))
        #expect(try #require(index).lowerBound < #require(pictures).lowerBound)
        #expect(text.contains("av01"))
    }

    @Test("One picture is a video")
    func onePicture() throws {
        #expect(try encode(5..<6, to: "video.mp4").frameCount == 1)
        let reader = try VideoFileReader(path: directory.file("video.mp4"))
        let picture = try #require(try reader.next())
        #expect(picture.seconds == 0 && TestPictures.number(in: picture.1) == 5)
        #expect(try reader.next() == nil)
    }

    @Test(
        "A full-range JPEG keeps its colours",
        arguments: [
            (UInt8(200), UInt8(60), UInt8(40)), (20, 180, 90), (35, 70, 220), (128, 128, 128), (10, 10, 10),
            (245, 245, 245),
        ], [PixelFormat.yuvj420p, .yuvj422p])
    func colours(colour: (UInt8, UInt8, UInt8), layout: PixelFormat) throws {
        let solid = TestPictures.solid(red: colour.0, green: colour.1, blue: colour.2)
        let jpeg = try JPEGs(format: layout, quality: 2).frame(of: solid)
        let stored = CameraFormat(
            width: TestPictures.width, height: TestPictures.height, fps: 30, pixelFormat: .mjpeg)
        let frames = try FrameFileWriter(path: directory.file("front.nut"), pictures: stored, fps: 30)
        for _ in 0..<4 { _ = try frames.append(jpeg) }
        try frames.finish()
        let reader = try FrameFileReader(path: directory.file("front.nut"))
        let writer = try VideoFileWriter(
            path: directory.file("video.mp4"), settings: VideoEncoderSettings(), width: TestPictures.width,
            height: TestPictures.height, fps: 30)
        while let picture = try reader.next() { try writer.append(picture.decode()) }
        _ = try writer.finish()
        let video = try VideoFileReader(path: directory.file("video.mp4"))
        while let (_, picture) = try video.next() {
            #expect(!picture.isFullRange)
            let rgb = try picture.rgb24()
            for (channel, wanted) in [colour.0, colour.1, colour.2].enumerated() {
                let values = stride(from: channel, to: rgb.count, by: 3)
                let mean = values.reduce(0.0) { $0 + Double(rgb[$1]) } / Double(rgb.count / 3)
                // A step of one in Y, U or V is up to two steps in RGB.
                #expect(abs(mean - Double(wanted)) <= 2, "channel \(channel): \(mean) instead of \(wanted)")
            }
        }
    }

    @Test("Letting go of an unfinished video removes it")
    func cancelling() throws {
        do {
            let writer = try VideoFileWriter(
                path: directory.file("video.mp4"), settings: VideoEncoderSettings(kind: .h264),
                width: TestPictures.width, height: TestPictures.height, fps: 30)
            try writer.append(Picture(TestPictures.yuv(0)))
        }
        #expect(!File.exists(directory.file("video.mp4")))
    }

    @Test("A picture of another size is refused")
    func anotherSize() throws {
        let writer = try VideoFileWriter(
            path: directory.file("video.mp4"), settings: VideoEncoderSettings(kind: .h264), width: 64, height: 48,
            fps: 30)
        let error = try #require(throws: ReelError.self) { try writer.append(Picture(TestPictures.yuv(0))) }
        #expect(error.kind == .mismatch && error.cause.contains("208×112") && error.cause.contains("64×48"))
    }

    @Test("A full disk is told as that")
    func fullDisk() throws {
        let full = directory.file("video.mp4")
        // A link, because a video that fails is removed.
        #expect(symlink("/dev/full", full.string) == 0)
        let error = try #require(throws: ReelError.self) {
            let writer = try VideoFileWriter(
                path: full, settings: VideoEncoderSettings(kind: .h264, preset: "ultrafast"),
                width: TestPictures.width, height: TestPictures.height, fps: 30)
            for number in 0..<60 { try writer.append(Picture(TestPictures.yuv(number))) }
            _ = try writer.finish()
        }
        #expect(error.kind == .diskFull)
    }

    @Test("What is no video is an error that names the file")
    func noVideo() throws {
        try AtomicFile.write(Array("This is no video.".utf8), to: directory.file("video.mp4"))
        let error = try #require(throws: ReelError.self) { _ = try VideoFileReader(path: directory.file("video.mp4")) }
        #expect(error.kind == .damaged && error.subject == directory.file("video.mp4").string)
        let missing = try #require(throws: ReelError.self) { _ = try VideoFileReader(path: directory.file("no.mp4")) }
        #expect(missing.kind == .unavailable)
    }
}
