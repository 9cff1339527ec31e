import Media
import Platform
import RecordingTypes

/// Pictures to try encoders on: soft shapes that move a little, and noise of two steps, as a webcam's sensor makes it.
/// What matters to an encoder's speed is that no picture is like the one before it.
enum TrialPicture {
    /// Picture `number` of the scene.
    /// - Throws: `ReelError` when there is no memory.
    static func make(width: Int, height: Int, number: Int) throws -> Picture {
        let pixels = Pixels(width: width, height: height, number: number)
        let (luma, chroma) = (width * height, (width / 2) * (height / 2))
        let planes = [(0, luma, width), (luma, chroma, width / 2), (luma + chroma, chroma, width / 2)].map {
            start, count, stride in
            CameraFrame.Plane(
                bytes: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(pixels.bytes)[start..<start + count]),
                stride: stride)
        }
        return try Picture(
            CameraFrame(
                sequence: Int64(number), capturedAt: .now, width: width, height: height, pixelFormat: .yuv420p,
                planes: planes, owner: pixels))
    }

    private final class Pixels: @unchecked Sendable {  // Written once, in init.
        let bytes: UnsafeMutableRawBufferPointer

        init(width: Int, height: Int, number: Int) {
            let luma = width * height
            bytes = .allocate(byteCount: luma + 2 * (width / 2) * (height / 2), alignment: 64)
            var random = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 | 1
            for index in bytes.indices {
                // A linear congruential generator: fast, and random enough for noise.
                random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let noise = Int(random >> 62) - 2
                guard index < luma else {
                    bytes[index] = UInt8(128 + noise)
                    continue
                }
                let (row, column) = (index / width, index % width + number * 2)
                let shape = ((row >> 5) ^ (column >> 5)) & 3
                bytes[index] = UInt8(60 + shape * 30 + (column & 31) + noise)
            }
        }

        deinit { bytes.deallocate() }
    }
}
