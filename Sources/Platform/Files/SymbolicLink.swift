import Glibc
package import RecordingTypes
package import SystemPackage

/// Names that lead to other names.
package enum SymbolicLink {
    /// Where it leads, as it is written there; nil when it is no symbolic link.
    package static func target(of path: FilePath) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path.string, &buffer, buffer.count)
        return count < 0 ? nil : String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Makes one.
    /// - Throws: `ReelError` naming it when something has the name, or it cannot be made.
    package static func create(_ path: FilePath, to target: String) throws(ReelError) {
        guard symlink(target, path.string) == 0 else {
            throw ReelError(Errno(rawValue: errno), "make the link", subject: path.string)
        }
    }

    /// The path with all links in it followed; nil when nothing is there.
    package static func resolved(_ path: FilePath) -> String? {
        guard let resolved = realpath(path.string, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The names in a directory that lead to devices, by the paths that they lead to: what udev keeps in /dev/…/by-id.
    package static func names(in directory: FilePath) -> [String: String] {
        var names: [String: String] = [:]
        for name in (try? Directory.names(in: directory)) ?? [] {
            if let device = resolved(directory.appending(name)) { names[device] = name }
        }
        return names
    }
}
