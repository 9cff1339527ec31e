import CFFmpeg
import RecordingTypes
import Synchronization

/// Takes every n-th pixel of every n-th row of pictures, as RGB. Shared by the pictures of one decoder, so that the
/// conversion is set up once.
final class PictureSampler: @unchecked Sendable {  // All but the lock is touched with the lock held only.
    private let lock = Mutex(())
    private var converter: PictureConverter?
    /// The picture with fewer rows: the same memory, seen with longer strides.
    private let rows: FrameHandle

    /// - Throws: `ReelError` when there is no memory.
    init() throws {
        FFmpegLog.begin()
        rows = try FrameHandle()
    }

    /// RGB, 3 bytes a pixel, of the pixels at rows 0, step, 2·step … and columns 0, step, 2·step …
    /// `isExact` converts all rows, so that those that are taken are what they are in the whole picture.
    /// - Throws: `ReelError` when swscale cannot convert the picture, or there is no memory.
    func rgb24(_ frame: UnsafePointer<AVFrame>, step: Int, isExact: Bool) throws -> [UInt8] {
        try lock.withLock { _ in
            let converter = try converter ?? PictureConverter(to: AV_PIX_FMT_RGB24, isFullRange: true)
            self.converter = converter
            let isShortened = !isExact && step > 1 && Self.skipRows(of: frame, step: step, into: rows.pointer)
            let source = isShortened ? UnsafePointer(rows.pointer) : frame
            let rowStep = isShortened ? 1 : step
            let (width, height) = (Int(frame.pointee.width), Int(frame.pointee.height))
            let rgb = try converter.convert(source)
            let columns = (width + step - 1) / step
            let rows = (height + step - 1) / step
            guard let pixels = rgb.pointee.data.0 else { return [] }
            let stride = Int(rgb.pointee.linesize.0)
            return [UInt8](unsafeUninitializedCapacity: columns * rows * 3) { result, count in
                for row in 0..<rows {
                    var pixel = UnsafePointer(pixels + row * rowStep * stride)
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
    }

    /// Makes `rows` show only every n-th row of a planar picture; false where its layout does not allow that.
    ///
    /// In 4:2:0 two rows share one of chroma: with an even step every row that is left has one of its own, which is 4:2:2.
    private static func skipRows(
        of frame: UnsafePointer<AVFrame>, step: Int, into rows: UnsafeMutablePointer<AVFrame>
    ) -> Bool {
        let format = AVPixelFormat(rawValue: frame.pointee.format)
        let (sampled, chromaStep): (AVPixelFormat, Int)
        switch reel_layout(format) {
        case AV_PIX_FMT_YUV420P where step.isMultiple(of: 2): (sampled, chromaStep) = (AV_PIX_FMT_YUV422P, step / 2)
        case AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P: (sampled, chromaStep) = (format, step)
        default: return false
        }
        rows.pointee.format = sampled.rawValue
        rows.pointee.width = frame.pointee.width
        rows.pointee.height = (frame.pointee.height + Int32(step) - 1) / Int32(step)
        rows.pointee.color_range = frame.pointee.isFullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
        rows.pointee.data = frame.pointee.data
        let strides = frame.pointee.linesize
        rows.pointee.linesize.0 = strides.0 * Int32(step)
        rows.pointee.linesize.1 = strides.1 * Int32(chromaStep)
        rows.pointee.linesize.2 = strides.2 * Int32(chromaStep)
        return true
    }
}
