package import RecordingTypes

/// One picture of a camera as a JPEG, for people to look at.
package enum StillPicture {
    /// The JPEG's bytes: the camera's own where it gives JPEGs.
    /// - Throws: `ReelError` with FFmpeg's words.
    package static func jpeg(of frame: CameraFrame) throws -> [UInt8] {
        if frame.pixelFormat == .mjpeg { return frame.planes.first.map { Array($0.bytes) } ?? [] }
        return try JPEGEncoder().jpeg(of: Picture(frame))
    }
}
