import CLinux
import Glibc
package import RecordingTypes
package import SystemPackage

/// Directories, and the names in them: made, changed and taken away so that it lasts.
package enum Directory {
    package static func exists(_ path: FilePath) -> Bool {
        var status = stat()
        return stat(path.string, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Which directory it is: another one that has come in its place has another number. Nil when it is not there.
    /// - Throws: `ReelError` naming the directory.
    package static func number(of path: FilePath) throws(ReelError) -> UInt64? {
        var status = stat()
        if stat(path.string, &status) == 0 { return UInt64(status.st_ino) }
        if errno == ENOENT { return nil }
        throw ReelError(Errno(rawValue: errno), "look at a directory", subject: path.string)
    }

    /// Makes a directory with its parents, each synced into the one above it.
    /// - Throws: `ReelError` naming the directory.
    package static func create(_ path: FilePath) throws(ReelError) {
        if mkdir(path.string, 0o777) == 0 { return try sync(path.removingLastComponent()) }
        let failure = errno
        if failure == EEXIST {
            if exists(path) { return }
            // It was there, and somebody has taken it away since.
            var status = stat()
            if lstat(path.string, &status) != 0 && errno == ENOENT { return try create(path) }
        }
        let parent = path.removingLastComponent()
        if failure == ENOENT, !parent.isEmpty, parent != path, !File.exists(parent) {
            try create(parent)
            return try create(path)
        }
        throw ReelError(Errno(rawValue: failure), "make a directory", subject: path.string)
    }

    /// Makes a directory that nobody else has: six letters are added to the path.
    /// - Throws: `ReelError` naming the path.
    package static func createTemporary(_ path: FilePath) throws(ReelError) -> FilePath {
        var template = Array("\(path.string)XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw ReelError(Errno(rawValue: errno), "make a directory", subject: path.string)
        }
        return FilePath(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    /// The names in a directory, sorted; empty when it is not there.
    /// - Throws: `ReelError` when it is there and cannot be read.
    package static func names(in path: FilePath) throws(ReelError) -> [String] {
        guard let directory = opendir(path.string) else {
            if errno == ENOENT { return [] }
            throw ReelError(Errno(rawValue: errno), "read a directory", subject: path.string)
        }
        defer { closedir(directory) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
            errno = 0
        }
        // A list that was cut off must not look like a short one.
        guard errno == 0 else { throw ReelError(Errno(rawValue: errno), "read a directory", subject: path.string) }
        return names.sorted()
    }

    /// Renames a file or directory, and syncs the directory (or both, when it changes). A file must have been synced.
    /// - Throws: `ReelError`. One that names the old path: nothing has changed. One that names a directory, as `sync`
    ///   does: it has the new name, and a power cut may undo that.
    package static func rename(_ old: FilePath, to new: FilePath) throws(ReelError) {
        try renameUnsynced(old, to: new)
        try syncAbove(old, new)
    }

    /// Renames a file or directory; `syncAbove` makes it last.
    /// - Throws: `ReelError` naming the old path; then nothing has changed. Its `systemError` is `.improperLink` where the
    ///   filesystem cannot do it: between two filesystems, or a directory on overlayfs that lies in a lower layer.
    package static func renameUnsynced(_ old: FilePath, to new: FilePath) throws(ReelError) {
        guard Glibc.rename(old.string, new.string) == 0 else {
            throw ReelError(Errno(rawValue: errno), "rename to \(new.lastComponent?.string ?? "")", subject: old.string)
        }
    }

    /// Swaps two files or directories of one filesystem in one step (renameat2, RENAME_EXCHANGE), and syncs. False when
    /// the filesystem cannot do it (NFS, FAT; directories of lower layers on overlayfs); then nothing has changed.
    /// - Throws: `ReelError`. One that names the first path: nothing has changed.
    package static func exchange(_ first: FilePath, _ second: FilePath) throws(ReelError) -> Bool {
        let result = Errno(rawValue: reel_exchange_paths(first.string, second.string))
        let refusals: [Errno] = [.invalidArgument, .noFunction, .improperLink, .notPermitted, .notSupported]
        if refusals.contains(result) { return false }
        if result.rawValue != 0 { throw ReelError(result, "swap with \(second)", subject: first.string) }
        try syncAbove(first, second)
        return true
    }

    /// Makes the names in a directory survive a power cut.
    ///
    /// A filesystem that has no such thing (EINVAL: some network and FUSE filesystems) has done what it can.
    /// - Throws: `ReelError` naming the directory.
    package static func sync(_ path: FilePath) throws(ReelError) {
        let path = path.isEmpty ? FilePath(".") : path
        let directory = Glibc.open(path.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw ReelError(Errno(rawValue: errno), "sync a directory", subject: path.string) }
        defer { close(directory) }
        guard let cause = SystemSync.failure(fsync, FileDescriptor(rawValue: directory), path) else { return }
        if cause == .invalidArgument || cause == .notSupported { return }
        throw ReelError(
            cause, "sync a directory", subject: path.string, remedy: "The change is made; a power cut may undo it.")
    }

    /// Syncs the directory that two names are in, or both.
    /// - Throws: `ReelError` naming the directory.
    package static func syncAbove(_ old: FilePath, _ new: FilePath) throws(ReelError) {
        let (left, reached) = (old.removingLastComponent(), new.removingLastComponent())
        try sync(reached)
        if left.string != reached.string { try sync(left) }
    }

    /// Makes all files below a directory, or one file, and their names survive a power cut.
    /// - Throws: `ReelError` naming the file.
    package static func syncTree(_ path: FilePath) throws(ReelError) {
        guard exists(path) else { return try File.sync(path) }
        for name in try names(in: path) { try syncTree(path.appending(name)) }
        try sync(path)
    }

    /// Copies a directory with all in it, or a file, to a name where nothing is. Nothing is synced.
    /// - Throws: `ReelError` naming what could not be copied; what was copied so far is left.
    package static func copyTree(_ path: FilePath, to new: FilePath) throws(ReelError) {
        guard exists(path) else { return try File.copy(path, to: new) }
        guard mkdir(new.string, 0o777) == 0 else {
            throw ReelError(Errno(rawValue: errno), "make a directory", subject: new.string)
        }
        for name in try names(in: path) { try copyTree(path.appending(name), to: new.appending(name)) }
    }
}
