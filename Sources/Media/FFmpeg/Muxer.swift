import CFFmpeg
import RecordingTypes
import SystemPackage

/// Owns an AVFormatContext that writes one video stream. Used from one thread.
final class Muxer {
    private let context: UnsafeMutablePointer<AVFormatContext>
    private let stream: UnsafeMutablePointer<AVStream>
    private let subject: String
    /// Whether the AVIO was opened here and is closed here.
    private let ownsOutput: Bool

    /// Writes through `output`, which must outlive the muxer. `describe` fills in the stream.
    /// - Throws: `ReelError` when FFmpeg here lacks the format, or what `describe` throws.
    init(
        _ format: String, to output: UnsafeMutablePointer<AVIOContext>, subject: String,
        describe: (UnsafeMutablePointer<AVStream>) throws -> Void
    ) throws {
        FFmpegLog.begin()
        (context, stream) = try Self.allocate(format, url: subject)
        self.subject = subject
        ownsOutput = false
        context.pointee.pb = output
        try describe(stream)
    }

    /// Writes the file at `path`, which is made, or made empty. MP4 needs it by its path: to put the index first it reads
    /// the file again.
    /// - Throws: `ReelError` when it cannot be written, when FFmpeg here lacks the format, or what `describe` throws.
    init(
        _ format: String, path: FilePath, describe: (UnsafeMutablePointer<AVStream>) throws -> Void
    ) throws {
        FFmpegLog.begin()
        subject = path.string
        // Without the scheme, a colon in the path would be taken for one.
        let url = "file:\(path.string)"
        (context, stream) = try Self.allocate(format, url: url)
        ownsOutput = true
        let result = avio_open(&context.pointee.pb, url, AVIO_FLAG_WRITE)
        if result < 0 { throw ReelError(ffmpeg: result, "make a file", subject: path.string) }
        try describe(stream)
    }

    private static func allocate(_ format: String, url: String) throws -> (
        UnsafeMutablePointer<AVFormatContext>, UnsafeMutablePointer<AVStream>
    ) {
        var context: UnsafeMutablePointer<AVFormatContext>?
        let result = avformat_alloc_output_context2(&context, nil, format, url)
        guard let context else { throw ReelError(ffmpeg: result, "write \(format)", subject: url) }
        guard let stream = avformat_new_stream(context, nil) else {
            avformat_free_context(context)
            throw ReelError.outOfMemory("write \(format)")
        }
        return (context, stream)
    }

    deinit {
        if ownsOutput { avio_closep(&context.pointee.pb) }
        avformat_free_context(context)
    }

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
        packet.pointer.pointee.pos = -1
        let result = av_write_frame(context, packet.pointer)
        if result < 0 { throw ReelError(ffmpeg: result, "write a file", subject: subject) }
    }

    /// Writes what comes after the last packet, and closes the file where it was opened here.
    /// - Throws: `ReelError` with the muxer's words.
    func finish() throws {
        var result = av_write_trailer(context)
        if result >= 0, let output = context.pointee.pb { result = min(0, output.pointee.error) }
        if ownsOutput {
            let closed = avio_closep(&context.pointee.pb)
            if result >= 0 { result = closed }
        }
        if result < 0 { throw ReelError(ffmpeg: result, "finish a file", subject: subject) }
    }
}
