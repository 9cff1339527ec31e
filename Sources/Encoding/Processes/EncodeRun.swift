import Platform
package import RecordingTypes
import Spool
package import SystemPackage

/// One run of `reel encode`: encodes and publishes what waits in a dataset's spool, in this process.
package final class EncodeRun: Sendable {
    private let queue: EncodingQueue

    /// Gets ready; the caller holds the spool's lock and has recovered it.
    /// - Parameters:
    ///   - root: the dataset's folder.
    ///   - selection: which waiting takes to encode, counted from 0 in the order recorded. A take is published when all
    ///     before it are, so what lies behind a gap stays encoded in the spool.
    ///   - archive: keeps published takes there instead of removing them.
    ///   - report: called with each event, on the thread that calls `run`.
    /// - Throws: `ReelError` when the dataset cannot be opened, or the process cannot step back to idle priority.
    package init(
        root: FilePath, selection: Range<Int>, archive: FilePath?, report: @escaping @Sendable (EncoderEvent) -> Void
    ) throws {
        try ProcessPriority.becomeIdleForGood()
        let spool = SpoolDirectory(root: root)
        let waiting = try spool.takes().filter { $0.state == .kept }.map(\.number)
        let chosen = Set(waiting.enumerated().filter { selection.contains($0.offset) }.map(\.element))
        queue = EncodingQueue(
            spool: spool, publisher: try EpisodePublisher(root: root, spool: spool, archive: archive),
            jobs: LocalJobs(limit: LocalJobs.usualLimit(for: try? spool.session())), schedule: .batches(of: 1),
            selects: { chosen.contains($0) }, report: report)
    }

    /// Works until all is done. Blocks.
    /// - Throws: `ReelError` when the spool cannot be read.
    package func run() throws {
        queue.post(.command(.finish))
        queue.post(.commandsEnded)
        try queue.run()
    }

    /// Ends `run` soon. What was encoded whole stays; nothing is lost.
    package func stop() { queue.post(.stop) }
}
