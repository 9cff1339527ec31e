import CFFmpeg
import RecordingTypes

extension CameraFrame {
    /// Lets an AVFrame use this frame's memory: nothing is copied, and the frame is kept until the AVFrame lets go.
    /// - Throws: `ReelError` when it is a JPEG, when a plane is missing, or when there is no memory.
    func lend(to frame: borrowing FrameHandle) throws {
        let format = pixelFormat.ffmpeg
        let planeCount = Int(av_pix_fmt_count_planes(format))
        guard planeCount > 0, planes.count == planeCount, let first = planes.first?.bytes, !first.isEmpty else {
            throw ReelError(
                .mismatch, "take a camera's picture", cause: "\(planes.count) planes of \(pixelFormat.rawValue)")
        }
        frame.clear()
        let held = Unmanaged.passRetained(self)
        guard
            let buffer = av_buffer_create(
                UnsafeMutablePointer(mutating: first.bindMemory(to: UInt8.self).baseAddress), first.count,
                releaseCameraFrame, held.toOpaque(), AV_BUFFER_FLAG_READONLY)
        else {
            held.release()
            throw ReelError.outOfMemory("take a camera's picture")
        }
        let target = frame.pointer
        target.pointee.buf.0 = buffer
        target.pointee.width = Int32(width)
        target.pointee.height = Int32(height)
        target.pointee.format = format.rawValue
        target.pointee.color_range = pixelFormat.isFullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
        withUnsafeMutablePointer(to: &target.pointee.data) { data in
            data.withMemoryRebound(to: UnsafeMutablePointer<UInt8>?.self, capacity: 8) { data in
                for (index, plane) in planes.enumerated() {
                    data[index] = UnsafeMutablePointer(mutating: plane.bytes.bindMemory(to: UInt8.self).baseAddress)
                }
            }
        }
        withUnsafeMutablePointer(to: &target.pointee.linesize) { strides in
            strides.withMemoryRebound(to: Int32.self, capacity: 8) { strides in
                for (index, plane) in planes.enumerated() { strides[index] = Int32(plane.stride) }
            }
        }
    }
}

/// AVBuffer's free callback; it may run on any thread of an encoder.
@c private func releaseCameraFrame(_ held: UnsafeMutableRawPointer?, _ bytes: UnsafeMutablePointer<UInt8>?) {
    guard let held else { return }
    Unmanaged<CameraFrame>.fromOpaque(held).release()
}
