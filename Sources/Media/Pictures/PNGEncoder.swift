import CFFmpeg
import RecordingTypes

/// Makes PNGs of pictures, all of one size: 8 bits each of red, green and blue, as LeRobot stores images. One thread at
/// a time.
package final class PNGEncoder {
    private let encoder: PictureEncoder
    private let converter: PictureConverter
    private let packet: PacketHandle

    /// Opens the encoder; `width` and `height` are in pixels.
    /// - Throws: `ReelError` when FFmpeg has no PNG encoder, or it does not open.
    package init(width: Int, height: Int) throws {
        guard let codec = avcodec_find_encoder(AV_CODEC_ID_PNG) else {
            throw ReelError(.unavailable, "make a PNG", cause: "FFmpeg here has no PNG encoder")
        }
        encoder = try PictureEncoder(codec, options: ["pred": "mixed"]) { context in
            context.pointee.width = Int32(width)
            context.pointee.height = Int32(height)
            context.pointee.pix_fmt = AV_PIX_FMT_RGB24
            context.pointee.time_base = AVRational(num: 1, den: 30)
            // More threads would each hold back a picture.
            context.pointee.thread_count = 1
            // LeRobot's (and zlib's usual) level for images that stay PNGs.
            context.pointee.compression_level = 6
        }
        converter = try PictureConverter(to: AV_PIX_FMT_RGB24, isFullRange: true)
        packet = try PacketHandle()
    }

    /// The PNG's bytes.
    /// - Throws: `ReelError` with FFmpeg's words.
    package func png(of picture: Picture) throws -> [UInt8] {
        try picture.withFrame { try encoder.send(converter.convert($0)) }
        guard try encoder.receive(into: packet) else {
            throw ReelError(.failed, "make a PNG", cause: "the encoder gave nothing")
        }
        defer { packet.clear() }
        return Array(packet.bytes)
    }
}
