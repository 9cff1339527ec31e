import Glibc
import RecordingTypes
package import SystemPackage

/// How fast a disk takes what is written to it and makes it last.
package struct DiskTrial: Sendable {
    /// Written and synced, a second.
    package var bytesPerSecond: Double
    /// The longest that one fdatasync took.
    package var slowestSync: Duration

    package init(bytesPerSecond: Double, slowestSync: Duration) {
        self.bytesPerSecond = bytesPerSecond
        self.slowestSync = slowestSync
    }

    /// Writes to a file of its own, which no name leads to as soon as it is open, with a sync every 32 MB.
    /// - Parameters:
    ///   - directory: on the disk in question.
    ///   - time: how long to go on at most.
    ///   - limit: bytes at most.
    /// - Returns: what came of it.
    /// - Throws: `ReelError` naming the file.
    package static func run(in directory: FilePath, for time: Duration, atMost limit: Int) throws -> DiskTrial {
        let path = directory.appending("trial.bytes")
        do {
            let file = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .filePermissions)
            defer { try? file.close() }
            // Now, so that nobody finds it when this process is killed.
            unlink(path.string)
            return try run(file, time, limit)
        } catch let error as Errno {
            throw ReelError(error, "measure the disk", subject: path.string)
        }
    }

    private static func run(_ file: FileDescriptor, _ time: Duration, _ limit: Int) throws -> DiskTrial {
        // A disk that compresses must find nothing to compress.
        var random = SystemRandomNumberGenerator()
        let piece = (0..<(1 << 17)).map { _ -> UInt64 in random.next() }
        var (written, slowest) = (0, Duration.zero)
        let (begun, end) = (MonotonicTime.now, MonotonicTime.now + time)
        repeat {
            for _ in 0..<min(32, max(1, limit >> 20)) { written += try piece.withUnsafeBytes { try file.writeAll($0) } }
            let before = MonotonicTime.now
            if fdatasync(file.rawValue) != 0 { throw Errno(rawValue: errno) }
            slowest = max(slowest, MonotonicTime.now - before)
        } while MonotonicTime.now < end && written < limit
        return DiskTrial(
            bytesPerSecond: Double(written) / max(1e-6, (MonotonicTime.now - begun).seconds), slowestSync: slowest)
    }
}
