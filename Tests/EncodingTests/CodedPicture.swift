import RecordingTypes
import Simulation

/// A grey picture that carries its take and frame number: the proof of which row it belongs to.
enum CodedPicture {
    static let width = 320
    static let height = 240

    static func format(_ pixelFormat: PixelFormat) -> CameraFormat {
        CameraFormat(width: width, height: height, fps: 30, pixelFormat: pixelFormat)
    }

    static func frame(take: Int, frame: Int, sequence: Int64, capturedAt: MonotonicTime) -> CameraFrame {
        let pixels = Pixels(FrameCode(take: take, frame: frame), grey: UInt8(60 + frame % 100))
        let luma = width * height
        return CameraFrame(
            sequence: sequence, capturedAt: capturedAt, width: width, height: height, pixelFormat: .yuv420p,
            planes: [
                .init(bytes: UnsafeRawBufferPointer(rebasing: pixels.bytes[..<luma]), stride: width),
                .init(bytes: UnsafeRawBufferPointer(rebasing: pixels.bytes[luma..<luma * 5 / 4]), stride: width / 2),
                .init(bytes: UnsafeRawBufferPointer(rebasing: pixels.bytes[(luma * 5 / 4)...]), stride: width / 2),
            ], owner: pixels)
    }

    private final class Pixels: @unchecked Sendable {  // Written once, in init.
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: width * height * 3 / 2, alignment: 64)

        init(_ code: FrameCode, grey: UInt8) {
            bytes.initializeMemory(as: UInt8.self, repeating: 128)
            for index in 0..<width * height { bytes[index] = grey }
            guard let strip = FrameCode.Strip(width: width, height: height) else { return }
            for cell in 0..<FrameCode.cellCount {
                let isWhite = code.bits >> UInt64(FrameCode.cellCount - 1 - cell) & 1 == 1
                let (x, y) = strip.origin(of: cell)
                for row in y..<y + strip.cell {
                    for column in x..<x + strip.cell { bytes[row * width + column] = isWhite ? 235 : 16 }
                }
            }
        }

        deinit { bytes.deallocate() }
    }
}
