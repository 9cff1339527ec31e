import Foundation
import RecordingTypes
import Testing

@Suite("What is known of an encoder is known in one place")
struct VideoEncoderKindTests {
    @Test(
        "LeRobot's names are taken, FFmpeg's are not but say what is meant",
        arguments: [
            ("libsvtav1", VideoEncoderKind.libsvtav1, nil), ("av1", .libsvtav1, nil), ("h264", .h264, nil),
            ("libaom-av1", .libaomAV1, nil), ("h264_videotoolbox", .h264VideoToolbox, nil), ("auto", .auto, nil),
            ("libx264", nil, .h264), ("libx265", nil, .hevc), ("h265", nil, .hevc), ("vp9", nil, nil), ("", nil, nil),
        ] as [(String, VideoEncoderKind?, VideoEncoderKind?)])
    func names(name: String, kind: VideoEncoderKind?, meant: VideoEncoderKind?) {
        #expect(VideoEncoderKind(lerobotName: name) == kind)
        if kind == nil { #expect(VideoEncoderKind.meant(by: name) == meant) }
    }

    @Test("every encoder is found by FFmpeg's name for it")
    func encoders() {
        for kind in VideoEncoderKind.allCases { #expect(VideoEncoderKind(encoderName: kind.encoderName) == kind) }
        #expect(VideoEncoderKind.h264.encoderName == "libx264" && VideoEncoderKind.hevc.encoderName == "libx265")
        #expect(Set(VideoEncoderKind.hardware).isSubset(of: VideoEncoderKind.allCases))
        #expect(VideoEncoderKind.hardware.allSatisfy { $0.rawValue.contains("_") })
    }

    @Test("SVT-AV1 alone fills all cores by itself, and has a preset of its own")
    func ways() {
        #expect(VideoEncoderKind.standard == .libsvtav1)
        for kind in VideoEncoderKind.allCases {
            let isSVT = kind == .libsvtav1
            #expect(kind.jobLimit(cores: 4) == (isSVT ? 4 : 5))
            #expect(kind.standardPreset == (isSVT ? "12" : nil))
            #expect(kind.hasOwnThreads == isSVT && kind.takesWholeFactors == isSVT)
        }
    }

    @Test("in the spool the kind is a name, as it was before there were kinds")
    func text() throws {
        let settings = VideoEncoderSettings(kind: .libaomAV1, gop: nil, crf: 23.5, extraOptions: ["tune": "film"])
        let data = try JSONEncoder().encode(settings)
        #expect(String(decoding: data, as: UTF8.self).contains(#""codec":"libaom-av1""#))
        #expect(try JSONDecoder().decode(VideoEncoderSettings.self, from: data) == settings)
        let unknown = String(decoding: data, as: UTF8.self).replacing("libaom-av1", with: "divx")
        #expect(throws: DecodingError.self) {
            _ = try JSONDecoder().decode(VideoEncoderSettings.self, from: Data(unknown.utf8))
        }
    }
}
