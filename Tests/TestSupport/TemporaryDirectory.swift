package import SystemPackage

import Platform

/// A new directory below /tmp, gone with everything in it when nobody holds this any more.
package final class TemporaryDirectory: Sendable {
    package let path: FilePath

    /// - Throws: `ReelError` when /tmp takes none.
    package init() throws { path = try Directory.createTemporary("/tmp/reel-test-") }

    deinit { try? File.remove(path) }

    package func file(_ name: String) -> FilePath { path.appending(name) }
}
