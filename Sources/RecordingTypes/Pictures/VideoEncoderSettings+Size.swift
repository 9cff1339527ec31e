extension VideoEncoderSettings {
    /// Checks that pictures of this size can be encoded: what no encoder takes must not be recorded first.
    /// - Parameters:
    ///   - width: pixels.
    ///   - height: pixels.
    ///   - camera: whose they are, for the message.
    /// - Throws: `ReelError(.usage)` that says which sizes can be, and what else there is.
    package func requireEncodable(width: Int, height: Int, of camera: String) throws {
        let cause: String
        let even = pixelFormat.evenSides
        if (even.width && !width.isMultiple(of: 2)) || (even.height && !height.isMultiple(of: 2)) {
            let sides = even.height ? "width and height" : "width"
            cause = "videos in \(pixelFormat.rawValue) want an even \(sides)"
        } else if min(width, height) < kind.smallestSide {
            cause = "\(kind.rawValue) encodes no side of less than \(kind.smallestSide) pixels"
        } else {
            return
        }
        let other =
            kind == .h264 ? "" : ", or another codec (h264 takes small ones: --dataset.rgb_encoder.vcodec=h264)"
        throw ReelError(
            .usage, "record videos of the camera \(camera.printable)",
            cause: "its pictures are \(width)×\(height), and \(cause)",
            remedy: "Ask it for another size\(other), or record images: --dataset.video=false.")
    }
}

extension PixelFormat {
    /// Where two pixels share their colour, there must be two.
    fileprivate var evenSides: (width: Bool, height: Bool) {
        switch self {
        case .yuv420p, .yuvj420p, .nv12: (true, true)
        case .yuv422p, .yuvj422p, .yuyv422: (true, false)
        case .mjpeg, .yuv444p, .yuvj444p, .rgb24, .bgr24, .bgr0, .gray: (false, false)
        }
    }
}
