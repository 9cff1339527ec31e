import CFFmpeg
import Platform
package import RecordingTypes
package import SystemPackage

/// Appends one camera's pictures to a NUT file: JPEGs as the camera made them, everything else without loss (FFVHUFF, or
/// raw) in the layout that the dataset will hold. What `append` has returned from is with the kernel and survives a kill.
///
/// Packet n has the time n / fps, whatever the capture time was: the take's rows hold the real times.
/// Used from one thread.
package final class FrameFileWriter {
    /// What is stored.
    package let format: CameraFormat
    private let file: OutputFile
    private let muxer: Muxer
    /// Nil where JPEGs pass untouched.
    private let lossless: LosslessPictures?
    private let packet: PacketHandle
    private let frameDuration: AVRational
    private var count: Int64 = 0

    /// How pictures of a camera are stored: JPEGs stay JPEGs; all else becomes the video's layout, or for PNGs the layout
    /// that loses nothing.
    package static func storedFormat(for camera: CameraFormat, target: PictureTarget) -> CameraFormat {
        var stored = camera
        if camera.pixelFormat != .mjpeg {
            stored.pixelFormat = target.encoder?.pixelFormat ?? lossless(camera.pixelFormat)
        }
        return stored
    }

    /// What a frame file can hold of it: the same values in another order; of full-range YUV, what the PNGs will hold.
    private static func lossless(_ format: PixelFormat) -> PixelFormat {
        switch format {
        case .bgr24, .bgr0, .yuvj420p, .yuvj422p, .yuvj444p: .rgb24
        case .yuyv422: .yuv422p
        case .nv12: .yuv420p
        case .yuv420p, .yuv422p, .yuv444p, .rgb24, .gray, .mjpeg: format
        }
    }

    /// Makes the file.
    /// - Parameters:
    ///   - path: where nothing must be yet.
    ///   - pictures: the stored format.
    ///   - fps: pictures a second, as the file states them.
    ///   - isCompressed: whether pictures that are no JPEGs are compressed.
    /// - Throws: `ReelError` when the file is there already or cannot be written, or when it cannot hold the format.
    package convenience init(path: FilePath, pictures: CameraFormat, fps: Int, isCompressed: Bool = true) throws {
        try self.init(file: OutputFile(creating: path), pictures: pictures, fps: fps, isCompressed: isCompressed)
    }

    /// Writes to a file that is open already.
    init(file: OutputFile, pictures: CameraFormat, fps: Int, isCompressed: Bool = true) throws {
        FFmpegLog.begin()
        format = pictures
        self.file = file
        packet = try PacketHandle()
        let lossless =
            pictures.pixelFormat == .mjpeg
            ? nil : try LosslessPictures(of: pictures, fps: fps, isCompressed: isCompressed)
        self.lossless = lossless
        muxer = try Muxer("nut", to: file.output(), subject: file.path.string) { stream in
            stream.pointee.time_base = AVRational(num: 1, den: Int32(fps))
            stream.pointee.avg_frame_rate = AVRational(num: Int32(fps), den: 1)
            if let lossless { return try lossless.encoder.describe(to: stream) }
            stream.pointee.codecpar.pointee.codec_type = AVMEDIA_TYPE_VIDEO
            stream.pointee.codecpar.pointee.codec_id = AV_CODEC_ID_MJPEG
            stream.pointee.codecpar.pointee.width = Int32(pictures.width)
            stream.pointee.codecpar.pointee.height = Int32(pictures.height)
        }
        frameDuration = AVRational(num: 1, den: Int32(fps))
        do {
            try muxer.writeHeader()
            try file.flush()
        } catch { throw failure(or: error) }
    }

    /// Bytes that the kernel has.
    package var bytesWritten: Int { file.bytesWritten }

    /// Appends a picture.
    /// - Throws: `ReelError(.mismatch)` when it is not of the format; `.diskFull` and others when it cannot be written.
    ///   After an error the file ends in a packet that is cut short, which the reader recognises.
    package func append(_ frame: CameraFrame) throws -> PacketFacts {
        guard frame.width == format.width, frame.height == format.height,
            (frame.pixelFormat == .mjpeg) == (format.pixelFormat == .mjpeg)
        else {
            throw ReelError(
                .mismatch, "store a picture", subject: file.path.string,
                cause: "it is \(frame.width)×\(frame.height) \(frame.pixelFormat.rawValue), "
                    + "the file holds \(format.width)×\(format.height) \(format.pixelFormat.rawValue)")
        }
        if let lossless {
            try lossless.encode(frame, into: packet)
        } else {
            guard let jpeg = frame.planes.first?.bytes, !jpeg.isEmpty else {
                throw ReelError(.damaged, "store a picture", subject: file.path.string, cause: "the JPEG is empty")
            }
            // Borrowed for the length of this call: the muxer writes it and keeps nothing.
            packet.pointer.pointee.data = UnsafeMutablePointer(
                mutating: jpeg.bindMemory(to: UInt8.self).baseAddress)
            packet.pointer.pointee.size = Int32(jpeg.count)
        }
        defer { packet.clear() }
        packet.pointer.pointee.pts = count
        packet.pointer.pointee.dts = count
        packet.pointer.pointee.duration = 1
        packet.pointer.pointee.flags = AV_PKT_FLAG_KEY
        let stored = PacketFacts(of: packet.bytes)
        do {
            try muxer.write(packet, in: frameDuration)
            try file.flush()
        } catch { throw failure(or: error) }
        count += 1
        return stored
    }

    /// Makes all that was appended survive a power cut (fdatasync). May be called from another thread than `append`, but
    /// not after `finish`.
    /// - Throws: `ReelError` with the errno; from then on always, `finish` included.
    package func sync() throws { try file.sync() }

    /// Why what was appended is not safe, whatever a later sync would say; nil as long as none has failed.
    package var syncFailure: ReelError? { file.syncFailure }

    /// Writes the file's index and syncs it. A file without it (after a kill) is read just as well.
    /// - Throws: `ReelError` with the errno.
    package func finish() throws {
        do {
            try muxer.finish()
            try file.flush()
            try file.sync()
        } catch { throw failure(or: error) }
    }

    /// The errno of the write that failed says more than what the muxer made of it.
    private func failure(or error: any Error) -> any Error {
        file.failure.map { ReelError($0, "write a picture", subject: file.path.string) } ?? error
    }
}
