import CFFmpeg
import RecordingTypes

/// The encoders that a dataset's videos can be made with, by LeRobot's names.
enum VideoCodec {
    /// - Throws: `ReelError(.usage)` naming the layouts that the encoder takes, when this one is not among them.
    static func check(_ codec: UnsafePointer<AVCodec>, takes format: PixelFormat) throws {
        guard let formats = supportedFormats(of: codec), !formats.contains(format.ffmpeg) else { return }
        throw ReelError(
            .usage, "encode \(format.rawValue)", subject: String(cString: codec.pointee.name),
            cause: "the encoder takes \(formats.map(\.name).joined(separator: ", "))")
    }

    /// The layouts that an encoder takes; nil when it does not say.
    static func supportedFormats(of codec: UnsafePointer<AVCodec>) -> [AVPixelFormat]? {
        guard var format = reel_pixel_formats(codec) else { return nil }
        var formats: [AVPixelFormat] = []
        while format.pointee != AV_PIX_FMT_NONE {
            formats.append(format.pointee)
            format += 1
        }
        return formats
    }
}
