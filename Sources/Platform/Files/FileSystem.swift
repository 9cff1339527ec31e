import CLinux
import Glibc
package import RecordingTypes
package import SystemPackage

/// What a filesystem has room for.
package enum FileSystem {
    /// Bytes that an ordinary user may still write on the filesystem that holds `path`.
    /// - Throws: `ReelError` when it does not say.
    package static func freeBytes(at path: FilePath) throws(ReelError) -> Int {
        let status = try status(at: path, "measure the free space")
        return bytes(status.f_bavail, of: status.f_frsize)
    }

    /// Bytes that the filesystem that holds `path` has in all.
    /// - Throws: `ReelError` when it does not say.
    package static func size(at path: FilePath) throws(ReelError) -> Int {
        let status = try status(at: path, "measure the disk")
        return bytes(status.f_blocks, of: status.f_frsize)
    }

    /// So many blocks in bytes. Filesystems without an end of their own (FUSE, network) advertise more than an Int
    /// holds; what is said of them then leaves room to add to.
    static func bytes(_ blocks: some BinaryInteger, of size: some BinaryInteger) -> Int {
        let (bytes, isTooMuch) = UInt64(clamping: blocks).multipliedReportingOverflow(by: UInt64(clamping: size))
        return isTooMuch ? Int.max / 2 : min(Int(clamping: bytes), Int.max / 2)
    }

    private static func status(at path: FilePath, _ action: String) throws(ReelError) -> statvfs {
        var status = statvfs()
        while statvfs(path.string, &status) != 0 {
            if errno != EINTR { throw ReelError(Errno(rawValue: errno), action, subject: path.string) }
        }
        return status
    }

    /// Makes a file that takes up this much space without being written, so that removing it makes room.
    /// - Throws: `ReelError`; then there is no such file.
    package static func setAside(_ bytes: Int, at path: FilePath) throws(ReelError) {
        let file = try File.replace(path)
        let result = reel_allocate(file.descriptor.rawValue, Int64(bytes))
        guard result == 0 else {
            unlink(path.string)
            throw ReelError(Errno(rawValue: result), "set space aside", subject: path.string)
        }
    }
}
