import CFFmpeg
package import RecordingTypes

extension CameraFormat {
    /// Bytes of one picture as it lies in a frame file without compression; nil for JPEGs, which have no such size.
    package var rawPictureBytes: Int? {
        guard pixelFormat != .mjpeg else { return nil }
        let size = av_image_get_buffer_size(pixelFormat.ffmpeg, Int32(width), Int32(height), 1)
        return size > 0 ? Int(size) : nil
    }
}
