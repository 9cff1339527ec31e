import Glibc
import Platform
import RecordingTypes
import SystemPackage

/// Keeps every other process out of a spool. The kernel gives it back when the process ends, however it ends; children
/// do not inherit it (close-on-exec).
package final class SpoolLock: Sendable {
    /// What its holder does.
    enum Role {
        /// Records into the spool, recovers it, or encodes it.
        case owner
        /// Encodes, for itself or for a recorder.
        case encoder

        var fileName: String {
            switch self {
            case .owner: WorkDirectory.Name.lock.rawValue
            case .encoder: WorkDirectory.Name.encoderLock.rawValue
            }
        }
    }

    private let file: FileDescriptor
    private let path: FilePath

    /// - Throws: `ReelError(.busy)` naming the process that holds the lock.
    init(in spool: FilePath, role: Role) throws {
        path = spool.appending(role.fileName)
        do {
            file = try Self.acquire(path, role)
        } catch let error as Errno {
            throw ReelError(error, "lock the spool", subject: path.string)
        }
    }

    deinit {
        let isRemoved = !File.exists(path)
        try? file.close()
        // Where a removed file stays until it is closed, the spool's directory could not go before.
        if isRemoved { _ = rmdir(path.removingLastComponent().string) }
    }

    private static func acquire(_ path: FilePath, _ role: Role) throws -> FileDescriptor {
        while true {
            let file = try FileDescriptor.open(
                path, .readWrite, options: [.create, .closeOnExec], permissions: .filePermissions)
            do {
                guard flock(file.rawValue, LOCK_EX | LOCK_NB) == 0 else {
                    let failure = errno
                    if failure == EINTR { throw Retry() }
                    throw failure == EWOULDBLOCK ? busy(file, path, role) : Errno(rawValue: failure)
                }
                // Who held it before may have removed the file together with the spool.
                guard isSameFile(file, path) else { throw Retry() }
                // The file lies in the dataset's folder, and is quoted in messages.
                let command = URLCredentials.hidden(in: CommandLine.arguments.joined(separator: " "))
                let holder = "\(getpid()) \(command)\n"
                guard ftruncate(file.rawValue, 0) == 0 else { throw Errno(rawValue: errno) }
                try file.writeAll(toAbsoluteOffset: 0, Array(holder.utf8))
                return file
            } catch {
                try? file.close()
                if !(error is Retry) { throw error }
            }
        }
    }

    private struct Retry: Error {}

    private static func isSameFile(_ file: FileDescriptor, _ path: FilePath) -> Bool {
        var opened = stat()
        var named = stat()
        return fstat(file.rawValue, &opened) == 0 && stat(path.string, &named) == 0
            && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
    }

    private static func busy(_ file: FileDescriptor, _ path: FilePath, _ role: Role) -> ReelError {
        let text = try? String(unsafeUninitializedCapacity: 4096) { buffer in
            try file.read(fromAbsoluteOffset: 0, into: UnsafeMutableRawBufferPointer(buffer))
        }
        let parts = (text ?? "").split(whereSeparator: \.isNewline).first?.split(separator: " ", maxSplits: 1) ?? []
        let process = parts.count == 2 ? "process \(parts[0]) (\(parts[1]))" : "another process"
        let (cause, remedy) =
            switch role {
            case .owner: ("\(process) holds it", "Wait until it is done, or end it.")
            case .encoder:
                (
                    "\(process) still encodes its takes",
                    "Wait until it is done, or end it (kill \(parts.first ?? "it")): nothing is lost by that."
                )
            }
        return ReelError(
            .busy, "lock the spool", subject: path.removingLastComponent().string, cause: cause, remedy: remedy)
    }
}
