package import RecordingTypes

/// What a glance at a picture tells: how light it is, how much there is to see, and how sharp. One thread at a time.
package final class PictureMeasurer {
    package struct Measures: Sendable, Equatable {
        /// Of 0, black, to 1: the mean, and the deviation from it.
        package var light: Double
        package var contrast: Double
        /// How much neighbouring points differ, for the contrast that there is. Only to be held against the same camera's.
        package var sharpness: Double

        package init(light: Double, contrast: Double, sharpness: Double) {
            (self.light, self.contrast, self.sharpness) = (light, contrast, sharpness)
        }
    }

    /// Points in a row of what is looked at.
    private static let width = 320
    private let decoder: JPEGDecoder

    /// - Throws: `ReelError` when this FFmpeg decodes no JPEG.
    package init() throws { decoder = try JPEGDecoder(halvings: 1) }

    /// - Throws: `ReelError` for a picture that is none.
    package func measure(_ frame: CameraFrame) throws -> Measures {
        let picture: Picture
        if frame.pixelFormat == .mjpeg, let jpeg = frame.planes.first?.bytes {
            picture = try decoder.picture(of: jpeg)
        } else {
            picture = try Picture(frame)
        }
        let step = max(1, picture.width / Self.width)
        let pixels = try picture.rgb24(subsampledBy: step)
        let width = (picture.width + step - 1) / step
        return Self.measures(of: pixels, width: width)
    }

    private static func measures(of pixels: [UInt8], width: Int) -> Measures {
        let count = pixels.count / 3
        let luma = (0..<count).map { place -> Float in
            let at = 3 * place
            return 0.299 * Float(pixels[at]) + 0.587 * Float(pixels[at + 1]) + 0.114 * Float(pixels[at + 2])
        }
        let height = width > 0 ? count / width : 0
        guard width > 2, height > 2 else { return Measures(light: 0, contrast: 0, sharpness: 0) }
        let mean = luma.reduce(0, +) / Float(count)
        let variance = luma.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(count)
        // The second derivative: of an edge that is blurred it is small.
        var edges: Float = 0
        for row in 1..<height - 1 {
            for place in row * width + 1..<(row + 1) * width - 1 {
                let beside = luma[place - 1] + luma[place + 1] + luma[place - width] + luma[place + width]
                let bend = 4 * luma[place] - beside
                edges += bend * bend
            }
        }
        edges /= Float((width - 2) * (height - 2))
        return Measures(
            light: Double(mean) / 255, contrast: Double(variance.squareRoot()) / 255,
            sharpness: Double((edges / max(variance, 1)).squareRoot()))
    }
}
