import Glibc
package import RecordingTypes
import Synchronization
package import SystemPackage

/// A file that is open, closed when nobody holds it any more.
///
/// One thread at a time reads, appends and cuts; another one may sync meanwhile. A sync that failed is never tried
/// again: Linux tells of bytes that did not reach the disk once, marks them as clean, and calls the next sync a success.
package final class File: Sendable {
    package let path: FilePath
    package let descriptor: FileDescriptor
    /// The sync that failed. Held while a sync goes on: of two at once the kernel would tell one.
    private let failedSync = Mutex<ReelError?>(nil)

    /// Takes over a descriptor that is open.
    package init(adopting descriptor: FileDescriptor, path: FilePath) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { try? descriptor.close() }

    /// Makes a file, which must not be there yet.
    /// - Throws: `ReelError` naming the file.
    package static func create(_ path: FilePath) throws(ReelError) -> File {
        try File(path, O_WRONLY | O_CREAT | O_EXCL, "make a file")
    }

    /// Makes a file, or empties the one that is there.
    /// - Throws: `ReelError` naming the file.
    package static func replace(_ path: FilePath) throws(ReelError) -> File {
        try File(path, O_WRONLY | O_CREAT | O_TRUNC, "write a file")
    }

    /// Opens a file for reading.
    /// - Throws: `ReelError` naming the file.
    package static func open(_ path: FilePath) throws(ReelError) -> File { try File(path, O_RDONLY, "open a file") }

    /// Makes a file without a name, to write and to read: it goes with the last who holds it, and with the process.
    /// - Throws: `ReelError` naming the directory.
    package static func temporary(in directory: FilePath) throws(ReelError) -> File {
        // A kill between the two leaves an empty file, which recovery takes for one that is not whole.
        let name = "\(UInt64.random(in: 0 ... .max))\(AtomicFile.partialSuffix)"
        let file = try File(directory.appending(name), O_RDWR | O_CREAT | O_EXCL, "make a temporary file")
        unlink(file.path.string)
        return file
    }

    private convenience init(_ path: FilePath, _ flags: Int32, _ action: String) throws(ReelError) {
        var descriptor: Int32
        repeat { descriptor = Glibc.open(path.string, flags | O_CLOEXEC, 0o666) } while descriptor < 0 && errno == EINTR
        guard descriptor >= 0 else { throw ReelError(Errno(rawValue: errno), action, subject: path.string) }
        self.init(adopting: FileDescriptor(rawValue: descriptor), path: path)
    }

    /// Hands all of the bytes to the kernel. `action` is what the error says that could not be done.
    /// - Throws: `ReelError` naming the file; part of the bytes may have been written.
    package func append(_ bytes: UnsafeRawBufferPointer, _ action: String = "write a file") throws(ReelError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = write(descriptor.rawValue, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if written == 0 || errno != EINTR {
                let cause = written == 0 ? Errno.ioError : Errno(rawValue: errno)
                throw ReelError(cause, action, subject: path.string)
            }
        }
    }

    /// Hands all of the bytes to the kernel.
    /// - Throws: `ReelError` naming the file; part of the bytes may have been written.
    package func append(_ bytes: [UInt8], _ action: String = "write a file") throws(ReelError) {
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(ReelError) in try append(buffer, action) }
        }
        try result.get()
    }

    /// Cuts the file to a length, where the next bytes go.
    /// - Throws: `ReelError` naming the file.
    package func cut(to length: Int) throws(ReelError) {
        if ftruncate(descriptor.rawValue, length) != 0 || lseek(descriptor.rawValue, length, SEEK_SET) < 0 {
            throw ReelError(Errno(rawValue: errno), "cut a file", subject: path.string)
        }
    }

    /// All bytes from the file's beginning.
    /// - Throws: `ReelError` naming the file.
    package func readAll() throws(ReelError) -> [UInt8] {
        var status = stat()
        guard fstat(descriptor.rawValue, &status) == 0 else { throw readFailure() }
        return try read(Int(status.st_size), at: 0)
    }

    /// So many bytes from `offset` on; fewer where the file ends before.
    /// - Throws: `ReelError` naming the file.
    package func read(_ wanted: Int, at offset: Int) throws(ReelError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: wanted)
        var count = 0
        while count < bytes.count {
            let read = bytes.withUnsafeMutableBytes {
                pread(descriptor.rawValue, $0.baseAddress.map { $0 + count }, $0.count - count, offset + count)
            }
            if read < 0 && errno == EINTR { continue }
            if read < 0 { throw readFailure() }
            if read == 0 { break }
            count += read
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// What tells this file from another, and from itself after a change.
    package struct Identity: Hashable, Sendable {
        package var inode: UInt64
        package var byteCount: Int
        /// Since 1970.
        package var modifiedNanoseconds: Int

        /// All of it in a word.
        package var text: String {
            [inode, UInt64(byteCount), UInt64(bitPattern: Int64(modifiedNanoseconds))]
                .map { String($0, radix: 16) }.joined(separator: "-")
        }
    }

    /// The open file's, whatever has its name by now.
    /// - Throws: `ReelError` naming the file, also when it is no file but a directory or a device.
    package var identity: Identity {
        get throws(ReelError) {
            var status = stat()
            guard fstat(descriptor.rawValue, &status) == 0 else { throw readFailure() }
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw ReelError(.unavailable, "read a file", subject: path.string, cause: "it is no file")
            }
            return Identity(
                inode: UInt64(status.st_ino), byteCount: Int(status.st_size),
                modifiedNanoseconds: status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec)
        }
    }

    private func readFailure() -> ReelError {
        ReelError(Errno(rawValue: errno), "read a file", subject: path.string)
    }

    // MARK: - Durability

    /// Makes what was appended so far survive a power cut (fsync).
    /// - Throws: `ReelError` naming the file; from then on every sync throws it.
    package func sync() throws(ReelError) { try sync(fsync) }

    /// The same, without what reading the bytes does not need, as the time of the change (fdatasync).
    /// - Throws: `ReelError` naming the file; from then on every sync throws it.
    package func syncData() throws(ReelError) { try sync(fdatasync) }

    /// Why the file's bytes are not safe, whatever a later sync would say; nil as long as no sync has failed.
    package var syncFailure: ReelError? { failedSync.withLock { $0 } }

    private func sync(_ call: (Int32) -> Int32) throws(ReelError) {
        let failure = failedSync.withLock { failure -> ReelError? in
            if failure == nil, let cause = SystemSync.failure(call, descriptor, path) {
                failure = ReelError(
                    cause, "sync a file", subject: path.string,
                    remedy: "What was written to it may be lost: look at the disk.")
            }
            return failure
        }
        if let failure { throw failure }
    }
}

