import Glibc
package import RecordingTypes
package import SystemPackage

/// Files that are whole or not there, also after a power cut: written under a temporary name on the same filesystem,
/// synced, renamed, and the directory synced.
package enum AtomicFile {
    /// The ending of a file that is not whole yet. Readers of datasets and spools ignore it; recovery removes it.
    package static let partialSuffix = ".partial"

    /// The temporary name for `path`.
    package static func partial(of path: FilePath) -> FilePath { FilePath(path.string + partialSuffix) }

    /// Writes `bytes` to `path` as one step.
    /// - Throws: `ReelError` naming the file, and the temporary file is gone. Until the rename `path` is as it was; an
    ///   error that names the directory comes after it: `path` holds the new bytes, and a power cut may undo that.
    package static func write(_ bytes: some Sequence<UInt8>, to path: FilePath) throws(ReelError) {
        let temporary = partial(of: path)
        do throws(ReelError) {
            let file = try File.replace(temporary)
            try file.append(Array(bytes))
            FaultPoint.reached("file.written")
            try file.sync()
            FaultPoint.reached("file.synced")
            try Directory.renameUnsynced(temporary, to: path)
        } catch {
            unlink(temporary.string)
            throw error.about(path)
        }
        try Directory.sync(path.removingLastComponent())
        FaultPoint.reached("file.replaced")
    }
}

extension ReelError {
    /// The same error, said of the file that was to be written rather than of its temporary name.
    fileprivate func about(_ path: FilePath) -> ReelError {
        var error = self
        error.action = "write a file"
        error.subject = path.string
        return error
    }
}
