import Platform
import RecordingTypes
import SystemPackage

/// Keeps every other process out of a spool, as long as somebody holds it and the process lives.
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

    private let lock: FileLock

    private init(_ lock: FileLock) { self.lock = lock }

    /// Takes the lock, and makes the spool's directory where there is none.
    /// - Throws: `ReelError(.busy)` naming the process that holds it.
    static func take(in spool: FilePath, role: Role) throws(ReelError) -> SpoolLock {
        let path = spool.appending(role.fileName)
        // The file lies in the dataset's folder, and is quoted in messages.
        let command = URLCredentials.hidden(in: CommandLine.arguments.joined(separator: " "))
        guard let lock = try FileLock.take(path, as: "\(Program.processNumber) \(command)") else {
            throw busy(spool, role, FileLock.holder(of: path))
        }
        return SpoolLock(lock)
    }

    private static func busy(_ spool: FilePath, _ role: Role, _ holder: String) -> ReelError {
        let parts = holder.split(separator: " ", maxSplits: 1)
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
        return ReelError(.busy, "lock the spool", subject: spool.string, cause: cause, remedy: remedy)
    }
}
