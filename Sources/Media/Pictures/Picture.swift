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
    /// row by row, ⌈width / step⌉ to a row. Pixels that are left out are not converted, so the others do not have their
    /// neighbours' part in the chroma between two samples; `isExact` converts the whole picture first.
    /// - Throws: `ReelError` when the layout cannot be converted.
    package func rgb24(subsampledBy step: Int = 1, isExact: Bool = false) throws -> [UInt8] {
        try sampler.rgb24(frame.pointer, step: max(1, step), isExact: isExact)
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

    private func plane(_ index: Int) -> CameraFrame.Plane? { frame.pointer.pointee.plane(index) }
}
