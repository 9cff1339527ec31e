import Platform
import RecordingTypes
import Testing

@testable import Media

@Suite("Codecs have LeRobot's names and options")
struct VideoCodecTests {
    @Test(arguments: [(VideoEncoderKind.libsvtav1, "libsvtav1"), (.h264, "libx264"), (.hevc, "libx265")])
    func names(kind: VideoEncoderKind, encoder: String) throws {
        #expect(try VideoCodec.resolve(kind).encoder == encoder)
    }

    @Test("What FFmpeg has here is listed, auto never; what it has not is refused with the list")
    func available() throws {
        #expect(VideoCodec.available.prefix(3) == [.libsvtav1, .h264, .hevc])
        #expect(!VideoCodec.available.contains(.auto))
        for kind in VideoEncoderKind.allCases where kind != .auto && !VideoCodec.available.contains(kind) {
            let error = try #require(throws: ReelError.self) { _ = try VideoCodec.resolve(kind) }
            #expect(error.kind == .unavailable && error.action.contains(kind.rawValue))
            #expect(try #require(error.remedy).contains("libsvtav1, h264, hevc"))
        }
    }

    @Test("auto always finds one that opens")
    func auto() throws {
        let codec = try VideoCodec.resolve(.auto)
        #expect(codec.kind != .auto)
        _ = try codec.openEncoder(VideoEncoderSettings(kind: codec.kind), width: 640, height: 480, fps: 30)
    }

    @Test("Whoever opens an encoder stays the thread that it was", arguments: [VideoEncoderKind.libsvtav1, .h264])
    func scheduling(kind: VideoEncoderKind) throws {
        let before = ThreadScheduling.current
        _ = try VideoCodec.resolve(kind).openEncoder(
            VideoEncoderSettings(kind: kind), width: 64, height: 64, fps: 30)
        #expect(ThreadScheduling.current == before)
    }

    @Test("The options are those of LeRobot 0.6.1")
    func options() throws {
        func options(_ settings: VideoEncoderSettings) throws -> [String: String] {
            try VideoCodec.resolve(settings.kind).options(for: settings)
        }
        let none = VideoEncoderSettings(gop: nil, crf: nil)
        #expect(
            try options(VideoEncoderSettings())
                == ["g": "2", "crf": "30", "preset": "12", "svtav1-params": "fast-decode=0"])
        #expect(
            try options(
                VideoEncoderSettings(kind: .libsvtav1, gop: 10, crf: 35, preset: "8", fastDecode: 7, threads: 2))
                == ["g": "10", "crf": "35", "preset": "8", "svtav1-params": "fast-decode=2:lp=2"])
        #expect(try options(none) == ["preset": "12", "svtav1-params": "fast-decode=0"])
        #expect(
            try options(VideoEncoderSettings(kind: .h264, crf: 23.5, preset: "fast", fastDecode: 1, threads: 3))
                == ["g": "2", "crf": "23.5", "preset": "fast", "tune": "fastdecode", "threads": "3"])
        #expect(try options(VideoEncoderSettings(kind: .hevc)) == ["g": "2", "crf": "30"])
        #expect(
            try options(VideoEncoderSettings(kind: .libaomAV1, preset: "6", threads: 4))
                == ["g": "2", "crf": "30", "preset": "6", "threads": "4", "row-mt": "1"])
        #expect(
            try options(VideoEncoderSettings(kind: .h264NVENC, preset: "p4"))
                == ["g": "2", "rc": "0", "qp": "30", "preset": "p4"])
    }

    @Test("Extra options never take another's place")
    func extraOptions() throws {
        let settings = VideoEncoderSettings(kind: .h264, extraOptions: ["crf": "1", "tune": "film"])
        #expect(
            try VideoCodec.resolve(.h264).options(for: settings) == ["g": "2", "crf": "30", "tune": "film"])
    }

    @Test("An extra option may name the stream, as LeRobot's documents do")
    func optionsOfTheStream() throws {
        let settings = VideoEncoderSettings(kind: .h264, extraOptions: ["profile:v": "high", "crf:v": "1"])
        #expect(
            try VideoCodec.resolve(.h264).options(for: settings) == ["g": "2", "crf": "30", "profile": "high"])
    }

    @Test("libsvtav1 takes whole numbers for crf")
    func wholeNumbers() throws {
        let error = try #require(throws: ReelError.self) {
            _ = try VideoCodec.resolve(.libsvtav1).options(for: VideoEncoderSettings(crf: 30.5))
        }
        #expect(error.kind == .usage && error.cause.contains("30.5"))
    }

    @Test("The preset that LeRobot would use is written down")
    func completed() throws {
        #expect(try VideoCodec.resolve(.libsvtav1).completed(VideoEncoderSettings()).preset == "12")
        #expect(try VideoCodec.resolve(.libsvtav1).completed(VideoEncoderSettings(preset: "8")).preset == "8")
        let found = try VideoCodec.resolve(.auto)
        #expect(found.completed(VideoEncoderSettings(kind: .auto)).kind == found.kind)
        #expect(try VideoCodec.resolve(.h264).completed(VideoEncoderSettings(kind: .h264)).preset == nil)
    }

    @Test("A pixel format that the encoder does not take is refused with those it does")
    func pixelFormat() throws {
        let error = try #require(throws: ReelError.self) {
            _ = try VideoCodec.resolve(.libsvtav1).openEncoder(
                VideoEncoderSettings(pixelFormat: .yuv444p), width: 64, height: 64, fps: 30)
        }
        #expect(error.kind == .usage)
        #expect(error.cause.contains("yuv420p"))
    }

    @Test("An option that the encoder does not have is refused by name")
    func unknownOption() throws {
        let error = try #require(throws: ReelError.self) {
            _ = try VideoCodec.resolve(.h264).openEncoder(
                VideoEncoderSettings(kind: .h264, extraOptions: ["quality": "best"]), width: 64, height: 64, fps: 30)
        }
        #expect(error.kind == .usage && error.subject == "quality")
    }

    @Test("A value that the encoder refuses is told in its own words")
    func refusedValue() throws {
        let error = try #require(throws: ReelError.self) {
            _ = try VideoCodec.resolve(.h264).openEncoder(
                VideoEncoderSettings(kind: .h264, preset: "warp"), width: 64, height: 64, fps: 30)
        }
        #expect(error.cause.contains("warp") || error.cause.contains("preset"))
    }
}
