import Foundation
import LeRobotDataset
import Platform
package import RecordingTypes
import Spool
package import SystemPackage

/// The encoder process of a recorder, seen from within: commands as JSON lines on standard input, events as JSON lines on standard output. It runs at
/// idle priority, works under the recorder's lock and one of its own, and ends when its input ends and the takes in hand
/// are done.
package final class EncoderChild: Sendable {
    private let queue: EncodingQueue
    private let lock: SpoolLock

    /// Opens the spool and the dataset.
    /// - Parameters:
    ///   - root: the dataset's folder.
    ///   - schedule: when takes are encoded.
    /// - Throws: `ReelError` when they cannot be opened, busy when another process encodes them.
    package init(root: FilePath, schedule: EncodingSchedule) throws {
        try ProcessPriority.becomeIdleForGood()
        let spool = SpoolDirectory(root: root)
        lock = try SpoolClaim.waitForEncoderLock(of: spool) { _ in }
        queue = EncodingQueue(
            spool: spool,
            publisher: try EpisodePublisher(root: root, spool: spool, archive: EpisodePublisher.archiveFromEnvironment),
            jobs: LocalJobs(limit: LocalJobs.usualLimit(for: try? spool.session())), schedule: schedule,
            report: { Self.print($0) })
    }

    /// Works until standard input ends and what is in hand is done, or until `stop`. Call it once.
    /// - Throws: `ReelError` when the spool cannot be read.
    package func run() throws {
        // It is not waited for: after `stop` nobody may write to standard input any more.
        _ = OwnThread(name: "commands") { [queue] in
            while let line = readLine() {
                do {
                    queue.post(.command(try JSONDecoder().decode(EncoderCommand.self, from: Data(line.utf8))))
                } catch {
                    // Which the recorder has made the encoder's log.
                    let words = "reel: the recorder said what is no command: \(String(line.prefix(300)).printable)\n"
                    Terminal.write(words, to: FileDescriptor.standardError.rawValue)
                }
            }
            queue.post(.commandsEnded)
        }
        try queue.run()
    }

    /// Ends `run` soon. What was encoded whole stays; nothing is lost, and nothing is held against a take.
    package func stop() { queue.post(.stop) }

    private static func print(_ event: EncoderEvent) {
        guard let data = try? JSONEncoder().encode(event) else { return }
        do {
            // One write a line.
            try FileDescriptor.standardOutput.writeAll(Array(data) + [UInt8(ascii: "\n")])
        } catch {
            // The recorder is gone: there is nobody to tell.
        }
    }
}
