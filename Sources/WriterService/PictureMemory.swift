import Media
import Platform
import RecordingTypes
import Synchronization
import SystemPackage

/// The memory in which a client puts pictures: slots, one a row, used in turn. A counter at its beginning says from how many rows
/// the pictures were taken out.
///
/// The client may write anywhere in it at any time, so what is looked at is copied first.
final class PictureMemory {
    /// One camera's place in a slot, and what comes there.
    struct Camera: Sendable {
        var feature: String
        /// As the pictures come.
        var format: CameraFormat
        /// From the slot's beginning.
        var offset = 0
        /// Bytes that a picture has at most.
        var room = 0
    }

    static let slotsOffset = 4096
    private static let alignment = 64

    let cameras: [Camera]
    let slotBytes: Int
    let slotCount: Int
    let descriptor: FileDescriptor
    private let memory: SharedMemory
    private var rows = 0
    /// Per camera: pictures so far.
    private var sequences: [Int64]

    /// - Parameters:
    ///   - cameras: with their features and formats; places are found here.
    ///   - byteCount: bytes that there should be.
    /// - Throws: `ReelError` when the system has no such memory, usage when two rows do not fit.
    init(_ cameras: [Camera], byteCount: Int) throws {
        var (places, end) = (cameras, 0)
        for index in cameras.indices {
            let format = cameras[index].format
            // A JPEG of noise is hardly larger than its pixels; its tables and a thumbnail come on top.
            let pixels = format.width * format.height * (format.pixelFormat == .gray ? 1 : 3)
            places[index].room = pixels + (format.pixelFormat == .mjpeg ? 1 << 16 : 0)
            places[index].offset = end
            end += (places[index].room + Self.alignment - 1) / Self.alignment * Self.alignment
        }
        self.cameras = places
        slotBytes = end
        slotCount = (byteCount - Self.slotsOffset) / end
        guard slotCount >= 2 else {
            let least = (Self.slotsOffset + 2 * end + (1 << 20) - 1) >> 20
            throw ReelError(
                .usage, "share memory for pictures",
                cause: "\(byteCount >> 20) MiB do not hold the pictures of two rows",
                remedy: "Give it \(least) MiB or more.")
        }
        (memory, descriptor) = try SharedMemory.createCommon(
            "reel-writer", byteCount: Self.slotsOffset + slotCount * end)
        sequences = Array(repeating: 0, count: cameras.count)
    }

    deinit { try? descriptor.close() }

    /// Takes the pictures of the next row out.
    /// - Parameters:
    ///   - sizes: bytes of each camera's; 0 where the row shows the picture of the row before.
    ///   - isFirst: the row begins an episode, so nothing can be shown again.
    /// - Returns: one a camera; nil where the row shows the picture of the row before.
    /// - Throws: `ProtocolViolation` for what is no picture of the camera.
    func take(_ sizes: [Int], isFirst: Bool) throws -> [CameraFrame?] {
        let slot = memory.start + Self.slotsOffset + rows % slotCount * slotBytes
        var frames: [CameraFrame?] = []
        frames.reserveCapacity(cameras.count)
        let now = MonotonicTime.now
        for (index, camera) in cameras.enumerated() {
            let size = sizes[index]
            guard size > 0 else {
                if isFirst {
                    throw ProtocolViolation("an episode's first row has no picture of it", feature: camera.feature)
                }
                frames.append(nil)
                continue
            }
            guard size <= camera.room else {
                throw ProtocolViolation(
                    "a picture of \(size) bytes; there is room for \(camera.room)", feature: camera.feature)
            }
            let bytes = CopiedPicture(UnsafeRawBufferPointer(start: slot + camera.offset, count: size))
            frames.append(try frame(of: bytes, camera, index, at: now))
        }
        rows += 1
        let counter = memory.start.assumingMemoryBound(to: Atomic<UInt64>.self)
        counter.pointee.store(UInt64(rows), ordering: .releasing)
        return frames
    }

    private func frame(of bytes: CopiedPicture, _ camera: Camera, _ index: Int, at time: MonotonicTime) throws
        -> CameraFrame
    {
        let (format, size) = (camera.format, bytes.memory.count)
        if format.pixelFormat == .mjpeg {
            guard let header = JPEGHeader(UnsafeRawBufferPointer(bytes.memory)) else {
                throw ProtocolViolation("its picture is no whole JPEG", feature: camera.feature)
            }
            guard header.width == format.width, header.height == format.height else {
                throw ProtocolViolation(
                    "its JPEG is \(header.width)×\(header.height), not \(format.width)×\(format.height)",
                    feature: camera.feature)
            }
        } else if size != camera.room {
            throw ProtocolViolation(
                "its picture has \(size) bytes; \(format.width)×\(format.height) in \(format.pixelFormat.rawValue) are "
                    + "\(camera.room)", feature: camera.feature)
        }
        sequences[index] += 1
        let stride = format.pixelFormat == .mjpeg ? size : size / format.height
        return CameraFrame(
            sequence: sequences[index], capturedAt: time, width: format.width, height: format.height,
            pixelFormat: format.pixelFormat,
            planes: [.init(bytes: UnsafeRawBufferPointer(bytes.memory), stride: stride)], owner: bytes)
    }
}

/// A picture that nobody else writes to.
private final class CopiedPicture: @unchecked Sendable {  // Only read after it was made.
    let memory: UnsafeMutableRawBufferPointer

    /// Decoders read some bytes more than there are.
    private static let padding = 64

    init(_ bytes: UnsafeRawBufferPointer) {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count + Self.padding, alignment: 64)
        memory = UnsafeMutableRawBufferPointer(rebasing: room[..<bytes.count])
        memory.copyMemory(from: bytes)
        room[bytes.count...].initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { memory.deallocate() }
}