/// The two calls that make things last.
enum SystemSync {
    /// Why it failed, or nil. A test can make it fail: `FaultPoint`.
    static func failure(_ call: (Int32) -> Int32, _ descriptor: FileDescriptor, _ path: FilePath) -> Errno? {
        if FaultPoint.fails("file.sync", path.lastComponent?.string) { return .ioError }
        while call(descriptor.rawValue) != 0 {
            if errno != EINTR { return Errno(rawValue: errno) }
        }
        return nil
    }
}

extension File {
    /// All bytes of a file.
    /// - Throws: `ReelError` naming the file.
    package static func read(_ path: FilePath) throws(ReelError) -> [UInt8] {
        try File(path, O_RDONLY, "read a file").readAll()
    }

    /// Makes a file's bytes survive a power cut. Who has written it and holds it open asks that `File`: this one does
    /// not hear of what a sync has been told before.
    /// - Throws: `ReelError` naming the file.
    package static func sync(_ path: FilePath) throws(ReelError) { try File(path, O_RDONLY, "sync a file").sync() }

    package static func exists(_ path: FilePath) -> Bool { access(path.string, F_OK) == 0 }

    /// Throws `ReelError(.unavailable)` when there is no such file.
    package static func require(_ path: FilePath) throws(ReelError) {
        guard exists(path) else { throw ReelError(Errno.noSuchFileOrDirectory, "open a file", subject: path.string) }
    }

    /// Bytes of the file, or nil when it is not there.
    package static func size(of path: FilePath) -> Int? {
        var status = stat()
        return stat(path.string, &status) == 0 ? Int(status.st_size) : nil
    }

    /// Whether this process may read and write what is there.
    package static func mayBeUsed(_ path: FilePath) -> Bool { access(path.string, R_OK | W_OK) == 0 }

    /// Removes an output that did not succeed, or a link, as well as it can be done. What is no ordinary file stays: a
    /// device is not ours to remove.
    package static func discard(_ path: FilePath) {
        var status = stat()
        guard lstat(path.string, &status) == 0 else { return }
        if [S_IFREG, S_IFLNK].contains(status.st_mode & S_IFMT) { unlink(path.string) }
    }

    /// Gives a file a second name, or copies it where the filesystem has no hard links. Of a symbolic link it is the
    /// file that it leads to: a relative one would lead elsewhere from another directory. Nothing is synced.
    /// - Throws: `ReelError` naming the file; then there is no such second name.
    package static func linkOrCopy(_ path: FilePath, to new: FilePath) throws(ReelError) {
        if linkat(AT_FDCWD, path.string, AT_FDCWD, new.string, AT_SYMLINK_FOLLOW) == 0 { return }
        let cause = Errno(rawValue: errno)
        // What has no links says EPERM (FAT), ENOTSUP (exFAT, FUSE), EXDEV (two filesystems, overlayfs), EMLINK (full).
        let refusals: [Errno] = [.notPermitted, .notSupported, .noFunction, .improperLink, .tooManyLinks]
        guard refusals.contains(cause) else {
            throw ReelError(cause, "link to \(new.lastComponent?.string ?? "")", subject: path.string)
        }
        try copy(path, to: new)
    }

    /// Copies a file to a name where none is. Nothing is synced.
    /// - Throws: `ReelError` naming the file; then there is no copy.
    package static func copy(_ path: FilePath, to new: FilePath) throws(ReelError) {
        let source = try File(path, O_RDONLY, "copy a file")
        let copy = try create(new)
        do throws(ReelError) {
            var piece = [UInt8](repeating: 0, count: 1 << 20)
            while true {
                let read = piece.withUnsafeMutableBytes {
                    Glibc.read(source.descriptor.rawValue, $0.baseAddress, $0.count)
                }
                if read < 0 && errno == EINTR { continue }
                if read < 0 { throw ReelError(Errno(rawValue: errno), "copy a file", subject: path.string) }
                if read == 0 { return }
                try copy.append(read == piece.count ? piece : Array(piece.prefix(read)), "copy a file")
            }
        } catch {
            unlink(new.string)
            throw error
        }
    }

    /// Removes a file, or a directory with all in it. Not being there is no error.
    /// - Throws: `ReelError` naming what could not be removed.
    package static func remove(_ path: FilePath) throws(ReelError) {
        var status = stat()
        guard lstat(path.string, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in try Directory.names(in: path) { try remove(path.appending(name)) }
        }
        if Glibc.remove(path.string) != 0 && errno != ENOENT {
            throw ReelError(Errno(rawValue: errno), "remove", subject: path.string)
        }
    }
}

extension FilePermissions {
    /// What an ordinary program asks for; the umask narrows it.
    package static var filePermissions: FilePermissions { [.ownerReadWrite, .groupReadWrite, .otherReadWrite] }
}
