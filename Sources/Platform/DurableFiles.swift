import CLinux
import Glibc
import RecordingTypes
package import SystemPackage

/// Files that are whole or not there, also after a power cut: written under a temporary name on the same filesystem,
/// synced, renamed, and the directory synced.
package enum DurableFiles {
    /// The ending of a file that is not whole yet. Readers of datasets and spools ignore it; recovery removes it.
    package static let partialSuffix = ".partial"

    /// The temporary name for `path`.
    package static func partial(of path: FilePath) -> FilePath { FilePath(path.string + partialSuffix) }

    /// Writes `bytes` to `path` as one step.
    /// - Throws: `ReelError` naming the file; then `path` is as it was, and the temporary file is gone.
    package static func write(_ bytes: some Sequence<UInt8>, to path: FilePath) throws {
        let temporary = partial(of: path)
        do {
            let file = try FileDescriptor.open(
                temporary, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .filePermissions)
            try file.closeAfter {
                try file.writeAll(bytes)
                FaultPoint.reached("file.written")
                try sync(file)
            }
            FaultPoint.reached("file.synced")
            try rename(temporary, to: path)
            FaultPoint.reached("file.replaced")
        } catch {
            unlink(temporary.string)
            throw (error as? Errno).map { ReelError($0, "write a file", subject: path.string) } ?? error
        }
    }

    /// Renames and syncs the directory (or both, when it changes). The file itself must have been synced.
    package static func rename(_ old: FilePath, to new: FilePath) throws {
        guard Glibc.rename(old.string, new.string) == 0 else {
            throw ReelError(Errno(rawValue: errno), "rename to \(new.lastComponent?.string ?? "")", subject: old.string)
        }
        try syncDirectory(new.removingLastComponent())
        if old.removingLastComponent() != new.removingLastComponent() {
            try syncDirectory(old.removingLastComponent())
        }
    }

    /// Swaps two files or directories of one filesystem in one step (renameat2, RENAME_EXCHANGE), and syncs. False when
    /// the filesystem cannot do it (NFS, exFAT); then nothing has changed.
    package static func exchange(_ first: FilePath, _ second: FilePath) throws -> Bool {
        let result = reel_exchange_paths(first.string, second.string)
        if result == EINVAL || result == ENOSYS { return false }
        if result != 0 { throw ReelError(Errno(rawValue: result), "swap with \(second)", subject: first.string) }
        try syncDirectory(first.removingLastComponent())
        try syncDirectory(second.removingLastComponent())
        return true
    }

    /// Makes a directory with its parents, each synced into the one above it.
    package static func createDirectory(_ path: FilePath) throws {
        if mkdir(path.string, 0o777) == 0 { return try syncDirectory(path.removingLastComponent()) }
        let failure = errno
        if failure == EEXIST && isDirectory(path) { return }
        let parent = path.removingLastComponent()
        if failure == ENOENT, !parent.isEmpty, parent != path, !exists(parent) {
            try createDirectory(parent)
            return try createDirectory(path)
        }
        throw ReelError(Errno(rawValue: failure), "make a directory", subject: path.string)
    }

    /// Makes a file's bytes survive a power cut.
    package static func sync(_ path: FilePath) throws {
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
            try file.closeAfter { try sync(file) }
        } catch let error as Errno {
            throw ReelError(error, "sync a file", subject: path.string)
        }
    }

    /// Makes the names in a directory survive a power cut.
    package static func syncDirectory(_ path: FilePath) throws {
        let directory = path.isEmpty ? FilePath(".") : path
        do {
            let file = try FileDescriptor.open(directory, .readOnly, options: [.directory, .closeOnExec])
            try file.closeAfter { try sync(file) }
        } catch let error as Errno {
            throw ReelError(error, "sync a directory", subject: directory.string)
        }
    }

    /// Makes all files below a directory, or one file, and their names survive a power cut.
    /// - Throws: `ReelError` naming the file.
    package static func syncTree(_ path: FilePath) throws {
        guard isDirectory(path) else { return try sync(path) }
        for name in try names(in: path) { try syncTree(path.appending(name)) }
        try syncDirectory(path)
    }

    /// Gives a file a second name, or copies it where the filesystem has no hard links. Nothing is synced.
    /// - Throws: `ReelError` naming the file.
    package static func linkOrCopy(_ path: FilePath, to new: FilePath) throws {
        if link(path.string, new.string) != 0 { try write(read(path), to: new) }
    }

    package static func isDirectory(_ path: FilePath) -> Bool {
        var status = stat()
        return stat(path.string, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    package static func exists(_ path: FilePath) -> Bool { access(path.string, F_OK) == 0 }

    /// Throws `ReelError(.unavailable)` when there is no such file.
    package static func requireFile(_ path: FilePath) throws {
        guard exists(path) else { throw ReelError(Errno.noSuchFileOrDirectory, "open a file", subject: path.string) }
    }

    /// Bytes of the file, or nil when it is not there.
    package static func size(of path: FilePath) -> Int? {
        var status = stat()
        return stat(path.string, &status) == 0 ? Int(status.st_size) : nil
    }

    /// Whether a file can be renamed from one place to the other. False when one of them is not there.
    package static func areOnOneFilesystem(_ first: FilePath, _ second: FilePath) -> Bool {
        var (one, other) = (stat(), stat())
        return stat(first.string, &one) == 0 && stat(second.string, &other) == 0 && one.st_dev == other.st_dev
    }

    /// The names in a directory, sorted; empty when it is not there.
    /// - Throws: `ReelError` when it is there and cannot be read.
    package static func names(in path: FilePath) throws -> [String] {
        guard let directory = opendir(path.string) else {
            if errno == ENOENT { return [] }
            throw ReelError(Errno(rawValue: errno), "read a directory", subject: path.string)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// All bytes of a file.
    package static func read(_ path: FilePath) throws -> [UInt8] {
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
            return try file.closeAfter {
                let size = Int(try file.seek(offset: 0, from: .end))
                try file.seek(offset: 0, from: .start)
                return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
                    while count < size {
                        let read = try file.read(
                            into: UnsafeMutableRawBufferPointer(
                                rebasing: UnsafeMutableRawBufferPointer(buffer)[count...]))
                        if read == 0 { break }
                        count += read
                    }
                }
            }
        } catch let error as Errno {
            throw ReelError(error, "read a file", subject: path.string)
        }
    }

    /// Removes a file, or a directory with all in it. Not being there is no error.
    package static func remove(_ path: FilePath) throws {
        var status = stat()
        guard lstat(path.string, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in try names(in: path) { try remove(path.appending(name)) }
        }
        if Glibc.remove(path.string) != 0 && errno != ENOENT {
            throw ReelError(Errno(rawValue: errno), "remove", subject: path.string)
        }
    }

    /// Bytes that an ordinary user may still write on the filesystem that holds `path`.
    package static func freeBytes(at path: FilePath) throws -> Int {
        var status = statvfs()
        guard statvfs(path.string, &status) == 0 else {
            throw ReelError(Errno(rawValue: errno), "measure the free space", subject: path.string)
        }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }

    /// Bytes that the filesystem that holds `path` has in all.
    package static func diskSize(at path: FilePath) throws -> Int {
        var status = statvfs()
        guard statvfs(path.string, &status) == 0 else {
            throw ReelError(Errno(rawValue: errno), "measure the disk", subject: path.string)
        }
        return Int(status.f_blocks) * Int(status.f_frsize)
    }

    /// Makes a file that takes up this much space without being written, so that removing it makes room.
    /// - Throws: `ReelError`; then there is no such file.
    package static func setAside(_ bytes: Int, at path: FilePath) throws {
        do {
            let file = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .closeOnExec], permissions: .filePermissions)
            try file.closeAfter {
                let result = posix_fallocate(file.rawValue, 0, bytes)
                guard result == 0 else { throw Errno(rawValue: result) }
            }
        } catch let error as Errno {
            unlink(path.string)
            throw ReelError(error, "set space aside", subject: path.string)
        }
    }

    private static func sync(_ file: FileDescriptor) throws {
        if fsync(file.rawValue) != 0 { throw Errno(rawValue: errno) }
    }
}

extension FilePermissions {
    /// What an ordinary program asks for; the umask narrows it.
    package static var filePermissions: FilePermissions { [.ownerReadWrite, .groupReadWrite, .otherReadWrite] }
}
