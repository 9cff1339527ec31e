import CFFmpeg
import Platform
import RecordingTypes
import SystemPackage

/// A new file that FFmpeg's muxers write to, through a descriptor of our own: so a failed write keeps its errno, and the
/// bytes can be synced. Used from one thread, `sync` excepted.
final class OutputFile {
    private let file: File
    private var context: UnsafeMutablePointer<AVIOContext>?
    /// The first write that failed.
    fileprivate(set) var failure: Errno?
    /// Bytes that the kernel has.
    fileprivate(set) var bytesWritten = 0

    /// - Throws: `ReelError` when the file is there already, or cannot be made.
    convenience init(creating path: FilePath) throws {
        try self.init(writing: File.create(path))
    }

    /// Writes to a file that is open already.
    init(writing file: File) {
        self.file = file
        context = reel_avio_to_write(4096, Unmanaged.passUnretained(self).toOpaque(), writeToFile)
    }

    deinit { reel_avio_free(context) }

    var path: FilePath { file.path }

    /// For AVFormatContext.pb.
    /// - Throws: `ReelError` when there is no memory.
    func output() throws -> UnsafeMutablePointer<AVIOContext> {
        guard let context else { throw ReelError.outOfMemory("write a file") }
        return context
    }

    /// Hands everything to the kernel.
    /// - Throws: `ReelError` with the errno of the write that failed.
    func flush() throws {
        if let context { avio_flush(context) }
        if let failure { throw ReelError(failure, "write a file", subject: path.string) }
    }

    /// Makes the bytes that the kernel has survive a power cut. May be called beside the thread that writes.
    /// - Throws: `ReelError` with the errno; from then on every sync throws it.
    func sync() throws { try file.syncData() }

    /// Why what was written is not safe, whatever a later sync would say; nil as long as none has failed.
    var syncFailure: ReelError? { file.syncFailure }

    fileprivate func write(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        do {
            try file.append(bytes)
            bytesWritten += bytes.count
            return Int32(bytes.count)
        } catch {
            let reason = error.systemError ?? .ioError
            if failure == nil { failure = reason }
            return reel_averror(reason.rawValue)
        }
    }
}

/// AVIO's write callback.
@c private func writeToFile(
    _ opaque: UnsafeMutableRawPointer?, _ bytes: UnsafePointer<UInt8>?, _ count: Int32
) -> Int32 {
    guard let opaque else { return reel_averror(Errno.invalidArgument.rawValue) }
    let file = Unmanaged<OutputFile>.fromOpaque(opaque).takeUnretainedValue()
    return file.write(UnsafeRawBufferPointer(start: bytes, count: Int(count)))
}
