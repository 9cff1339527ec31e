import Platform
package import RecordingTypes
package import Spool
import SystemPackage

/// Takes that are not tried any more, `.failed` in the spool: with the reason in take.json and the encoder's log beside
/// it. Nothing of what was recorded is touched.
package enum SetAsideTakes {
    /// The log's name in the take's directory.
    package static let logName = "encoder.log"
    /// Bytes of the log that are kept.
    private static let logBytes = 16_384

    /// Sets a take aside.
    /// - Parameters:
    ///   - take: One that is kept, so that nobody else moves it.
    ///   - spool: Where it is.
    ///   - attempts: How often it was tried.
    ///   - reason: For people.
    /// - Returns: The reason, with the encoder's last words where there are any.
    /// - Throws: `ReelError` when the take cannot be moved; it is kept still then.
    static func setAside(_ take: Take, in spool: SpoolDirectory, attempts: Int, reason: String) throws -> String {
        var take = take
        let log = tail(of: spool.encoderLogPath)
        let message = lastWords(in: log).map { "\(reason); the encoder's last words: \($0)" } ?? reason
        // A description that cannot be read must not hold the take back: then the log says it alone.
        try? take.update { info in
            info.failure = message
            info.attempts = attempts
        }
        try AtomicFile.write(log + Array("\(message)\n".utf8), to: take.path.appending(logName))
        FaultPoint.reached("encode.failure-told")
        try take.move(to: .failed)
        FaultPoint.reached("encode.set-aside")
        try File.remove(take.encodedPath)
        return message
    }

    /// Brings back all that were set aside and can be encoded at all; they are kept then, and count as never tried.
    /// - Parameter spool: The caller holds its locks.
    /// - Returns: The takes' numbers, and of the others why they stay.
    /// - Throws: `ReelError` when the spool cannot be read.
    package static func bringBack(in spool: SpoolDirectory) throws -> (takes: [Int], refused: [ReelError]) {
        var (numbers, refused): ([Int], [ReelError]) = ([], [])
        for take in try spool.takes() where take.state == .failed {
            do {
                var take = take
                guard try take.info().end != nil else {
                    throw ReelError(
                        .damaged, "encode take \(take.number)", subject: take.path.string,
                        cause: "it says nothing of how it ended")
                }
                try EncodingAttempts.forget(take)
                try take.update { info in
                    info.failure = nil
                    info.attempts = 0
                }
                try File.remove(take.path.appending(logName))
                try take.move(to: .kept)
                numbers.append(take.number)
            } catch let error as ReelError {
                refused.append(error)
            }
        }
        return (numbers, refused)
    }

    /// The end of the log, from the beginning of a line.
    private static func tail(of path: FilePath) -> [UInt8] {
        guard let bytes = try? File.read(path) else { return [] }
        guard bytes.count > logBytes else { return bytes }
        return Array(bytes.suffix(logBytes).drop { $0 != UInt8(ascii: "\n") }.dropFirst())
    }

    private static func lastWords(in log: [UInt8]) -> String? {
        let line = log.split(separator: UInt8(ascii: "\n")).last.map { String(decoding: $0.prefix(300), as: UTF8.self) }
        return line.flatMap { $0.isEmpty ? nil : "“\($0)”" }
    }
}
