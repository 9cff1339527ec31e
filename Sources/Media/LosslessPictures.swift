import CFFmpeg
import RecordingTypes

/// Compresses pictures without loss (FFVHUFF), in the dataset's layout. Used from one thread.
final class LosslessPictures {
    let encoder: PictureEncoder
    private let converter: PictureConverter
    private let source: FrameHandle
    private var count: Int64 = 0

    /// - Throws: `ReelError(.usage)` when FFVHUFF cannot hold the layout; `ReelError` when the encoder does not open.
    init(of pictures: CameraFormat, fps: Int) throws {
        guard let codec = avcodec_find_encoder(AV_CODEC_ID_FFVHUFF) else {
            throw ReelError(.unavailable, "store pictures without loss", cause: "FFmpeg here has no FFVHUFF encoder")
        }
        let format = pictures.pixelFormat.ffmpeg
        _ = try VideoCodec.inputFormat(for: pictures.pixelFormat, of: codec)
        encoder = try PictureEncoder(codec) { context in
            context.pointee.width = Int32(pictures.width)
            context.pointee.height = Int32(pictures.height)
            context.pointee.pix_fmt = format
            context.pointee.color_range = pictures.pixelFormat.isFullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
            context.pointee.time_base = AVRational(num: 1, den: Int32(fps))
            // More threads would each hold back a picture.
            context.pointee.thread_count = 1
        }
        converter = try PictureConverter(to: format, isFullRange: pictures.pixelFormat.isFullRange)
        source = try FrameHandle()
    }

    /// - Throws: `ReelError` with the encoder's words.
    func encode(_ frame: CameraFrame, into packet: borrowing PacketHandle) throws {
        try frame.lend(to: source)
        defer { source.clear() }
        source.pointer.pointee.pts = count
        count += 1
        try encoder.send(converter.convert(source.pointer))
        guard try encoder.receive(into: packet) else {
            throw ReelError(.failed, "compress a picture", cause: "FFVHUFF gave no packet for it")
        }
    }
}
