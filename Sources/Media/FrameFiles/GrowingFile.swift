import CFFmpeg
import RecordingTypes
import SystemPackage

/// A file that FFmpeg's demuxers read, which may still be growing: at its end somebody is asked whether to wait for more.
/// Used from one thread.
final class GrowingFile {
    let path: FilePath
    private let descriptor: FileDescriptor
    private var context: UnsafeMutablePointer<AVIOContext>?
    private let waitForMore: (@Sendable () -> Bool)?
    /// The read that failed.
    private(set) var failure: Errno?

    /// `waitForMore` is called at the end of the file: it blocks a little and says whether to read on; false, or no
    /// function at all, means that the end is the end.
    /// - Throws: `ReelError` when the file cannot be opened.
    init(_ path: FilePath, waitForMore: (@Sendable () -> Bool)?) throws {
        self.path = path
        self.waitForMore = waitForMore
        do {
            descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        } catch let error as Errno {
            throw ReelError(error, "open a file", subject: path.string)
        }
        context = reel_avio_to_read(1 << 16, Unmanaged.passUnretained(self).toOpaque(), readFromFile, goOnInFile)
    }

    deinit {
        reel_avio_free(context)
        try? descriptor.close()
    }

    /// For AVFormatContext.pb.
    /// - Throws: `ReelError` when there is no memory.
    func input() throws -> UnsafeMutablePointer<AVIOContext> {
        guard let context else { throw ReelError.outOfMemory("read a file") }
        return context
    }

    /// Forward only: who goes back in a damaged file may do so for ever.
    fileprivate func goOn(at offset: Int64) -> Int64 {
        guard let context, offset >= avio_tell(context) else { return Int64(reel_averror(Errno.illegalSeek.rawValue)) }
        do {
            return try descriptor.seek(offset: offset, from: .start)
        } catch {
            return Int64(reel_averror((error as? Errno ?? .ioError).rawValue))
        }
    }

    fileprivate func read(into bytes: UnsafeMutableRawBufferPointer) -> Int32 {
        do {
            while true {
                let count = try descriptor.read(into: bytes)
                if count > 0 { return Int32(count) }
                guard let waitForMore else { return reel_averror_eof }
                if !waitForMore() {
                    // What was written between the last look and the answer belongs to the file as well.
                    let last = try descriptor.read(into: bytes)
                    return last > 0 ? Int32(last) : reel_averror_eof
                }
            }
        } catch {
            let reason = error as? Errno ?? .ioError
            failure = reason
            return reel_averror(reason.rawValue)
        }
    }
}

/// AVIO's seek callback.
@c private func goOnInFile(_ opaque: UnsafeMutableRawPointer?, _ offset: Int64, _ whence: Int32) -> Int64 {
    guard let opaque, whence == SEEK_SET else { return Int64(reel_averror(Errno.invalidArgument.rawValue)) }
    return Unmanaged<GrowingFile>.fromOpaque(opaque).takeUnretainedValue().goOn(at: offset)
}

/// AVIO's read callback.
@c private func readFromFile(
    _ opaque: UnsafeMutableRawPointer?, _ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int32
) -> Int32 {
    guard let opaque, count > 0 else { return reel_averror(Errno.invalidArgument.rawValue) }
    let file = Unmanaged<GrowingFile>.fromOpaque(opaque).takeUnretainedValue()
    return file.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: Int(count)))
}
