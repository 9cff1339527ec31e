import CFFmpeg
import RecordingTypes

/// Owns a decoder of FFmpeg's. Packets go in, pictures come out; used from one thread.
final class PictureDecoder {
    private let context: UnsafeMutablePointer<AVCodecContext>
    private let sampler: PictureSampler
    /// Whether a JPEG of which only a part can be decoded is broken. Else its other part shows whatever was in the memory.
    private let isStrict: Bool

    /// Opens the decoder for a stream. One thread and no waiting for later pictures, unless `threads` says otherwise.
    /// - Throws: `ReelError` when there is none for it, or it does not open.
    /// `halvings` makes JPEGs smaller as they are decoded.
    init(for parameters: UnsafePointer<AVCodecParameters>, threads: Int = 1, halvings: Int = 0) throws {
        FFmpegLog.begin()
        guard let codec = avcodec_find_decoder(parameters.pointee.codec_id) else {
            throw ReelError(
                .unavailable, "decode pictures", cause: "FFmpeg here has no decoder for \(parameters.pointee.codecName)"
            )
        }
        guard let context = avcodec_alloc_context3(codec) else { throw ReelError.outOfMemory("open a decoder") }
        self.context = context
        sampler = try PictureSampler()
        var result = avcodec_parameters_to_context(context, parameters)
        if result < 0 { throw ReelError(ffmpeg: result, "open a decoder") }
        context.pointee.thread_count = Int32(threads)
        context.pointee.lowres = Int32(min(halvings, Int(codec.pointee.max_lowres)))
        if threads == 1 { context.pointee.flags |= AV_CODEC_FLAG_LOW_DELAY }
        isStrict = parameters.pointee.codec_id == AV_CODEC_ID_MJPEG
        if isStrict { context.pointee.err_recognition |= AV_EF_EXPLODE }
        result = avcodec_open2(context, codec, nil)
        if result < 0 { throw ReelError(ffmpeg: result, "open the decoder \(parameters.pointee.codecName)") }
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
    }

    /// The layout of the pictures, where the stream's header tells it.
    var pixelFormat: AVPixelFormat { context.pointee.pix_fmt }

    /// Takes a packet, or nil at the end.
    /// - Throws: `ReelError(.damaged)` when it is broken.
    func send(_ packet: UnsafePointer<AVPacket>?) throws {
        FFmpegLog.begin()
        let result = avcodec_send_packet(context, packet)
        if result < 0 && result != reel_averror_eof { throw ReelError(ffmpeg: result, "decode a picture") }
    }

    /// The next picture, or nil when the decoder wants another packet first, or has given its last.
    /// - Throws: `ReelError(.damaged)` when the packet was broken.
    func receive() throws -> Picture? {
        guard let frame = try receiveFrame() else { return nil }
        return Picture(frame, sampler: sampler)
    }

    /// As `receive`, but the bare AVFrame.
    /// - Throws: `ReelError(.damaged)` when the packet was broken.
    func receiveFrame() throws -> FrameHandle? {
        let frame = try FrameHandle()
        let result = avcodec_receive_frame(context, frame.pointer)
        if result == reel_averror_again || result == reel_averror_eof { return nil }
        if result < 0 { throw ReelError(ffmpeg: result, "decode a picture") }
        if frame.pointer.pointee.decode_error_flags != 0 {
            throw ReelError(.damaged, "decode a picture", cause: FFmpegLog.lastLine ?? "parts of it are missing")
        }
        return frame
    }

    /// The picture in a packet that holds exactly one, as every packet of a codec without delay does.
    /// - Throws: `ReelError(.damaged)` when there is none in it.
    func decode(_ packet: borrowing PacketHandle) throws -> Picture {
        try send(packet.pointer)
        guard let picture = try receive() else {
            throw ReelError(
                .damaged, "decode a picture", cause: FFmpegLog.lastLine ?? "there is no picture in the packet")
        }
        return picture
    }

    /// As `decode`, but a JPEG of which only a part can be decoded is a picture as well.
    /// - Throws: `ReelError(.damaged)` when there is none in it.
    func decodeWhatThereIs(_ packet: borrowing PacketHandle) throws -> Picture {
        guard isStrict else { return try decode(packet) }
        context.pointee.err_recognition &= ~AV_EF_EXPLODE
        defer { context.pointee.err_recognition |= AV_EF_EXPLODE }
        return try decode(packet)
    }

    /// Forgets what it has seen, for a jump to another place of the stream or a new start after its end.
    func reset() { avcodec_flush_buffers(context) }
}

extension AVCodecParameters {
    /// FFmpeg's canonical name: "av1", "h264", "mjpeg".
    var codecName: String { String(cString: avcodec_get_name(codec_id)) }
}
