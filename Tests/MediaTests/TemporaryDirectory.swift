import Glibc
import Platform
import RecordingTypes
import SystemPackage

/// A directory that is gone with everything in it when the test ends.
final class TemporaryDirectory {
    let path: FilePath

    init() throws {
        var template = Array("/tmp/reel-media-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw ReelError(Errno(rawValue: errno), "make a directory", subject: "/tmp")
        }
        path = FilePath(platformString: template)
    }

    deinit { try? DurableFiles.remove(path) }

    func file(_ name: String) -> FilePath { path.appending(name) }
}
