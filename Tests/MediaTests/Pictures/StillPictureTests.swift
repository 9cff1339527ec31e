import Media
import Platform
import RecordingTypes
import Testing

@Suite("A still picture is the camera's picture")
struct StillPictureTests {
    @Test func pixelsBecomeAJPEGAndJPEGsStay() throws {
        let memory = PictureBytes([UInt8](repeating: 81, count: 64 * 48) + [UInt8](repeating: 128, count: 64 * 24))
        func plane(_ start: Int, _ count: Int, _ stride: Int) -> CameraFrame.Plane {
            CameraFrame.Plane(
                bytes: UnsafeRawBufferPointer(rebasing: memory.bytes[start..<(start + count)]), stride: stride)
        }
        let frame = CameraFrame(
            sequence: 0, capturedAt: .now, width: 64, height: 48, pixelFormat: .yuv420p,
            planes: [plane(0, 3072, 64), plane(3072, 768, 32), plane(3840, 768, 32)], owner: memory)
        let jpeg = try StillPicture.jpeg(of: frame)
        #expect(jpeg.prefix(3) == [0xFF, 0xD8, 0xFF])
        let again = PictureBytes(jpeg)
        let decoded = try StillPicture.jpeg(
            of: CameraFrame(
                sequence: 0, capturedAt: .now, width: 64, height: 48, pixelFormat: .mjpeg,
                planes: [.init(bytes: again.bytes, stride: 0)], owner: again))
        #expect(decoded == jpeg, "a camera's own JPEG stays what it is")
    }
}

/// Bytes that live as long as somebody holds them.
private final class PictureBytes: @unchecked Sendable {  // Written by init alone.
    let bytes: UnsafeRawBufferPointer

    init(_ content: [UInt8]) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: content.count, alignment: 16)
        memory.copyBytes(from: content)
        bytes = UnsafeRawBufferPointer(memory)
    }

    deinit { bytes.deallocate() }
}
