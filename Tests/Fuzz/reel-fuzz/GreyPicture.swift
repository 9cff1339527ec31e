import RecordingTypes

/// Memory of a small grey picture.
final class GreyPicture: @unchecked Sendable {  // Written once, in init.
    private static let edge = 32
    private let memory: UnsafeMutableRawBufferPointer
    private let time: MonotonicTime
    private let sequence: Int64

    init(_ grey: UInt8, at time: MonotonicTime, sequence: Int64) {
        memory = .allocate(byteCount: Self.edge * Self.edge * 3 / 2, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: grey)
        self.time = time
        self.sequence = sequence
    }

    deinit { memory.deallocate() }

    var frame: CameraFrame {
        let (luma, chroma) = (Self.edge * Self.edge, Self.edge * Self.edge / 4)
        let bytes = UnsafeRawBufferPointer(memory)
        func plane(_ start: Int, _ count: Int, _ stride: Int) -> CameraFrame.Plane {
            .init(bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count)]), stride: stride)
        }
        return CameraFrame(
            sequence: sequence, capturedAt: time, width: Self.edge, height: Self.edge, pixelFormat: .yuv420p,
            planes: [
                plane(0, luma, Self.edge), plane(luma, chroma, Self.edge / 2),
                plane(luma + chroma, chroma, Self.edge / 2),
            ], owner: self)
    }
}
