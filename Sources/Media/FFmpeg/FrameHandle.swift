import CFFmpeg
import RecordingTypes

/// Owns one AVFrame: a reference to a decoded picture, or to none.
struct FrameHandle: ~Copyable {
    let pointer: UnsafeMutablePointer<AVFrame>

    /// - Throws: `ReelError` when there is no memory.
    init() throws {
        guard let frame = av_frame_alloc() else { throw ReelError.outOfMemory("make room for a picture") }
        pointer = frame
    }

    deinit {
        var frame: UnsafeMutablePointer<AVFrame>? = pointer
        av_frame_free(&frame)
    }

    /// Gives up the picture, keeps the AVFrame.
    func clear() { av_frame_unref(pointer) }

    /// Memory of its own for a picture, unless it has that already and nobody else holds on to it.
    /// - Throws: `ReelError` when there is no memory.
    func makeRoom(width: Int, height: Int, format: AVPixelFormat, isFullRange: Bool) throws {
        if pointer.pointee.width == width, pointer.pointee.height == height,
            pointer.pointee.format == format.rawValue, av_frame_is_writable(pointer) != 0
        {
            return
        }
        av_frame_unref(pointer)
        pointer.pointee.width = Int32(width)
        pointer.pointee.height = Int32(height)
        pointer.pointee.format = format.rawValue
        pointer.pointee.color_range = isFullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
        pointer.pointee.colorspace = AVCOL_SPC_SMPTE170M
        let result = av_frame_get_buffer(pointer, 0)
        if result < 0 { throw ReelError(ffmpeg: result, "make room for a picture") }
    }

    var format: AVPixelFormat { AVPixelFormat(rawValue: pointer.pointee.format) }
}

extension AVFrame {
    /// Whether its values use all of 0–255; where the frame does not say, its format decides.
    var isFullRange: Bool {
        if color_range == AVCOL_RANGE_JPEG { return true }
        if color_range == AVCOL_RANGE_MPEG { return false }
        return AVPixelFormat(rawValue: format).isFullRangeByName
    }

    /// Where the rows of a plane are; nil when there is no such plane.
    func plane(_ index: Int) -> CameraFrame.Plane? {
        let format = AVPixelFormat(rawValue: format)
        guard index >= 0, index < Int(av_pix_fmt_count_planes(format)),
            let description = av_pix_fmt_desc_get(format)
        else { return nil }
        let start = [data.0, data.1, data.2, data.3][index]
        let stride = Int([linesize.0, linesize.1, linesize.2, linesize.3][index])
        guard let start, stride > 0 else { return nil }
        let isChroma = index == 1 || index == 2
        let rows = isChroma ? -(-Int(height) >> Int(description.pointee.log2_chroma_h)) : Int(height)
        let bytesInRow = Int(av_image_get_linesize(format, width, Int32(index)))
        return CameraFrame.Plane(
            bytes: UnsafeRawBufferPointer(start: start, count: stride * (rows - 1) + bytesInRow), stride: stride)
    }
}
