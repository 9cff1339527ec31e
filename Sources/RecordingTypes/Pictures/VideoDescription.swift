/// What a finished video stream is, as the `info` block of a video feature states it (dataset format v3.0).
package struct VideoDescription: Hashable, Codable, Sendable {
    package var width: Int
    package var height: Int
    /// FFmpeg's canonical name: "av1", "h264", "hevc".
    package var codec: String
    /// FFmpeg's name of the pixel format.
    package var pixelFormat: String
    /// Pictures a second.
    package var fps: Int
    /// Pictures in the stream, counted as packets written.
    package var frameCount: Int
    /// Bytes of the file.
    package var byteCount: Int
    /// What it was encoded with; nil where a file was only read.
    package var settings: VideoEncoderSettings?

    package init(
        width: Int, height: Int, codec: String, pixelFormat: String, fps: Int, frameCount: Int, byteCount: Int,
        settings: VideoEncoderSettings?
    ) {
        self.width = width
        self.height = height
        self.codec = codec
        self.pixelFormat = pixelFormat
        self.fps = fps
        self.frameCount = frameCount
        self.byteCount = byteCount
        self.settings = settings
    }
}
