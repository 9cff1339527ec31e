import CFFmpeg
import RecordingTypes

extension PixelFormat {
    /// FFmpeg's value for it; none for a JPEG, which is not a layout of pixels.
    var ffmpeg: AVPixelFormat { av_get_pix_fmt(rawValue) }

    /// Whether its values use all of 0–255, as cameras and FFmpeg understand the name.
    var isFullRange: Bool { ffmpeg.isFullRangeByName }
}

extension AVPixelFormat {
    /// FFmpeg's name for it, "unknown" where it has none.
    var name: String { av_get_pix_fmt_name(self).map { String(cString: $0) } ?? "unknown" }

    /// RGB and grey are full range, YUV is limited unless it is one of the JPEG family.
    var isFullRangeByName: Bool {
        switch self {
        case AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUVJ411P,
            AV_PIX_FMT_GRAY8:
            return true
        default:
            guard let description = av_pix_fmt_desc_get(self) else { return false }
            return description.pointee.flags & UInt64(AV_PIX_FMT_FLAG_RGB) != 0
        }
    }
}
