import CFFmpeg
import Platform
package import RecordingTypes

extension VideoCodec {
    /// Opens the encoder for pictures at `fps` a second; picture n is due at n. It has `threads` threads where the
    /// settings say nothing of them, and as many as it likes when that is 0.
    /// - Throws: `ReelError(.usage)` when it does not take the pixel format (naming those it takes) or an option;
    ///   `ReelError` with its own words when it does not open.
    func openEncoder(
        _ settings: VideoEncoderSettings, width: Int, height: Int, fps: Int, threads: Int = 0
    ) throws -> PictureEncoder {
        guard let codec = avcodec_find_encoder_by_name(encoder) else {
            throw ReelError(.unavailable, "open the encoder \(encoder)", cause: "FFmpeg here was built without it")
        }
        let format = try Self.inputFormat(for: settings.pixelFormat, of: codec)
        var options = try options(for: settings)
        switch kind {
        case .libsvtav1: Self.quietenSVT
        case .hevc:
            // Closed groups: x265 lets pictures refer back over a key frame, and a reader that jumps there (torchcodec in
            // training) loses them. And no words on stderr. What the user gives comes later and wins.
            let given = options["x265-params"].map { ":\($0)" } ?? ""
            options["x265-params"] = "log-level=error:open-gop=0\(given)"
        default: break
        }
        return try PictureEncoder(codec, options: options) { context in
            context.pointee.width = Int32(width)
            context.pointee.height = Int32(height)
            context.pointee.pix_fmt = format
            context.pointee.time_base = AVRational(num: 1, den: Int32(fps))
            context.pointee.framerate = AVRational(num: Int32(fps), den: 1)
            context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
            // Options win.
            context.pointee.thread_count = kind.hasOwnThreads ? 0 : Int32(threads)
            context.pointee.color_range = settings.pixelFormat.isFullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
            // What cameras and JPEGs mean by YUV. Players guess BT.709 for large pictures that do not say.
            context.pointee.colorspace = AVCOL_SPC_SMPTE170M
            context.pointee.color_primaries = AVCOL_PRI_SMPTE170M
            context.pointee.color_trc = AVCOL_TRC_SMPTE170M
        }
    }

    /// The settings with the encoder that will be used, once it is sure that it takes them: what is wrong must be told
    /// before the first take, not after the last.
    ///
    /// One that takes real-time priority is not opened for this.
    /// - Throws: `ReelError(.usage)` for a pixel format or an option; `ReelError` with the encoder's own words.
    package static func checked(_ settings: VideoEncoderSettings) throws -> VideoEncoderSettings {
        let codec = try resolve(settings.kind)
        let settings = codec.completed(settings)
        if let encoder = avcodec_find_encoder_by_name(codec.encoder) {
            _ = try inputFormat(for: settings.pixelFormat, of: encoder)
        }
        _ = try codec.options(for: settings)
        if !codec.kind.takesRealTimePriority { _ = try codec.openEncoder(settings, width: 640, height: 480, fps: 30) }
        return settings
    }

    /// The layout in which the encoder is given its pictures.
    ///
    /// Some hardware takes 4:2:0 with interleaved chroma only, which is another order of the same values.
    static func inputFormat(for wanted: PixelFormat, of codec: UnsafePointer<AVCodec>) throws -> AVPixelFormat {
        guard let formats = supportedFormats(of: codec), !formats.contains(wanted.ffmpeg) else { return wanted.ffmpeg }
        if wanted == .yuv420p && formats.contains(AV_PIX_FMT_NV12) { return AV_PIX_FMT_NV12 }
        throw ReelError(
            .usage, "encode \(wanted.rawValue)", subject: String(cString: codec.pointee.name),
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

    /// libSvtAv1Enc prints its settings to stderr unless this is set before its first use; errors still come.
    private static let quietenSVT: Void = Program.setVariable("SVT_LOG", ifUnset: "1")
}
