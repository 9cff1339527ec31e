import Platform
import RecordingTypes
import SystemPackage
import Testing
import TestSupport

@testable import Media

@Suite("A single picture of a video is exactly the one that is shown at a time, in whatever order they are asked for")
struct VideoPicturesTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func write(_ settings: VideoEncoderSettings, count: Int = 40) throws -> FilePath {
        let writer = try VideoFileWriter(
            path: directory.file("video.mp4"), settings: settings, width: TestPictures.width,
            height: TestPictures.height, fps: 30)
        for number in 0..<count { try writer.append(Picture(TestPictures.yuv(number))) }
        _ = try writer.finish()
        return directory.file("video.mp4")
    }

    @Test(arguments: VideoFileTests.encoders)
    func anyOrder(settings: VideoEncoderSettings) throws {
        let pictures = try VideoPictures(path: write(settings))
        // On, back, the same again, across key frames, to both ends.
        for row in [0, 1, 2, 3, 3, 2, 39, 0, 20, 21, 23, 26, 30, 29, 1, 38, 39, 39, 31] {
            let picture = try pictures.picture(at: Double(row) / 30, lasting: 1.0 / 30)
            #expect(TestPictures.number(in: picture) == row)
        }
    }

    @Test func `a time as other programs round it means the same picture`() throws {
        let pictures = try VideoPictures(path: write(VideoEncoderSettings(kind: .h264)))
        for (seconds, row) in [(0.333, 10), (Double(Float(11.0 / 30)), 11), (0.3999, 12), (0.44, 13)] {
            let picture = try pictures.picture(at: seconds, lasting: 1.0 / 30)
            #expect(TestPictures.number(in: picture) == row)
        }
    }

    @Test func `behind its end there is none, and what was there before is there still`() throws {
        let pictures = try VideoPictures(path: write(VideoEncoderSettings(kind: .h264)))
        let error = try #require(throws: ReelError.self) { _ = try pictures.picture(at: 40.0 / 30, lasting: 1.0 / 30) }
        #expect(error.kind == .damaged && error.subject?.hasSuffix("video.mp4") == true)
        let picture = try pictures.picture(at: 7.0 / 30, lasting: 1.0 / 30)
        #expect(TestPictures.number(in: picture) == 7)
    }

    @Test func `a JPEG of it is as wide as wanted, never wider than it was`() throws {
        let pictures = try VideoPictures(path: write(VideoEncoderSettings(kind: .h264)))
        let picture = try pictures.picture(at: 0, lasting: 1.0 / 30)
        for (wanted, width) in [
            (nil, TestPictures.width), (TestPictures.width / 2, TestPictures.width / 2), (9999, TestPictures.width),
        ] as [(Int?, Int)] {
            let jpeg = try JPEGEncoder(mostWidth: wanted).jpeg(of: picture)
            let header = try #require(jpeg.withUnsafeBytes { JPEGHeader($0) })
            #expect(header.width == width)
            #expect(header.height == TestPictures.height * width / TestPictures.width)
        }
    }
}
