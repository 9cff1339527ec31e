import Media
import RecordingTypes

/// One picture of a camera, for people.
struct ShownPicture: Sendable {
    let frame: CameraFrame
    let jpeg: [UInt8]
    /// 8 bits each of red, green and blue, row by row; nil where nobody wanted them.
    let pixels: [UInt8]?
}

/// Makes pictures of one camera such as people's programs show: the camera's own JPEGs where it gives JPEGs.
struct PictureMaker {
    /// Pictures that are no JPEGs are made so wide at most: they are for looking at.
    static let mostWidth = 640
    private let encoder: JPEGEncoder
    private let decoder: JPEGDecoder
    private var last: ShownPicture?

    /// - Throws: `ReelError` when there is no memory.
    init() throws {
        encoder = try JPEGEncoder(mostWidth: Self.mostWidth, quality: 5)
        decoder = try JPEGDecoder()
    }

    /// Nil for a picture that is none. The same one is not made twice.
    mutating func shown(_ frame: CameraFrame, withPixels: Bool = false) -> ShownPicture? {
        let known = last.flatMap { $0.frame === frame ? $0 : nil }
        if let known, !withPixels || known.pixels != nil { return known }
        do {
            let isJPEG = frame.pixelFormat == .mjpeg
            let jpeg = try known?.jpeg ?? (isJPEG ? whole(frame) : encoder.jpeg(of: Picture(frame)))
            guard !jpeg.isEmpty else { return nil }
            let pixels =
                withPixels
                ? try (isJPEG ? jpeg.withUnsafeBytes { try decoder.picture(of: $0) } : Picture(frame)).rgb24() : nil
            last = ShownPicture(frame: frame, jpeg: jpeg, pixels: pixels)
            return last
        } catch {
            return nil
        }
    }

    private func whole(_ frame: CameraFrame) -> [UInt8] {
        frame.planes.first.flatMap { WholeJPEG.bytes(of: $0.bytes) } ?? []
    }
}
