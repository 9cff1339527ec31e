import CFFmpeg
import RecordingTypes
import Testing

@testable import Media

@Suite("A PNG has exactly the picture's pixels")
struct PNGEncoderTests {
    /// What a PNG decodes to: RGB, row by row.
    private func pixels(_ png: [UInt8]) throws -> [UInt8] {
        var parameters = avcodec_parameters_alloc()
        defer { avcodec_parameters_free(&parameters) }
        let known = try #require(parameters)
        known.pointee.codec_type = AVMEDIA_TYPE_VIDEO
        known.pointee.codec_id = AV_CODEC_ID_PNG
        let packet = try PacketHandle()
        #expect(av_new_packet(packet.pointer, Int32(png.count)) == 0)
        packet.pointer.pointee.data.update(from: png, count: png.count)
        let picture = try PictureDecoder(for: known).decode(packet)
        #expect(picture.pixelFormat == "rgb24")
        return try picture.rgb24()
    }

    @Test func whatIsSampledExactlyIsInThePNG() throws {
        let picture = try Picture(TestPictures.yuv(7))
        let (whole, step) = (try picture.rgb24(), 4)
        var expected: [UInt8] = []
        for row in stride(from: 0, to: picture.height, by: step) {
            for column in stride(from: 0, to: picture.width, by: step) {
                let pixel = (row * picture.width + column) * 3
                expected += whole[pixel..<pixel + 3]
            }
        }
        #expect(try picture.rgb24(subsampledBy: step, isExact: true) == expected)
    }

    @Test func colourAndGreyComeBackBitForBit() throws {
        let encoder = try PNGEncoder(width: TestPictures.width, height: TestPictures.height)
        for number in [0, 7, 300] {
            let picture = try Picture(TestPictures.yuv(number))
            #expect(try pixels(encoder.png(of: picture)) == picture.rgb24())
        }
    }
}
