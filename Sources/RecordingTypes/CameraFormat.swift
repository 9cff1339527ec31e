/// What a camera really delivers, read off its first pictures.
package struct CameraFormat: Hashable, Codable, Sendable {
    /// Pixels, after rotation.
    package var width: Int
    /// Pixels, after rotation.
    package var height: Int
    /// Pictures a second, as the camera states or as measured; 0 when neither is known.
    package var fps: Double
    /// How its pictures arrive.
    package var pixelFormat: PixelFormat

    package init(width: Int, height: Int, fps: Double, pixelFormat: PixelFormat) {
        self.width = width
        self.height = height
        self.fps = fps
        self.pixelFormat = pixelFormat
    }
}
