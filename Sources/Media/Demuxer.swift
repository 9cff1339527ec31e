import CFFmpeg
import RecordingTypes
import SystemPackage

/// Owns an AVFormatContext that reads one video stream. Used from one thread.
final class Demuxer {
    private let context: UnsafeMutablePointer<AVFormatContext>
    private let stream: UnsafeMutablePointer<AVStream>
    private let subject: String

    /// Reads the header of what comes out of `input`, which must outlive the demuxer.
    /// - Throws: `ReelError` with the demuxer's words; `.damaged` when there is no video stream in it.
    init(_ format: String, from input: UnsafeMutablePointer<AVIOContext>, subject: String) throws {
        FFmpegLog.begin()
        self.subject = subject
        guard let allocated = avformat_alloc_context() else { throw ReelError.outOfMemory("read \(format)") }
        allocated.pointee.pb = input
        allocated.pointee.flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_NOFILLIN
        var context: UnsafeMutablePointer<AVFormatContext>? = allocated
        // Frees the context when it fails.
        let result = avformat_open_input(&context, subject, av_find_input_format(format), nil)
        guard result >= 0, let context else { throw ReelError(ffmpeg: result, "read \(format)", subject: subject) }
        self.context = context
        stream = try Self.videoStream(of: context, subject: subject)
    }

    /// Opens a video file and reads as much of it as tells what is in it.
    /// - Throws: `ReelError` with the demuxer's words; `.damaged` when there is no video stream in it.
    init(path: FilePath) throws {
        FFmpegLog.begin()
        subject = path.string
        var context: UnsafeMutablePointer<AVFormatContext>?
        // Without the scheme, a colon in the path would be taken for one.
        var result = avformat_open_input(&context, "file:\(path.string)", nil, nil)
        guard result >= 0, let opened = context else {
            throw ReelError(ffmpeg: result, "open a video", subject: path.string)
        }
        result = avformat_find_stream_info(opened, nil)
        if result < 0 {
            avformat_close_input(&context)
            throw ReelError(ffmpeg: result, "open a video", subject: path.string)
        }
        self.context = opened
        stream = try Self.videoStream(of: opened, subject: path.string)
    }

    /// The first video stream. Closes the input where there is none.
    private static func videoStream(
        of context: UnsafeMutablePointer<AVFormatContext>, subject: String
    ) throws -> UnsafeMutablePointer<AVStream> {
        for index in 0..<Int(context.pointee.nb_streams) {
            if let stream = context.pointee.streams[index],
                stream.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO
            {
                return stream
            }
        }
        var context: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&context)
        throw ReelError(.damaged, "read a video", subject: subject, cause: "there is no video in it")
    }

    deinit {
        var context: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&context)
    }

    var parameters: UnsafePointer<AVCodecParameters> { UnsafePointer(stream.pointee.codecpar) }

    /// What the stream's times count in.
    var timeBase: AVRational { stream.pointee.time_base }

    /// Pictures a second as the file states them; 0/1 when it does not.
    var statedRate: AVRational {
        let rates = [stream.pointee.r_frame_rate, stream.pointee.avg_frame_rate]
        return rates.first { $0.num > 0 && $0.den > 0 } ?? AVRational(num: 0, den: 1)
    }

    /// Pictures a second as the file states them, 0 when it does not.
    var frameRate: Double { av_q2d(statedRate) }

    /// Pictures in the stream as the file states them, 0 when it does not.
    var statedFrameCount: Int { Int(stream.pointee.nb_frames) }

    /// The next packet of the stream; false at the end.
    /// - Throws: `ReelError` with the demuxer's words.
    func read(into packet: borrowing PacketHandle) throws -> Bool {
        while true {
            packet.clear()
            let result = av_read_frame(context, packet.pointer)
            if result == reel_averror_eof { return false }
            if result < 0 { throw ReelError(ffmpeg: result, "read a file", subject: subject) }
            if packet.pointer.pointee.stream_index == stream.pointee.index { return true }
        }
    }

    /// A packet's time counted in pictures; nil when the file states no rate, or the packet no time.
    func frameNumber(of packet: borrowing PacketHandle) -> Int? {
        let rate = statedRate
        guard rate.num > 0, packet.pointer.pointee.pts != reel_no_timestamp else { return nil }
        return Int(av_rescale_q(packet.pointer.pointee.pts, stream.pointee.time_base, av_inv_q(rate)))
    }
}
