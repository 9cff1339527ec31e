import CFFmpeg
import RecordingTypes
import Synchronization

/// Takes every n-th pixel of every n-th row of pictures, as RGB. Shared by the pictures of one decoder, so that the
/// conversion is set up once.
final class PictureSampler: @unchecked Sendable {  // All but the lock is touched with the lock held only.
    private let lock = Mutex(())
    private var converter: PictureConverter?
    /// The pixels that are taken, before they become RGB.
    private let points: FrameHandle

    /// - Throws: `ReelError` when there is no memory.
    init() throws {
        FFmpegLog.begin()
        points = try FrameHandle()
    }

    /// RGB, 3 bytes a pixel, of the pixels at rows 0, step, 2·step … and columns 0, step, 2·step …
    /// `isExact` converts the whole picture, so that those that are taken are what they are in it.
    /// - Throws: `ReelError` when swscale cannot convert the picture, or there is no memory.
    func rgb24(_ frame: UnsafePointer<AVFrame>, step: Int, isExact: Bool) throws -> [UInt8] {
        try lock.withLock { _ in
            let converter = try converter ?? PictureConverter(to: AV_PIX_FMT_RGB24, isFullRange: true)
            self.converter = converter
            let isThinned = try !isExact && step > 1 && thin(frame, step: step)
            let rgb = try converter.convert(isThinned ? UnsafePointer(points.pointer) : frame)
            return Self.pixels(of: rgb, step: isThinned ? 1 : step)
        }
    }

    private static func pixels(of rgb: UnsafePointer<AVFrame>, step: Int) -> [UInt8] {
        guard let pixels = rgb.pointee.data.0 else { return [] }
        let stride = Int(rgb.pointee.linesize.0)
        let columns = (Int(rgb.pointee.width) + step - 1) / step
        let rows = (Int(rgb.pointee.height) + step - 1) / step
        return [UInt8](unsafeUninitializedCapacity: columns * rows * 3) { result, count in
            for row in 0..<rows {
                var pixel = UnsafePointer(pixels + row * step * stride)
                for _ in 0..<columns {
                    result[count] = pixel[0]
                    result[count + 1] = pixel[1]
                    result[count + 2] = pixel[2]
                    count += 3
                    pixel += 3 * step
                }
            }
        }
    }

    /// Makes `points` a small 4:4:4 picture of the pixels that are taken, each with the chroma sample that it shares in
    /// the whole one; false where the layout is not planar YUV of 8 bits.
    private func thin(_ frame: UnsafePointer<AVFrame>, step: Int) throws -> Bool {
        let chromaShift: (x: Int, y: Int)
        switch reel_layout(AVPixelFormat(rawValue: frame.pointee.format)) {
        case AV_PIX_FMT_YUV420P: chromaShift = (1, 1)
        case AV_PIX_FMT_YUV422P: chromaShift = (1, 0)
        case AV_PIX_FMT_YUV444P: chromaShift = (0, 0)
        default: return false
        }
        let columns = (Int(frame.pointee.width) + step - 1) / step
        let rows = (Int(frame.pointee.height) + step - 1) / step
        try points.makeRoom(
            width: columns, height: rows, format: AV_PIX_FMT_YUV444P, isFullRange: frame.pointee.isFullRange)
        for plane in 0..<3 {
            guard let source = frame.pointee.plane(plane), let target = points.pointer.pointee.plane(plane),
                let from = source.bytes.bindMemory(to: UInt8.self).baseAddress,
                let to = UnsafeMutablePointer(mutating: target.bytes.bindMemory(to: UInt8.self).baseAddress)
            else { return false }
            let shift = plane == 0 ? (x: 0, y: 0) : chromaShift
            for row in 0..<rows {
                let line = from + ((row * step) >> shift.y) * source.stride
                let points = to + row * target.stride
                for column in 0..<columns { points[column] = line[(column * step) >> shift.x] }
            }
        }
        return true
    }
}
