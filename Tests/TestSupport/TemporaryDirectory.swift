package import SystemPackage

import Glibc
import Platform

/// A new directory below /tmp, gone with everything in it when nobody holds this any more.
package final class TemporaryDirectory: Sendable {
    package let path: FilePath

    /// - Throws: `Errno` when /tmp takes none.
    package init() throws {
        var template = Array("/tmp/reel-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
        path = FilePath(platformString: template)
    }

    deinit { try? File.remove(path) }

    package func file(_ name: String) -> FilePath { path.appending(name) }
}
