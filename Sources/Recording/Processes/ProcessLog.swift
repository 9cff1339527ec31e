import Platform
import SystemPackage

/// Where a process's standard error goes, instead of the operator's terminal. Bounded: of a log that has
/// grown too long only its end stays.
struct ProcessLog: Sendable {
    let path: FilePath
    /// Bytes it may have.
    var limit = 1 << 20
    /// Bytes that stay of one that has more.
    var tail = 1 << 16

    /// For the process; it appends, so the log may be cut short under it. Opens /dev/null when there can be no log.
    func open() throws -> FileDescriptor {
        do {
            return try append()
        } catch {
            return try FileDescriptor.open("/dev/null", .writeOnly, options: [.closeOnExec])
        }
    }

    private func append() throws -> FileDescriptor {
        try FileDescriptor.open(
            path, .readWrite, options: [.create, .append, .closeOnExec], permissions: .filePermissions)
    }

    /// Adds a line of the recorder's own.
    func note(_ line: String) {
        guard let file = try? append() else { return }
        defer { try? file.close() }
        _ = try? file.writeAll("\(line)\n".utf8)
    }

    /// Cuts the log short when it is too long.
    func bound() {
        guard let size = File.size(of: path), size > limit, let file = try? append() else { return }
        defer { try? file.close() }
        var end = [UInt8](repeating: 0, count: min(tail, size))
        let count = try? end.withUnsafeMutableBytes {
            try file.read(fromAbsoluteOffset: Int64(size - $0.count), into: $0)
        }
        guard (try? file.resize(to: 0)) != nil else { return }
        _ = try? file.writeAll(end.prefix(count ?? 0).drop { $0 != UInt8(ascii: "\n") }.dropFirst())
    }
}
