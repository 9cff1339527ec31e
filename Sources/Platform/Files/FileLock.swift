import Glibc
package import RecordingTypes
package import SystemPackage

/// A lock on a file, which says who holds it. The kernel gives it back when the process ends, however it ends; children
/// do not inherit it (close-on-exec). Its directory comes with the lock, and goes with it once the file has been removed.
package final class FileLock: Sendable {
    private let descriptor: FileDescriptor
    private let path: FilePath

    private init(_ descriptor: FileDescriptor, _ path: FilePath) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        let isRemoved = !File.exists(path)
        close(descriptor.rawValue)
        // Where a removed file stays until it is closed, its directory could not go before.
        if isRemoved { rmdir(path.removingLastComponent().string) }
    }

    /// Makes the file where there is none, with its directory, and takes the lock on it.
    ///
    /// Whoever holds the lock may remove the file and the directory: the next one makes them again.
    /// - Parameters:
    ///   - path: the file.
    ///   - holder: one line for those who come and find it taken.
    /// - Returns: The lock; nil when another has it.
    /// - Throws: `ReelError` naming the file or its directory.
    package static func take(_ path: FilePath, as holder: String) throws(ReelError) -> FileLock? {
        var tries = 0
        while true {
            tries += 1
            try Directory.create(path.removingLastComponent())
            let descriptor = FileDescriptor(rawValue: open(path.string, O_RDWR | O_CREAT | O_CLOEXEC, 0o666))
            guard descriptor.rawValue >= 0 else {
                // Taken away again in between; but a link that leads nowhere stays one.
                if errno == EINTR || errno == ENOENT && tries < 1000 { continue }
                throw failure(path)
            }
            guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else {
                let reason = errno
                close(descriptor.rawValue)
                if reason == EINTR { continue }
                if reason == EWOULDBLOCK { return nil }
                errno = reason
                throw failure(path)
            }
            guard isNamed(descriptor, path) else {
                close(descriptor.rawValue)
                continue
            }
            let lock = FileLock(descriptor, path)
            do {
                try descriptor.resize(to: 0)
                try descriptor.writeAll(toAbsoluteOffset: 0, Array("\(holder)\n".utf8))
            } catch {
                throw ReelError(error as? Errno ?? .ioError, "write the lock", subject: path.string)
            }
            return lock
        }
    }

    /// What the holder of the lock has said; empty where that cannot be read.
    package static func holder(of path: FilePath) -> String {
        let bytes = (try? File.open(path).read(4096, at: 0)) ?? []
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    private static func failure(_ path: FilePath) -> ReelError {
        ReelError(Errno(rawValue: errno), "take the lock", subject: path.string)
    }

    /// Whether the file is still the one that has the name.
    private static func isNamed(_ descriptor: FileDescriptor, _ path: FilePath) -> Bool {
        var opened = stat()
        var named = stat()
        return fstat(descriptor.rawValue, &opened) == 0 && stat(path.string, &named) == 0
            && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
    }
}
