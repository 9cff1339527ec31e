import Platform
import RecordingTypes
import Synchronization

/// A camera for tests: a new picture each time it is asked, until it is told to stop.
final class StillCamera: Camera {
    let name: String
    private let sequence = Atomic<Int64>(0)
    private let lastSequence: Int64
    private let staleAfter: Duration

    init(name: String = "front", picturesUntil lastSequence: Int64 = .max, age: Duration = .zero) {
        self.name = name
        self.lastSequence = lastSequence
        staleAfter = age
    }

    func open() throws -> CameraFormat { CameraFormat(width: 2, height: 2, fps: 30, pixelFormat: .gray) }

    func newest() -> CameraFrame? { picture(at: .now) }

    func picture(at tick: MonotonicTime) -> CameraFrame? {
        let next = min(sequence.add(1, ordering: .relaxed).oldValue, lastSequence)
        return Self.frame(Int(next), age: staleAfter, at: tick)
    }

    var failure: ReelError? { nil }

    func close() {}

    static func frame(_ sequence: Int, age: Duration = .zero, at time: MonotonicTime = .now) -> CameraFrame {
        let pixels = Pixels()
        return CameraFrame(
            sequence: Int64(sequence), capturedAt: time + (.zero - age), width: 2, height: 2, pixelFormat: .gray,
            planes: [CameraFrame.Plane(bytes: UnsafeRawBufferPointer(pixels.bytes), stride: 2)], owner: pixels)
    }

    private final class Pixels: @unchecked Sendable {  // Written once, in init.
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 4, alignment: 8)

        init() { bytes.initializeMemory(as: UInt8.self, repeating: 7) }

        deinit { bytes.deallocate() }
    }
}
