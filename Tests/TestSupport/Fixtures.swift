package import SystemPackage

/// Files that other programs, or Reel's former versions, wrote: `Tests/Fixtures`.
package enum Fixtures {
    private static let directory = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .appending("Fixtures")

    /// The path of a file or a directory in `Tests/Fixtures`.
    package static func path(_ name: String) -> FilePath { directory.pushing(FilePath(name)) }
}
