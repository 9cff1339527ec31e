import Encoding
import Glibc
import Platform
import RecordingTypes
import Simulation
import Spool
import SystemPackage
import Testing

@Suite("An encoder that is started again finishes what the killed one was publishing, and tells of it")
struct InterruptedPublishingTests {
    @Test(
        "killed at",
        arguments: [
            "publish.recorded:kill", "publish.info-moved:kill", "publish.take-is-episode:kill",
            // Gone by then: nothing; the first file; take.json, which says which take it is; everything.
            "spool.take-moved:kill", "spool.file-removed:kill", "spool.file-removed:kill@3",
            "publish.take-is-gone:kill", "publish.told:kill",
        ])
    func tellsOfTheTake(fault: String) async throws {
        let dataset = try RecordedDataset()
        try dataset.keep(1, rows: 6)
        let root = dataset.root.string
        await #expect(processExitsWith: .signal(SIGKILL)) { [root = root as String, fault = fault as String] in
            setenv("REEL_FAULT", fault, 1)
            let spool = SpoolDirectory(root: FilePath(root))
            let queue = EncodingQueue(
                spool: spool, publisher: try EpisodePublisher(root: FilePath(root), spool: spool),
                jobs: LocalJobs(limit: 2), schedule: .batches(of: 1), report: { _ in })
            queue.post(.command(.finish))
            queue.post(.commandsEnded)
            try queue.run()
        }
        try dataset.keep(2, rows: 4)
        let published = try dataset.encode().compactMap { event -> [Int]? in
            if case .published(let take, let episode, _, _) = event { [take, episode] } else { nil }
        }
        #expect(published == [[1, 0], [2, 1]])
        #expect(try dataset.spool.takes().isEmpty)
        #expect(try dataset.codes(episode: 0) == (0..<6).map { FrameCode(take: 1, frame: $0) })
        #expect(try dataset.codes(episode: 1).count == 4)
    }

    /// An error of the disk while files are moved in ends no process: the next take is published by the same one.
    @Test func anEpisodeThatAnErrorStopsIsFinishedBeforeTheNextOne() async throws {
        let dataset = try RecordedDataset(cameras: ["front"])
        for number in 1...2 { try dataset.keep(number, rows: 3 + number) }
        await #expect(processExitsWith: .success) { [root = dataset.root.string as String] in
            setenv("REEL_FAULT", "file.sync#chunk-000:fail", 1)
            let events = try RecordedDataset.encode(root: FilePath(root))
            let isTold = events.contains { if case .failed(1, _) = $0 { true } else { false } }
            #expect(isTold)
            let published = events.compactMap { event -> [Int]? in
                if case .published(let take, let episode, _, _) = event { [take, episode] } else { nil }
            }
            #expect(published == [[1, 0], [2, 1]])
        }
        #expect(try dataset.spool.takes().isEmpty)
        #expect(try dataset.encode().allSatisfy { $0 == .idle })
        for number in 1...2 {
            let codes = try dataset.codes(episode: number - 1)
            #expect(codes == (0..<3 + number).map { FrameCode(take: number, frame: $0) })
        }
    }
}
