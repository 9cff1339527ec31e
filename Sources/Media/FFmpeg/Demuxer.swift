import CFFmpeg
import RecordingTypes
import SystemPackage

/// Owns an AVFormatContext that reads one video stream. Used from one thread.
final class Demuxer {
    private let context: UnsafeMutablePointer<AVFormatContext>
    private let stream: UnsafeMutablePointer<AVStream>
    private let subject: String
    /// What it reads from where that was opened before; closed after the context.
    private var input: NetworkInput?

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
        let result = avformat_open_input(&context, subject, InputFormat.named(format), nil)
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

    /// Opens a device, a network stream or a file as a live source. It is looked at no longer than needed to know what its
    /// pictures are.
    ///
    /// With `isNonBlocking`, devices that can do so say "not yet" instead of waiting. `input` is the connection to the
    /// address where it is open already.
    /// - Throws: `ReelError` with FFmpeg's words.
    init(
        live url: String, format: String?, options: [String: String], interruption: Interruption, isNonBlocking: Bool,
        over input: NetworkInput? = nil
    ) throws {
        FFmpegLog.begin()
        subject = url
        self.input = input
        var inputFormat: UnsafePointer<AVInputFormat>?
        if let format {
            inputFormat = InputFormat.named(format)
            if inputFormat == nil {
                throw ReelError(.usage, "open a camera", subject: url, cause: InputFormat.absence(of: format))
            }
        }
        guard let allocated = avformat_alloc_context() else { throw ReelError.outOfMemory("open a camera") }
        allocated.pointee.interrupt_callback = interruption.callback
        if isNonBlocking { allocated.pointee.flags |= AVFMT_FLAG_NONBLOCK }
        if let input {
            allocated.pointee.pb = input.context
            allocated.pointee.flags |= AVFMT_FLAG_CUSTOM_IO
        }
        var dictionary = OptionDictionary(options)
        var context: UnsafeMutablePointer<AVFormatContext>? = allocated
        var result = avformat_open_input(&context, url, inputFormat, &dictionary.pointer)
        guard result >= 0, let opened = context else { throw ReelError(ffmpeg: result, "open a camera", subject: url) }
        if let unknown = dictionary.names.first {
            avformat_close_input(&context)
            throw ReelError(.usage, "open a camera", subject: url, cause: "its format has no option \(unknown)")
        }
        // A JPEG says all about itself, and so does a device; anything else is looked at first.
        if !isNonBlocking,
            opened.pointee.nb_streams == 0
                || opened.pointee.streams[0]?.pointee.codecpar.pointee.codec_id != AV_CODEC_ID_MJPEG
        {
            result = avformat_find_stream_info(opened, nil)
            if result < 0 {
                avformat_close_input(&context)
                throw ReelError(ffmpeg: result, "open a camera", subject: url)
            }
        }
        self.context = opened
        stream = try Self.videoStream(of: opened, subject: url)
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

    /// Goes to the last picture at or before a time that can be decoded without others before it.
    /// - Throws: `ReelError` with the demuxer's words.
    func seek(to seconds: Double) throws {
        let time = Int64((seconds * Double(timeBase.den) / Double(timeBase.num)).rounded(.down))
        let result = av_seek_frame(context, stream.pointee.index, time, AVSEEK_FLAG_BACKWARD)
        if result < 0 { throw ReelError(ffmpeg: result, "find a picture", subject: subject) }
    }

    /// The next packet of a live source.
    /// - Throws: `ReelError` with FFmpeg's words; `.cancelled` when it was interrupted.
    func poll(into packet: borrowing PacketHandle) throws -> Arrival {
        packet.clear()
        let result = av_read_frame(context, packet.pointer)
        if result == reel_averror_again { return .nothing }
        if result == reel_averror_eof { return .end }
        if result < 0 { throw ReelError(ffmpeg: result, "read a camera", subject: subject) }
        return packet.pointer.pointee.stream_index == stream.pointee.index ? .packet : .nothing
    }

    /// Whether nothing more can be read of the file or connection.
    var isAtEnd: Bool { context.pointee.pb.map { $0.pointee.eof_reached != 0 } ?? false }

    /// Whether it reads a V4L2 device.
    private(set) lazy var isV4L2 = String(cString: context.pointee.iformat.pointee.name).contains("v4l2")

    /// A packet's time counted in pictures; nil when the file states no rate, or the packet no time.
    func frameNumber(of packet: borrowing PacketHandle) -> Int? {
        let rate = statedRate
        guard rate.num > 0, packet.pointer.pointee.pts != reel_no_timestamp else { return nil }
        return Int(av_rescale_q(packet.pointer.pointee.pts, stream.pointee.time_base, av_inv_q(rate)))
    }
}
