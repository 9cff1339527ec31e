import RecordingTypes
import Synchronization

/// A camera whose pictures were all made before the first tick: a new one each time it is asked.
final class PreparedCamera: Camera {
    let name: String
    private let frames: [CameraFrame]
    private let asked = Atomic<Int>(0)

    init(_ name: String, count: Int) {
        self.name = name
        let pixels = Pixels()
        frames = (0..<count).map { sequence in
            CameraFrame(
                sequence: Int64(sequence), capturedAt: .now + .seconds(3600), width: 2, height: 2, pixelFormat: .gray,
                planes: [CameraFrame.Plane(bytes: UnsafeRawBufferPointer(pixels.bytes), stride: 2)], owner: pixels)
        }
    }

    func open() throws -> CameraFormat { CameraFormat(width: 2, height: 2, fps: 30, pixelFormat: .gray) }

    func newest() -> CameraFrame? { frames[min(asked.add(1, ordering: .relaxed).oldValue, frames.count - 1)] }

    var failure: ReelError? { nil }

    func close() {}

    private final class Pixels: @unchecked Sendable {  // Written once, in init.
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 4, alignment: 8)

        init() { bytes.initializeMemory(as: UInt8.self, repeating: 7) }

        deinit { bytes.deallocate() }
    }
}
