import RecordingTypes
import Testing

@Suite("What no encoder takes is refused before it is recorded")
struct EncodableSizeTests {
    private func refusal(_ width: Int, _ height: Int, _ kind: VideoEncoderKind, _ format: PixelFormat = .yuv420p)
        -> ReelError?
    {
        do {
            try VideoEncoderSettings(kind: kind, pixelFormat: format)
                .requireEncodable(width: width, height: height, of: "top")
            return nil
        } catch { return error as? ReelError }
    }

    @Test(arguments: [(853, 480), (852, 481), (1, 1)])
    func oddSides(_ width: Int, _ height: Int) {
        let error = refusal(width, height, .libsvtav1)
        #expect(error?.kind == .usage)
        #expect(error?.action == "record videos of the camera top")
        #expect(error?.cause.contains("\(width)×\(height)") == true)
        #expect(error?.remedy?.contains("--dataset.video=false") == true)
    }

    @Test func colourThatIsSharedInOneDirectionOnlyNeedsOneEvenSide() {
        #expect(refusal(852, 481, .h264, .yuv422p) == nil)
        #expect(refusal(853, 480, .h264, .yuv422p) != nil)
        #expect(refusal(853, 481, .h264, .yuv444p) == nil)
    }

    @Test("A thermal camera's pictures are too small for some codecs", arguments: [(80, 60), (32, 24)])
    func smallPictures(_ width: Int, _ height: Int) {
        #expect(refusal(width, height, .libsvtav1)?.cause.contains("less than 64") == true)
        #expect(refusal(width, height, .libsvtav1)?.remedy?.contains("vcodec=h264") == true)
        for kind in [VideoEncoderKind.h264, .hevc, .libaomAV1] { #expect(refusal(width, height, kind) == nil) }
        #expect(refusal(8, 8, .hevc) != nil)
    }
}
