import CFFmpeg
import RecordingTypes

/// Owns an AVFormatContext that reads one video stream. Used from one thread.
final class Demuxer {
    private let context: UnsafeMutablePointer<AVFormatContext>
    private let stream: UnsafeMutablePointer<AVStream>
    private let subject: String

    /// Reads the header of a file of the named format. `input` must outlive the demuxer.
    /// - Throws: `ReelError` with the demuxer's words; `.damaged` when there is no video stream in it.
    init(_ format: String, from input: UnsafeMutablePointer<AVIOContext>, subject: String) throws {
        self.subject = subject
        guard let allocated = avformat_alloc_context() else { throw ReelError.outOfMemory("read \(format)") }
        allocated.pointee.pb = input
        allocated.pointee.flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_NOFILLIN
        var context: UnsafeMutablePointer<AVFormatContext>? = allocated
        // Frees the context when it fails.
        let result = avformat_open_input(&context, subject, av_find_input_format(format), nil)
        guard result >= 0, let context else { throw ReelError(ffmpeg: result, "read \(format)", subject: subject) }
        self.context = context
        guard context.pointee.nb_streams > 0, let stream = context.pointee.streams[0],
            stream.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO
        else {
            var context: UnsafeMutablePointer<AVFormatContext>? = context
            avformat_close_input(&context)
            throw ReelError(.damaged, "read \(format)", subject: subject, cause: "there is no video in it")
        }
        self.stream = stream
    }

    deinit {
        var context: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&context)
    }

    var parameters: UnsafePointer<AVCodecParameters> { UnsafePointer(stream.pointee.codecpar) }

    /// Pictures a second as the file states them, 0 when it does not.
    var frameRate: Double {
        let rate = stream.pointee.r_frame_rate.num > 0 ? stream.pointee.r_frame_rate : stream.pointee.avg_frame_rate
        return rate.den > 0 ? av_q2d(rate) : 0
    }

    /// The next packet of the stream; false at the end.
    /// - Throws: `ReelError` with the demuxer's words.
    func read(into packet: borrowing PacketHandle) throws -> Bool {
        while true {
            let result = av_read_frame(context, packet.pointer)
            if result == reel_averror_eof { return false }
            if result < 0 { throw ReelError(ffmpeg: result, "read a file", subject: subject) }
            if packet.pointer.pointee.stream_index == stream.pointee.index { return true }
            packet.clear()
        }
    }

    /// A packet's time counted in pictures; nil when the file states no rate, or the packet no time.
    func frameNumber(of packet: borrowing PacketHandle) -> Int? {
        let rate = stream.pointee.r_frame_rate.num > 0 ? stream.pointee.r_frame_rate : stream.pointee.avg_frame_rate
        guard rate.num > 0, rate.den > 0, packet.pointer.pointee.pts != reel_no_timestamp else { return nil }
        return Int(av_rescale_q(packet.pointer.pointee.pts, stream.pointee.time_base, av_inv_q(rate)))
    }
}
