import CFFmpeg
import RecordingTypes

/// Makes packets of pictures without loss, in the dataset's layout: compressed (FFVHUFF) or as they are. Used from one
/// thread.
final class LosslessPictures {
    let encoder: PictureEncoder
    private let converter: PictureConverter
    private let source: FrameHandle
    private var count: Int64 = 0

    /// - Parameters:
    ///   - pictures: the dataset's layout.
    ///   - fps: pictures a second.
    ///   - isCompressed: with FFVHUFF, else raw.
    /// - Throws: `ReelError(.usage)` when FFVHUFF cannot hold the layout; `ReelError` when the encoder does not open.
    init(of pictures: CameraFormat, fps: Int, isCompressed: Bool) throws {
        guard let ffvhuff = avcodec_find_encoder(AV_CODEC_ID_FFVHUFF),
            let codec = isCompressed ? ffvhuff : avcodec_find_encoder(AV_CODEC_ID_RAWVIDEO)
        else {
            throw ReelError(
                .unavailable, "store pictures without loss", cause: "FFmpeg here was built without FFVHUFF or rawvideo")
        }
        let format = pictures.pixelFormat.ffmpeg
        // Also when they are raw: full-range YUV is neither in FFVHUFF nor among NUT's tags for raw pictures.
        _ = try VideoCodec.inputFormat(for: pictures.pixelFormat, of: ffvhuff)
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
            throw ReelError(.failed, "compress a picture", cause: "the encoder gave no packet for it")
        }
    }
}
