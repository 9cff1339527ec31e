/// How a picture's bytes are laid out in memory. Raw values are FFmpeg's names, `mjpeg` excepted.
package enum PixelFormat: String, Codable, CaseIterable, Sendable {
    /// One whole JPEG picture, as the camera compressed it.
    case mjpeg
    /// Planar 4:2:0, limited range (BT.601).
    case yuv420p
    /// Planar 4:2:0, full range.
    case yuvj420p
    /// Planar 4:2:2, limited range.
    case yuv422p
    /// Planar 4:2:2, full range.
    case yuvj422p
    /// Planar 4:4:4, limited range.
    case yuv444p
    /// Planar 4:4:4, full range.
    case yuvj444p
    /// Packed 4:2:2 (V4L2's YUYV).
    case yuyv422
    /// Luma plane and an interleaved chroma plane.
    case nv12
    /// 8 bits each of red, green, blue.
    case rgb24
    /// 8 bits each of blue, green, red.
    case bgr24
    /// 8 bits each of blue, green, red, and one unused.
    case bgr0
    /// 8 bits of grey.
    case gray
}
