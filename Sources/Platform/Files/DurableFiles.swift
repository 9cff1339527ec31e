package import SystemPackage

/// The old names of `File`, `AtomicFile`, `Directory` and `FileSystem`. Use those.
package enum DurableFiles {
    package static let partialSuffix = AtomicFile.partialSuffix
    package static func partial(of path: FilePath) -> FilePath { AtomicFile.partial(of: path) }
    package static func write(_ bytes: some Sequence<UInt8>, to path: FilePath) throws {
        try AtomicFile.write(bytes, to: path)
    }
    package static func rename(_ old: FilePath, to new: FilePath) throws {
        try Directory.rename(old, to: new)
    }
    package static func createDirectory(_ path: FilePath) throws { try Directory.create(path) }
    package static func sync(_ path: FilePath) throws { try File.sync(path) }
    package static func syncDirectory(_ path: FilePath) throws { try Directory.sync(path) }
    package static func isDirectory(_ path: FilePath) -> Bool { Directory.exists(path) }
    package static func exists(_ path: FilePath) -> Bool { File.exists(path) }
    package static func requireFile(_ path: FilePath) throws { try File.require(path) }
    package static func size(of path: FilePath) -> Int? { File.size(of: path) }
    package static func names(in path: FilePath) throws -> [String] { try Directory.names(in: path) }
    package static func read(_ path: FilePath) throws -> [UInt8] { try File.read(path) }
    package static func remove(_ path: FilePath) throws { try File.remove(path) }
    package static func freeBytes(at path: FilePath) throws -> Int { try FileSystem.freeBytes(at: path) }
    package static func diskSize(at path: FilePath) throws -> Int { try FileSystem.size(at: path) }
    package static func setAside(_ bytes: Int, at path: FilePath) throws {
        try FileSystem.setAside(bytes, at: path)
    }
}
