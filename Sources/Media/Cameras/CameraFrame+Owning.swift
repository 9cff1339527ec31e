import CFFmpeg
import RecordingTypes

extension CameraFrame {
    /// A JPEG that stays where the packet holds it.
    convenience init(
        jpeg packet: consuming PacketHandle, header: JPEGHeader, sequence: Int64, capturedAt: MonotonicTime
    ) {
        let owner = PacketOwner(packet)
        self.init(
            sequence: sequence, capturedAt: capturedAt, width: header.width, height: header.height, pixelFormat: .mjpeg,
            planes: [Plane(bytes: owner.packet.bytes, stride: owner.packet.bytes.count)], owner: owner)
    }

    /// Pixels that stay where the AVFrame holds them; nil when they are in none of the layouts there are.
    convenience init?(pixels frame: consuming FrameHandle, sequence: Int64, capturedAt: MonotonicTime) {
        let picture = frame.pointer.pointee
        guard let pixelFormat = PixelFormat(of: picture) else { return nil }
        let owner = FrameOwner(frame)
        let planeCount = Int(av_pix_fmt_count_planes(AVPixelFormat(rawValue: picture.format)))
        self.init(
            sequence: sequence, capturedAt: capturedAt, width: Int(picture.width), height: Int(picture.height),
            pixelFormat: pixelFormat, planes: (0..<planeCount).compactMap(picture.plane), owner: owner)
    }
}

private final class PacketOwner: @unchecked Sendable {  // Its packet is only read.
    let packet: PacketHandle

    init(_ packet: consuming PacketHandle) { self.packet = packet }
}

private final class FrameOwner: @unchecked Sendable {  // Its frame is only read.
    private let frame: FrameHandle

    init(_ frame: consuming FrameHandle) { self.frame = frame }
}

extension PixelFormat {
    /// The layout of a decoded picture, with its range; nil when there is no name for it.
    init?(of frame: AVFrame) {
        let layout = reel_layout(AVPixelFormat(rawValue: frame.format))
        let isFullRange = frame.isFullRange
        switch layout {
        case AV_PIX_FMT_YUV420P: self = isFullRange ? .yuvj420p : .yuv420p
        case AV_PIX_FMT_YUV422P: self = isFullRange ? .yuvj422p : .yuv422p
        case AV_PIX_FMT_YUV444P: self = isFullRange ? .yuvj444p : .yuv444p
        default:
            guard let format = PixelFormat(rawValue: layout.name), format.isFullRange == isFullRange else { return nil }
            self = format
        }
    }
}
