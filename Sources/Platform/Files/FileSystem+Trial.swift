import Glibc
package import RecordingTypes
package import SystemPackage

extension FileSystem {
    /// Does in small what is done to a take: whether a filesystem can is known before the first one, not after.
    ///
    /// Some that are programs (FUSE) cannot cut a file, or lose one whose directory is renamed while it is open.
    /// - Parameters:
    ///   - directory: On the filesystem. What the trial makes there is gone afterwards, or ends in `.partial`.
    ///   - names: Files that will lie beside each other: some filesystems take no colon, or do not tell `Top` from `top`.
    /// - Throws: `ReelError` that says what it cannot do.
    package static func tryOut(in directory: FilePath, names: [String]) throws(ReelError) {
        let place = AtomicFile.partial(of: directory.appending("trial"))
        try File.remove(place)
        let before = place.appending("before")
        let after = place.appending("after")
        do throws(ReelError) {
            try attempt("make a directory in a directory", place) { () throws(ReelError) in try Directory.create(before)
            }
            try tryFile(in: before, movedTo: after, place)
            try attempt("replace a file by another", place) { () throws(ReelError) in
                for byte in [UInt8(5), 6] { try AtomicFile.write([byte], to: after.appending("take.json")) }
                try Self.require(try File.read(after.appending("take.json")) == [6], after)
            }
            for name in names {
                try attempt("hold a file \(name) beside the others", place) { () throws(ReelError) in
                    _ = try File.create(after.appending(name))
                }
            }
            try attempt("remove", place) { () throws(ReelError) in try File.remove(place) }
        } catch {
            try? File.remove(place)
            throw error
        }
    }

    /// In a function of its own: nobody has the file open when it is removed, which FUSE and NFS would not like.
    private static func tryFile(
        in before: FilePath, movedTo after: FilePath, _ place: FilePath
    ) throws(ReelError) {
        let file = try File.create(before.appending("rows"))
        try attempt("write", place) { () throws(ReelError) in try file.append([1, 2, 3]) }
        try attempt("cut a file", place) { () throws(ReelError) in try file.cut(to: 1) }
        try attempt("sync", place) { () throws(ReelError) in
            try file.syncData()
            try Directory.sync(before)
        }
        try attempt("rename a directory while a file in it is open", place) { () throws(ReelError) in
            try Directory.rename(before, to: after)
            try file.append([4])
            try file.sync()
            try Self.require(try File.read(after.appending("rows")) == [1, 4], after)
        }
    }

    private static func attempt(
        _ what: String, _ place: FilePath, _ step: () throws(ReelError) -> Void
    ) throws(ReelError) {
        do throws(ReelError) {
            if FaultPoint.fails("filesystem.trial", what) {
                throw ReelError(Errno.notSupported, what, subject: place.string)
            }
            try step()
        } catch {
            // A full disk is a full disk, and a forbidden one is forbidden.
            if error.kind == .diskFull || error.systemError == .permissionDenied { throw error }
            throw ReelError(
                .unavailable, "record on this filesystem", subject: place.removingLastComponent().string,
                cause: "it cannot \(what): \(error.cause)",
                remedy: "Put the dataset on another disk (--dataset.root), and copy it here when it is done.",
                systemError: error.systemError)
        }
    }

    private static func require(_ holds: Bool, _ path: FilePath) throws(ReelError) {
        guard holds else {
            throw ReelError(.damaged, "read a file", subject: path.string, cause: "it does not hold what was written")
        }
    }
}
