import Platform
import RecordingTypes

/// A camera whose pictures were all made before the first tick: a new one each time it is asked, and it holds on to none
/// that it gave away, so that the last one who has it gives the memory back.
final class PreparedCamera: Camera, @unchecked Sendable {  // Asked by the control loop's thread alone.
    let name: String
    private var frames: [CameraFrame?]
    private var asked = 0

    init(_ name: String, count: Int) {
        self.name = name
        frames = (0..<count).map { sequence in
            let pixels = Pixels()
            return CameraFrame(
                sequence: Int64(sequence), capturedAt: .now, width: 2, height: 2, pixelFormat: .gray,
                planes: [CameraFrame.Plane(bytes: UnsafeRawBufferPointer(pixels.bytes), stride: 2)], owner: pixels)
        }
    }

    func open() throws -> CameraFormat { CameraFormat(width: 2, height: 2, fps: 30, pixelFormat: .gray) }

    func newest() -> CameraFrame? {
        defer { asked += 1 }
        return frames[asked].take()
    }

    func picture(at tick: MonotonicTime) -> CameraFrame? { newest() }

    var failure: ReelError? { nil }

    func close() {}

    private final class Pixels: @unchecked Sendable {  // Written once, in init.
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 4, alignment: 8)

        init() { bytes.initializeMemory(as: UInt8.self, repeating: 7) }

        deinit { bytes.deallocate() }
    }
}
