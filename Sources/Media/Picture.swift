import CFFmpeg
package import RecordingTypes

/// One picture as pixels: decoded, or as a camera gave it. Its pixels never change.
package final class Picture: @unchecked Sendable {  // The AVFrame is only read after it was made.
    private let frame: FrameHandle
    private let sampler: PictureSampler

    init(_ frame: consuming FrameHandle, sampler: PictureSampler) {
        self.frame = frame
        self.sampler = sampler
    }

    /// A camera's frame that is pixels already; its memory is shared, not copied.
    /// - Throws: `ReelError` when it is a JPEG.
    package convenience init(_ frame: CameraFrame) throws {
        let handle = try FrameHandle()
        try frame.lend(to: handle)
        self.init(handle, sampler: try PictureSampler())
    }

    /// Pixels.
    package var width: Int { Int(frame.pointer.pointee.width) }
    /// Pixels.
    package var height: Int { Int(frame.pointer.pointee.height) }
    /// FFmpeg's name of its layout: "yuvj422p".
    package var pixelFormat: String { frame.format.name }
    /// Whether its values use all of 0–255.
    package var isFullRange: Bool { frame.pointer.pointee.isFullRange }

    /// The pixels at rows and columns 0, step, 2·step …, as numpy's `[::step, ::step]`: 3 bytes each, red, green, blue,
    /// row by row, ⌈width / step⌉ to a row.
    /// - Throws: `ReelError` when the layout cannot be converted.
    package func rgb24(subsampledBy step: Int = 1) throws -> [UInt8] {
        try sampler.rgb24(frame.pointer, step: max(1, step))
    }

    /// Rows of one plane in memory, for code that reads luma directly; nil when there is no such plane.
    package func withPlane<Result>(_ index: Int, _ body: (CameraFrame.Plane) throws -> Result) rethrows -> Result? {
        guard let plane = plane(index) else { return nil }
        return try withExtendedLifetime(self) { try body(plane) }
    }

    /// The AVFrame, to be read only, as long as the picture lives.
    func withFrame<Result>(_ body: (UnsafePointer<AVFrame>) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(self) { try body(UnsafePointer(frame.pointer)) }
    }

    private func plane(_ index: Int) -> CameraFrame.Plane? {
        guard index >= 0, index < Int(av_pix_fmt_count_planes(frame.format)),
            let description = av_pix_fmt_desc_get(frame.format)
        else { return nil }
        let isChroma = index == 1 || index == 2
        let rows = isChroma ? -(-height >> Int(description.pointee.log2_chroma_h)) : height
        let (bytes, stride) = withUnsafePointer(to: frame.pointer.pointee) { frame in
            let data = [frame.pointee.data.0, frame.pointee.data.1, frame.pointee.data.2, frame.pointee.data.3]
            let strides = [
                frame.pointee.linesize.0, frame.pointee.linesize.1, frame.pointee.linesize.2, frame.pointee.linesize.3,
            ]
            return (data[index], Int(strides[index]))
        }
        guard let bytes, stride > 0 else { return nil }
        let width = Int(av_image_get_linesize(frame.format, frame.pointer.pointee.width, Int32(index)))
        return CameraFrame.Plane(
            bytes: UnsafeRawBufferPointer(start: bytes, count: stride * (rows - 1) + width), stride: stride)
    }
}
