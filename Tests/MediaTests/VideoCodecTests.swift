import RecordingTypes
import Testing

@testable import Media

@Suite("Codecs have LeRobot's names and options")
struct VideoCodecTests {
    @Test(arguments: [("libsvtav1", "libsvtav1"), ("av1", "libsvtav1"), ("h264", "libx264"), ("hevc", "libx265")])
    func names(name: String, encoder: String) throws {
        #expect(try VideoCodec.resolve(name).encoder == encoder)
    }

    @Test("FFmpeg's names are refused with LeRobot's", arguments: [("libx264", "h264"), ("libx265", "hevc")])
    func rejected(name: String, instead: String) throws {
        let error = try #require(throws: ReelError.self) { _ = try VideoCodec.resolve(name) }
        #expect(error.kind == .usage && error.remedy == "It is called \(instead).")
    }

    @Test func unknownNamesAreRefusedWithTheList() throws {
        let error = try #require(throws: ReelError.self) { _ = try VideoCodec.resolve("divx") }
        #expect(error.kind == .usage)
        #expect(try #require(error.remedy).contains("libsvtav1, h264, hevc"))
    }

    @Test("auto always finds one that opens")
    func auto() throws {
        let codec = try VideoCodec.resolve("auto")
        _ = try codec.openEncoder(VideoEncoderSettings(codec: codec.name), width: 640, height: 480, fps: 30)
    }

    @Test("The options are those of LeRobot 0.6.1")
    func options() throws {
        func options(_ settings: VideoEncoderSettings) throws -> [String: String] {
            try VideoCodec.resolve(settings.codec).options(for: settings)
        }
        let none = VideoEncoderSettings(gop: nil, crf: nil)
        #expect(
            try options(VideoEncoderSettings())
                == ["g": "2", "crf": "30", "preset": "12", "svtav1-params": "fast-decode=0"])
        #expect(
            try options(VideoEncoderSettings(codec: "av1", gop: 10, crf: 35, preset: "8", fastDecode: 7, threads: 2))
                == ["g": "10", "crf": "35", "preset": "8", "svtav1-params": "fast-decode=2:lp=2"])
        #expect(try options(none) == ["preset": "12", "svtav1-params": "fast-decode=0"])
        #expect(
            try options(VideoEncoderSettings(codec: "h264", crf: 23.5, preset: "fast", fastDecode: 1, threads: 3))
                == ["g": "2", "crf": "23.5", "preset": "fast", "tune": "fastdecode", "threads": "3"])
        #expect(try options(VideoEncoderSettings(codec: "hevc")) == ["g": "2", "crf": "30"])
        #expect(
            try options(VideoEncoderSettings(codec: "libaom-av1", preset: "6", threads: 4))
                == ["g": "2", "crf": "30", "preset": "6", "threads": "4", "row-mt": "1"])
        #expect(
            try options(VideoEncoderSettings(codec: "h264_nvenc", preset: "p4"))
                == ["g": "2", "rc": "0", "qp": "30", "preset": "p4"])
    }

    @Test("Extra options never take another's place")
    func extraOptions() throws {
        let settings = VideoEncoderSettings(codec: "h264", extraOptions: ["crf": "1", "tune": "film"])
        #expect(
            try VideoCodec.resolve("h264").options(for: settings) == ["g": "2", "crf": "30", "tune": "film"])
    }

    @Test("libsvtav1 takes whole numbers for crf")
    func wholeNumbers() throws {
        let error = try #require(throws: ReelError.self) {
            _ = try VideoCodec.resolve("libsvtav1").options(for: VideoEncoderSettings(crf: 30.5))
        }
        #expect(error.kind == .usage && error.cause.contains("30.5"))
    }

    @Test("The preset that LeRobot would use is written down")
    func completed() throws {
        #expect(try VideoCodec.resolve("av1").completed(VideoEncoderSettings(codec: "av1")).preset == "12")
        #expect(try VideoCodec.resolve("av1").completed(VideoEncoderSettings(codec: "av1")).codec == "libsvtav1")
        #expect(try VideoCodec.resolve("h264").completed(VideoEncoderSettings(codec: "h264")).preset == nil)
    }

    @Test("A pixel format that the encoder does not take is refused with those it does")
    func pixelFormat() throws {
        let error = try #require(throws: ReelError.self) {
            _ = try VideoCodec.resolve("libsvtav1").openEncoder(
                VideoEncoderSettings(pixelFormat: .yuv444p), width: 64, height: 64, fps: 30)
        }
        #expect(error.kind == .usage)
        #expect(error.cause.contains("yuv420p"))
    }

    @Test("An option that the encoder does not have is refused by name")
    func unknownOption() throws {
        let error = try #require(throws: ReelError.self) {
            _ = try VideoCodec.resolve("h264").openEncoder(
                VideoEncoderSettings(codec: "h264", extraOptions: ["quality": "best"]), width: 64, height: 64, fps: 30)
        }
        #expect(error.kind == .usage && error.subject == "quality")
    }

    @Test("A value that the encoder refuses is told in its own words")
    func refusedValue() throws {
        let error = try #require(throws: ReelError.self) {
            _ = try VideoCodec.resolve("h264").openEncoder(
                VideoEncoderSettings(codec: "h264", preset: "warp"), width: 64, height: 64, fps: 30)
        }
        #expect(error.cause.contains("warp") || error.cause.contains("preset"))
    }
}
