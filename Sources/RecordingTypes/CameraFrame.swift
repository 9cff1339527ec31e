/// One picture as the camera gave it. Immutable, so it may be shared by the camera's thread, the control loop and the
/// spool writer; the bytes go when the last of them lets go.
package final class CameraFrame: Sendable {
    /// Counts the camera's pictures from 0 since it was opened; a gap is a picture that nobody saw.
    package let sequence: Int64
    /// When it was captured: the driver's time where it gives one on CLOCK_MONOTONIC, else when its last byte arrived.
    package let capturedAt: MonotonicTime
    /// Pixels.
    package let width: Int
    /// Pixels.
    package let height: Int
    package let pixelFormat: PixelFormat
    /// One plane, or Y, U and V; a JPEG is one plane of one row.
    package let planes: [Plane]
    /// What it costs to hold it, in bytes.
    package let byteCount: Int
    /// What keeps the planes' memory alive.
    private let owner: any AnyObject & Sendable

    /// Rows of bytes in memory.
    package struct Plane: @unchecked Sendable {  // The memory is never written after the frame was made.
        package let bytes: UnsafeRawBufferPointer
        /// Bytes from one row to the next.
        package let stride: Int

        package init(bytes: UnsafeRawBufferPointer, stride: Int) {
            self.bytes = bytes
            self.stride = stride
        }
    }

    /// The owner keeps the planes' memory valid and unchanged until it is released.
    package init(
        sequence: Int64, capturedAt: MonotonicTime, width: Int, height: Int, pixelFormat: PixelFormat, planes: [Plane],
        owner: any AnyObject & Sendable
    ) {
        self.sequence = sequence
        self.capturedAt = capturedAt
        self.width = width
        self.height = height
        self.pixelFormat = pixelFormat
        self.planes = planes
        byteCount = planes.reduce(0) { $0 + $1.bytes.count }
        self.owner = owner
    }
}
