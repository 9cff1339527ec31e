import Glibc
import RecordingTypes
import SystemPackage

/// A symbolic link to a pseudo-terminal, so that a simulated arm has a name that does not change.
struct PortLink {
    private let path: FilePath
    private let target: String

    /// Makes it; one that is there already is replaced.
    /// - Throws: `ReelError` when it cannot be made, or something else has the name.
    init(at path: FilePath, to target: String) throws {
        self.path = path
        self.target = target
        if Self.target(of: path) != nil { unlink(path.string) }
        guard symlink(target, path.string) == 0 else {
            throw ReelError(Errno(rawValue: errno), "make the link", subject: path.string)
        }
    }

    /// Removes it, if it is still this one.
    func remove() {
        if Self.target(of: path) == target { unlink(path.string) }
    }

    private static func target(of path: FilePath) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path.string, &buffer, buffer.count)
        return count < 0 ? nil : String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
