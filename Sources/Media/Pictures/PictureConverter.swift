import CFFmpeg
import CPixels
import RecordingTypes

/// Converts pictures of one size to one layout and range of BT.601 colour, into memory that it uses again as soon as
/// nobody else holds it; smaller ones of them where a width is given. Used from one thread.
final class PictureConverter {
    let format: AVPixelFormat
    let isFullRange: Bool
    /// Wider pictures are made so wide, in proportion.
    private let mostWidth: Int?
    private var scaler: OpaquePointer?
    private var source: Source?
    private let target: FrameHandle

    private struct Source: Equatable {
        let width: Int32
        let height: Int32
        let format: Int32
        let isFullRange: Bool
    }

    /// - Throws: `ReelError` when there is no memory.
    init(to format: AVPixelFormat, isFullRange: Bool, mostWidth: Int? = nil) throws {
        self.format = format
        self.isFullRange = isFullRange
        self.mostWidth = mostWidth
        target = try FrameHandle()
    }

    deinit { reel_scaler_close(scaler) }

    /// Whether a picture has not the layout, range and size already.
    func isNeeded(for frame: UnsafePointer<AVFrame>) -> Bool {
        frame.pointee.format != format.rawValue || frame.pointee.isFullRange != isFullRange
            || size(of: frame) != (Int(frame.pointee.width), Int(frame.pointee.height))
    }

    /// What a picture's size becomes: even numbers, because colour has half of them.
    private func size(of frame: UnsafePointer<AVFrame>) -> (width: Int, height: Int) {
        let (width, height) = (Int(frame.pointee.width), Int(frame.pointee.height))
        guard let mostWidth, width > mostWidth else { return (width, height) }
        return (max(2, mostWidth / 2 * 2), max(2, height * mostWidth / width / 2 * 2))
    }

    /// The picture in the wanted layout, valid until the next call: the converter's own, or `frame` itself when it is
    /// that already.
    /// - Throws: `ReelError` when swscale cannot convert it, or there is no memory.
    func convert(_ frame: UnsafePointer<AVFrame>) throws -> UnsafePointer<AVFrame> {
        guard isNeeded(for: frame) else { return frame }
        let (width, height) = size(of: frame)
        try target.makeRoom(width: width, height: height, format: format, isFullRange: isFullRange)
        if width == frame.pointee.width, halveColour(of: frame) { return UnsafePointer(target.pointer) }
        try prepare(for: frame, width: Int32(width), height: Int32(height))
        let result = withUnsafePointer(to: frame.pointee.data) { data in
            data.withMemoryRebound(to: UnsafePointer<UInt8>?.self, capacity: 8) { data in
                withUnsafePointer(to: frame.pointee.linesize) { strides in
                    strides.withMemoryRebound(to: Int32.self, capacity: 8) { strides in
                        run(data, strides, height: frame.pointee.height, into: target.pointer)
                    }
                }
            }
        }
        if result < 0 { throw ReelError(ffmpeg: result, "convert a picture") }
        return UnsafePointer(target.pointer)
    }

    /// RGB to 4:2:0, the usual way of a camera that gives pixels, without swscale, which takes four times as long for it.
    /// False where this is another way.
    private func halveColour(of frame: UnsafePointer<AVFrame>) -> Bool {
        let red: Int32
        switch AVPixelFormat(rawValue: frame.pointee.format) {
        case AV_PIX_FMT_RGB24: red = 0
        case AV_PIX_FMT_BGR24: red = 2
        default: return false
        }
        let (width, height) = (frame.pointee.width, frame.pointee.height)
        guard format == AV_PIX_FMT_YUV420P, width.isMultiple(of: 2), height.isMultiple(of: 2),
            frame.pointee.linesize.0 > 0, let rgb = frame.pointee.data.0
        else { return false }
        let (planes, strides) = (target.pointer.pointee.data, target.pointer.pointee.linesize)
        reel_rgb_to_yuv420(
            rgb, frame.pointee.linesize.0, red, isFullRange ? 1 : 0, width, height,
            ReelPlane(bytes: planes.0, stride: strides.0),
            ReelPlane(bytes: planes.1, stride: strides.1), ReelPlane(bytes: planes.2, stride: strides.2))
        return true
    }

    private func prepare(for frame: UnsafePointer<AVFrame>, width: Int32, height: Int32) throws {
        let wanted = Source(
            width: frame.pointee.width, height: frame.pointee.height, format: frame.pointee.format,
            isFullRange: frame.pointee.isFullRange)
        if source == wanted && scaler != nil { return }
        reel_scaler_close(scaler)
        scaler = reel_scaler_open(
            wanted.width, wanted.height, AVPixelFormat(rawValue: wanted.format), wanted.isFullRange ? 1 : 0,
            width, height, format, isFullRange ? 1 : 0)
        source = wanted
        if scaler == nil {
            throw ReelError(
                .failed, "convert a picture",
                cause: "swscale has no way from \(AVPixelFormat(rawValue: wanted.format).name) to \(format.name)")
        }
    }

    private func run(
        _ data: UnsafePointer<UnsafePointer<UInt8>?>, _ strides: UnsafePointer<Int32>, height: Int32,
        into target: UnsafeMutablePointer<AVFrame>
    ) -> Int32 {
        withUnsafePointer(to: target.pointee.data) { targets in
            targets.withMemoryRebound(to: UnsafeMutablePointer<UInt8>?.self, capacity: 8) { targets in
                withUnsafePointer(to: target.pointee.linesize) { targetStrides in
                    targetStrides.withMemoryRebound(to: Int32.self, capacity: 8) { targetStrides in
                        reel_scaler_run(scaler, data, strides, height, targets, targetStrides)
                    }
                }
            }
        }
    }
}
