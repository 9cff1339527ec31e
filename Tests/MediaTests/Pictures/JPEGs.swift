import CFFmpeg
import RecordingTypes

@testable import Media

/// Makes JPEGs like a camera's, with FFmpeg's own encoder.
final class JPEGs {
    private let encoder: PictureEncoder
    private let converter: PictureConverter
    private let width: Int
    private let height: Int

    init(
        width: Int = TestPictures.width, height: Int = TestPictures.height, format: PixelFormat = .yuvj422p,
        quality: Int = 3
    ) throws {
        (self.width, self.height) = (width, height)
        guard let codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG) else {
            throw ReelError(.unavailable, "make a JPEG", cause: "no encoder")
        }
        encoder = try PictureEncoder(codec, options: ["flags": "qscale", "global_quality": "\(quality * 118)"]) {
            $0.pointee.width = Int32(width)
            $0.pointee.height = Int32(height)
            $0.pointee.pix_fmt = format.ffmpeg
            $0.pointee.color_range = AVCOL_RANGE_JPEG
            $0.pointee.time_base = AVRational(num: 1, den: 30)
            $0.pointee.thread_count = 1
        }
        converter = try PictureConverter(to: format.ffmpeg, isFullRange: true)
    }

    /// The JPEG's bytes.
    func bytes(of frame: CameraFrame) throws -> [UInt8] {
        let source = try FrameHandle()
        try frame.lend(to: source)
        source.pointer.pointee.pts = frame.sequence
        let packet = try PacketHandle()
        try encoder.send(converter.convert(source.pointer))
        guard try encoder.receive(into: packet) else { throw ReelError(.failed, "make a JPEG", cause: "no packet") }
        return [UInt8](packet.bytes)
    }

    /// A camera's frame that holds the JPEG.
    func frame(of frame: CameraFrame) throws -> CameraFrame {
        PictureMemory(try bytes(of: frame)).frame(
            Int(frame.sequence), width: width, height: height, format: .mjpeg)
    }
}
