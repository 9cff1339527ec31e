import CFFmpeg
import Platform
package import RecordingTypes
package import SystemPackage

/// Encodes pictures into an MP4 as LeRobot reads it: one video stream, its index first, picture n at exactly n / fps.
/// Used from one thread.
package final class VideoFileWriter {
    private let path: FilePath
    private let codec: VideoCodec
    private let settings: VideoEncoderSettings
    private let size: (width: Int, height: Int)
    private let fps: Int
    private let encoder: PictureEncoder
    private let muxer: Muxer
    private let converter: PictureConverter
    /// A reference to the picture that is being sent, with its time.
    private let sent: FrameHandle
    private let packet: PacketHandle
    private var pictureCount: Int64 = 0
    private var packetCount: Int64 = 0
    private var isFinished = false

    /// Opens the encoder and makes the file, or makes it empty. `threads` is for encoders that take their threads from
    /// FFmpeg, where the settings say nothing; 0 is as many as they like.
    /// - Throws: `ReelError(.usage)` for a codec, pixel format or option that the encoder does not have; `ReelError` when
    ///   the encoder does not open or the file cannot be written.
    package init(
        path: FilePath, settings: VideoEncoderSettings, width: Int, height: Int, fps: Int, threads: Int = 0
    ) throws {
        self.path = path
        self.fps = fps
        size = (width, height)
        let codec = try VideoCodec.resolve(settings.kind)
        self.codec = codec
        self.settings = codec.completed(settings)
        let encoder = try codec.openEncoder(settings, width: width, height: height, fps: fps, threads: threads)
        self.encoder = encoder
        converter = try PictureConverter(to: encoder.pixelFormat, isFullRange: settings.pixelFormat.isFullRange)
        sent = try FrameHandle()
        packet = try PacketHandle()
        muxer = try Muxer("mp4", path: path) { stream in
            try encoder.describe(to: stream)
            stream.pointee.time_base = AVRational(num: 1, den: Int32(fps))
            stream.pointee.avg_frame_rate = AVRational(num: Int32(fps), den: 1)
            // QuickTime and Safari play HEVC under this name only.
            if stream.pointee.codecpar.pointee.codec_id == AV_CODEC_ID_HEVC {
                stream.pointee.codecpar.pointee.codec_tag = reel_tag_hvc1
            }
        }
        try muxer.writeHeader(options: ["movflags": "+faststart"])
    }

    deinit { if !isFinished { cancel() } }

    /// Pictures taken so far.
    package var count: Int { Int(pictureCount) }

    /// Encodes the next picture.
    /// - Throws: `ReelError(.mismatch)` for another size than the video's; `ReelError` with the encoder's words, `.diskFull`
    ///   and others when the file cannot be written. The video is lost then: call `cancel`.
    package func append(_ picture: Picture) throws {
        guard picture.width == size.width, picture.height == size.height else {
            throw ReelError(
                .mismatch, "encode a picture", subject: path.string,
                cause: "it is \(picture.width)×\(picture.height), the video \(size.width)×\(size.height)")
        }
        FFmpegLog.begin()
        try picture.withFrame { frame in
            let result = av_frame_ref(sent.pointer, try converter.convert(frame))
            if result < 0 { throw ReelError(ffmpeg: result, "encode a picture") }
            defer { sent.clear() }
            sent.pointer.pointee.pts = pictureCount
            // A decoded JPEG says that it is a key frame, which an encoder takes for an order.
            sent.pointer.pointee.pict_type = AV_PICTURE_TYPE_NONE
            try encoder.send(sent.pointer)
        }
        pictureCount += 1
        try writePackets()
    }

    /// Encodes what the encoder still holds back, and completes the file. It is not synced.
    /// - Throws: `ReelError` when the encoder has not given one packet for each picture, or the file cannot be written; then
    ///   the file is gone.
    package func finish() throws -> VideoDescription {
        do {
            FFmpegLog.begin()
            try encoder.send(nil)
            try writePackets()
            try muxer.finish()
            guard packetCount == pictureCount else {
                throw ReelError(
                    .failed, "encode a video", subject: path.string,
                    cause: "\(codec.encoder) gave \(packetCount) packets for \(pictureCount) pictures")
            }
        } catch {
            cancel()
            throw error
        }
        isFinished = true
        return VideoDescription(
            width: size.width, height: size.height, codec: encoder.codecName,
            pixelFormat: settings.pixelFormat.rawValue, fps: fps, frameCount: Int(packetCount),
            byteCount: File.size(of: path) ?? 0, settings: settings)
    }

    /// Gives up the video and removes the file. Letting go of an unfinished writer does the same.
    package func cancel() {
        isFinished = true
        File.discard(path)
    }

    private func writePackets() throws {
        while try encoder.receive(into: packet) {
            defer { packet.clear() }
            // Without it the last picture would last no time, and the average rate be wrong.
            packet.pointer.pointee.duration = 1
            try muxer.write(packet, in: encoder.timeBase)
            packetCount += 1
        }
    }
}
