import CFFmpeg
import RecordingTypes

/// Owns an AVFormatContext with one video stream that is written to somebody's AVIO. Used from one thread.
final class Muxer {
    private let context: UnsafeMutablePointer<AVFormatContext>
    private let stream: UnsafeMutablePointer<AVStream>
    private let subject: String

    /// `output` must outlive the muxer. `describe` fills in the stream.
    /// - Throws: `ReelError` when FFmpeg here lacks the format, or what `describe` throws.
    init(
        _ format: String, to output: UnsafeMutablePointer<AVIOContext>?, subject: String,
        describe: (UnsafeMutablePointer<AVStream>) throws -> Void
    ) throws {
        self.subject = subject
        var context: UnsafeMutablePointer<AVFormatContext>?
        let result = avformat_alloc_output_context2(&context, nil, format, subject)
        guard let context else { throw ReelError(ffmpeg: result, "write \(format)", subject: subject) }
        self.context = context
        guard let stream = avformat_new_stream(context, nil) else {
            avformat_free_context(context)
            throw ReelError.outOfMemory("write \(format)")
        }
        self.stream = stream
        context.pointee.pb = output
        try describe(stream)
    }

    deinit { avformat_free_context(context) }

    /// - Throws: `ReelError` with the muxer's words; `ReelError(.usage)` for an option it does not have.
    func writeHeader(options: [String: String] = [:]) throws {
        var dictionary = OptionDictionary(options)
        let result = avformat_write_header(context, &dictionary.pointer)
        if result < 0 { throw ReelError(ffmpeg: result, "begin a file", subject: subject) }
        if let unknown = dictionary.names.first {
            throw ReelError(.usage, "begin a file", subject: subject, cause: "the format has no option \(unknown)")
        }
    }

    /// Writes a packet whose times count in `timeBase`. The packet stays the caller's.
    /// - Throws: `ReelError` with the muxer's words.
    func write(_ packet: borrowing PacketHandle, in timeBase: AVRational) throws {
        av_packet_rescale_ts(packet.pointer, timeBase, stream.pointee.time_base)
        packet.pointer.pointee.stream_index = stream.pointee.index
        let result = av_write_frame(context, packet.pointer)
        if result < 0 { throw ReelError(ffmpeg: result, "write a file", subject: subject) }
    }

    /// - Throws: `ReelError` with the muxer's words.
    func writeTrailer() throws {
        let result = av_write_trailer(context)
        if result < 0 { throw ReelError(ffmpeg: result, "finish a file", subject: subject) }
    }
}
