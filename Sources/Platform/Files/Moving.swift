package import RecordingTypes
package import SystemPackage

// Ways to another place that do what a rename alone may not. Nobody is asked beforehand what the filesystem is: device
// numbers do not tell (on overlayfs, in every container, a file has another one than its directory).

extension Directory {
    /// As `rename`, where a rename reaches.
    /// - Returns: False between two filesystems, and for a directory of one of overlayfs' lower layers; nothing has
    ///   changed then.
    /// - Throws: As `rename`.
    package static func renameIfPossible(_ old: FilePath, to new: FilePath) throws(ReelError) -> Bool {
        do throws(ReelError) {
            try renameUnsynced(old, to: new)
        } catch  where error.systemError == .improperLink {
            return false
        }
        try syncAbove(old, new)
        return true
    }
}

extension File {
    /// Moves a file that was synced, in the place of what has the new name, and syncs the directories. Where a rename does
    /// not reach, it is copied and then removed; cut off in between, it can be moved again.
    /// - Throws: `ReelError` naming the file; it is whole at one of the two places then.
    package static func move(_ old: FilePath, to new: FilePath) throws(ReelError) {
        if try Directory.renameIfPossible(old, to: new) { return }
        let temporary = AtomicFile.partial(of: new)
        try remove(temporary)
        try copy(old, to: temporary)
        try sync(temporary)
        try Directory.rename(temporary, to: new)
        try remove(old)
        try Directory.sync(old.removingLastComponent())
    }
}
