import CFFmpeg
import Platform
import RecordingTypes

/// Owns an encoder of FFmpeg's. Pictures go in, packets come out; used from one thread.
final class PictureEncoder {
    private let context: UnsafeMutablePointer<AVCodecContext>
    private var isOpen = false
    private var isStarted = false
    private var isEnded = false

    /// Opens the encoder. `configure` sets the fields that are no options.
    /// - Throws: `ReelError(.usage)` for an option that the encoder does not have; `ReelError` with FFmpeg's words when it
    ///   does not open.
    init(
        _ codec: UnsafePointer<AVCodec>, options: [String: String] = [:],
        configure: (UnsafeMutablePointer<AVCodecContext>) -> Void
    ) throws {
        FFmpegLog.begin()
        let name = String(cString: codec.pointee.name)
        guard let context = avcodec_alloc_context3(codec) else { throw ReelError.outOfMemory("open an encoder") }
        self.context = context
        configure(context)
        var dictionary = OptionDictionary(options)
        // libSvtAv1Enc makes whoever opens it a real-time thread (SCHED_FIFO 99), with all that it starts from then on.
        let result = ThreadScheduling.keeping { avcodec_open2(context, codec, &dictionary.pointer) }
        if result < 0 { throw ReelError(ffmpeg: result, "open the encoder \(name)") }
        isOpen = true
        if let unknown = dictionary.names.first {
            throw ReelError(
                .usage, "open the encoder \(name)", subject: unknown, cause: "the encoder has no such option",
                remedy: "`ffmpeg -h encoder=\(name)` lists the options it has.")
        }
    }

    deinit {
        if isOpen { end() }
        var context: UnsafeMutablePointer<AVCodecContext>? = context
        avcodec_free_context(&context)
    }

    /// Ends one that must be, with a picture if it has had none.
    private func end() {
        guard let codec = context.pointee.codec,
            VideoEncoderKind(encoderName: String(cString: codec.pointee.name))?.mustBeEndedBeforeItIsClosed == true
        else { return }
        if !isStarted, let frame = try? FrameHandle() {
            try? frame.makeRoom(
                width: Int(context.pointee.width), height: Int(context.pointee.height), format: pixelFormat,
                isFullRange: false)
            frame.pointer.pointee.pts = 0
            avcodec_send_frame(context, frame.pointer)
        }
        if !isEnded { avcodec_send_frame(context, nil) }
    }

    /// Times of pictures and packets count in this.
    var timeBase: AVRational { context.pointee.time_base }

    /// The layout in which it takes pictures.
    var pixelFormat: AVPixelFormat { context.pointee.pix_fmt }

    /// FFmpeg's canonical name of the codec: "av1", "h264".
    var codecName: String { String(cString: avcodec_get_name(context.pointee.codec_id)) }

    /// Describes the stream to a muxer.
    /// - Throws: `ReelError` when there is no memory.
    func describe(to stream: UnsafeMutablePointer<AVStream>) throws {
        let result = avcodec_parameters_from_context(stream.pointee.codecpar, context)
        if result < 0 { throw ReelError(ffmpeg: result, "describe the stream") }
    }

    /// Takes a picture, or nil at the end.
    /// - Throws: `ReelError` with the encoder's words.
    func send(_ frame: UnsafePointer<AVFrame>?) throws {
        let result = avcodec_send_frame(context, frame)
        if result < 0 && result != reel_averror_eof { throw ReelError(ffmpeg: result, "encode a picture") }
        if frame == nil { isEnded = true } else { isStarted = true }
    }

    /// Puts the next packet into `packet`; false when the encoder wants more pictures first, or has given its last.
    /// - Throws: `ReelError` with the encoder's words.
    func receive(into packet: borrowing PacketHandle) throws -> Bool {
        let result = avcodec_receive_packet(context, packet.pointer)
        if result == reel_averror_again || result == reel_averror_eof { return false }
        if result < 0 { throw ReelError(ffmpeg: result, "encode a picture") }
        return true
    }
}
