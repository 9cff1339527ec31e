import ArrowTables
import Encoding
import Glibc
import LeRobotDataset
import OrderedCollections
import Platform
import RecordingTypes
import Simulation
import Spool
import Synchronization
import SystemPackage
import Testing

@Suite("Every kept take becomes an episode, whole and in order; no other does")
struct EncodingQueueTests {
    private func codes(take: Int, rows: Int) -> [FrameCode?] { (0..<rows).map { FrameCode(take: take, frame: $0) } }

    @Test func everyRowsPictureCarriesThatRow() throws {
        let dataset = try RecordedDataset()
        try dataset.keep(1, rows: 12)
        try dataset.keep(2, rows: 7)
        try dataset.encode()
        for camera in ["front", "top"] {
            #expect(try dataset.codes(episode: 0, camera: camera) == codes(take: 1, rows: 12))
            #expect(try dataset.codes(episode: 1, camera: camera) == codes(take: 2, rows: 7))
        }
        #expect(try dataset.spool.takes().isEmpty)
    }

    @Test func repeatedPicturesAreRepeatedAndNothingShifts() throws {
        let dataset = try RecordedDataset()
        let growing = try RecordedDataset.Growing(dataset, number: 1, task: "t")
        for row in 0..<9 { try growing.append(isRepeated: [3, 4, 8].contains(row)) }
        var take = try growing.seal()
        try take.move(to: .kept)
        try dataset.encode()
        let expected = [0, 1, 2, 2, 2, 5, 6, 7, 7].map { FrameCode(take: 1, frame: $0) }
        #expect(try dataset.codes(episode: 0) == expected)
    }

    @Test func aDiscardedTakeLeavesNoHole() throws {
        let dataset = try RecordedDataset()
        try dataset.keep(1, rows: 4)
        var discarded = try dataset.record(2, rows: 5)
        try discarded.move(to: .discarded)
        try dataset.keep(3, rows: 6)
        try dataset.encode()
        #expect(try dataset.codes(episode: 0).count == 4)
        #expect(try dataset.codes(episode: 1) == codes(take: 3, rows: 6))
        #expect(try dataset.spool.takes().isEmpty)
    }

    @Test func aTakeThatIsNotDecidedHoldsBackTheOnesBehindIt() throws {
        let dataset = try RecordedDataset()
        try dataset.record(1, rows: 4)
        try dataset.keep(2, rows: 4)
        let events = try dataset.encode()
        #expect(!events.contains { if case .published = $0 { true } else { false } })
        #expect(try dataset.spool.takes().map(\.state) == [.recorded, .kept])
    }

    @Test func aTakeIsEncodedWhileItGrowsAndKeptLater() throws {
        let dataset = try RecordedDataset(cameras: ["front"])
        let growing = try RecordedDataset.Growing(dataset, number: 1, task: "t")
        for _ in 0..<5 { try growing.append() }
        let queue = try RunningQueue(dataset, schedule: .streaming)
        queue.post(.command(.begun(take: 1)))
        // All five rows are encoded while the take still grows.
        try queue.expect { if case .progress(_, 5, _) = $0 { true } else { false } }
        for _ in 0..<6 { try growing.append() }
        var take = try growing.seal()
        queue.post(.command(.recorded(take: 1)))
        try take.move(to: .kept)
        queue.post(.command(.kept(take: 1)), .command(.finish), .commandsEnded)
        try queue.end()
        #expect(queue.events.filter { if case .published = $0 { true } else { false } }.count == 1)
        #expect(try dataset.codes(episode: 0) == codes(take: 1, rows: 11))
    }

    @Test func aStreamedTakeThatItsRecorderCouldNotFinishHoldsNothingUp() throws {
        let dataset = try RecordedDataset(cameras: ["front"])
        let growing = try RecordedDataset.Growing(dataset, number: 1, task: "t")
        for _ in 0..<5 { try growing.append() }
        let queue = try RunningQueue(dataset, schedule: .streaming)
        queue.post(.command(.begun(take: 1)))
        try queue.expect { if case .progress(_, 5, _) = $0 { true } else { false } }
        queue.post(.command(.abandoned(take: 1)))
        try dataset.keep(2, rows: 4)
        queue.post(.command(.kept(take: 2)), .command(.finish))
        try queue.expect { $0 == .idle }
        queue.post(.commandsEnded)
        try queue.end()
        #expect(queue.events.contains { if case .published(2, _, _, _) = $0 { true } else { false } })
        // Recovery decides about it, from what is on the disk.
        #expect(try dataset.spool.takes().map(\.state) == [.recording])
    }

    /// Take 1 of eleven rows is encoded while it grows, and take 2 of five has its place behind it.
    private func oneInWorkAndOneThatWaits() throws -> (
        dataset: RecordedDataset, queue: RunningQueue, first: RecordedDataset.Growing, second: RecordedDataset.Growing
    ) {
        let dataset = try RecordedDataset()
        let first = try RecordedDataset.Growing(dataset, number: 1, task: "t")
        let second = try RecordedDataset.Growing(dataset, number: 2, task: "t")
        for _ in 0..<5 {
            try first.append()
            try second.append()
        }
        let queue = try RunningQueue(dataset, schedule: .streaming)
        queue.post(.command(.begun(take: 1)))
        try queue.expect { if case .progress(1, 10, _) = $0 { true } else { false } }
        queue.post(.command(.begun(take: 2)))
        for _ in 0..<6 { try first.append() }
        try queue.expect { if case .progress(1, 22, _) = $0 { true } else { false } }
        return (dataset, queue, first, second)
    }

    @Test func aStreamedTakeWaitsWhileTheOneBeforeItIsInWork() throws {
        let (dataset, queue, first, second) = try oneInWorkAndOneThatWaits()
        // Otherwise every take that is recorded meanwhile would have encoders of its own, until the memory is full.
        #expect(!queue.events.contains { if case .progress(2, let done, _) = $0 { done > 0 } else { false } })
        var take = try first.seal()
        queue.post(.command(.recorded(take: 1)))
        try take.move(to: .kept)
        queue.post(.command(.kept(take: 1)))
        try queue.expect { if case .progress(2, 10, _) = $0 { true } else { false } }
        take = try second.seal()
        queue.post(.command(.recorded(take: 2)))
        try take.move(to: .kept)
        queue.post(.command(.kept(take: 2)), .command(.finish), .commandsEnded)
        try queue.end()
        #expect(queue.events.filter { if case .published = $0 { true } else { false } }.count == 2)
        #expect(try dataset.spool.takes().isEmpty)
    }

    @Test func aStreamedTakeThatWaitsWhenItsRecorderIsKilledIsNotWaitedFor() throws {
        let (dataset, queue, first, _) = try oneInWorkAndOneThatWaits()
        var take = try first.seal()
        try take.move(to: .kept)
        queue.post(.command(.recorded(take: 1)), .command(.kept(take: 1)), .commandsEnded)
        try queue.end()
        #expect(queue.events.contains { if case .published(1, _, _, _) = $0 { true } else { false } })
        #expect(try dataset.spool.takes().map(\.state) == [.recording])
    }

    @Test func discardingATakeWhileItIsStreamedLeavesNothing() throws {
        let dataset = try RecordedDataset(cameras: ["front"])
        let growing = try RecordedDataset.Growing(dataset, number: 1, task: "t")
        for _ in 0..<5 { try growing.append() }
        let queue = try RunningQueue(dataset, schedule: .streaming)
        queue.post(.command(.begun(take: 1)))
        try queue.expect { if case .progress(_, 5, _) = $0 { true } else { false } }
        var take = try growing.seal()
        try take.move(to: .discarded)
        queue.post(.command(.discarded(take: 1)))
        try queue.expect { $0 == .removed(take: 1) }
        queue.post(.commandsEnded)
        try queue.end()
        #expect(try dataset.spool.takes().isEmpty)
        #expect(try Directory.names(in: dataset.spool.path.appending("encoded")).isEmpty)
    }

    /// Works on what is there after these commands, and returns what was told.
    private func run(_ dataset: RecordedDataset, _ commands: EncoderCommand...) throws -> [EncoderEvent] {
        let events = Mutex<[EncoderEvent]>([])
        let queue = EncodingQueue(
            spool: dataset.spool, publisher: try EpisodePublisher(root: dataset.root, spool: dataset.spool),
            jobs: LocalJobs(limit: 2), schedule: .batches(of: 1),
            report: { event in events.withLock { $0.append(event) } })
        for command in commands + [.finish] { queue.post(.command(command)) }
        queue.post(.commandsEnded)
        try queue.run()
        return events.withLock { $0 }
    }

    @Test func aKeptTakeThatIsDroppedLeavesNoHole() throws {
        let dataset = try RecordedDataset(cameras: ["front"])
        for number in 1...3 { try dataset.keep(number, rows: 4 + number) }
        let events = try run(dataset, .dropped(take: 2))
        #expect(events.contains(.removed(take: 2)))
        #expect(try dataset.codes(episode: 0) == codes(take: 1, rows: 5))
        #expect(try dataset.codes(episode: 1) == codes(take: 3, rows: 7))
        #expect(try DatasetInfo(path: dataset.root.appending("meta/info.json")).totalEpisodes == 2)
        #expect(try dataset.spool.takes().isEmpty)
        #expect(try Directory.names(in: dataset.spool.path.appending("encoded")).isEmpty)
    }

    @Test(
        "a drop that a kill cuts off is finished, and told when it is asked for again",
        arguments: [
            "spool.take-moved:kill", "encode.take-dropped:kill", "spool.file-removed:kill", "spool.take-removed:kill",
        ])
    func aDropThatAKillCutsOffIsFinished(fault: String) async throws {
        let dataset = try RecordedDataset(cameras: ["front"])
        for number in 1...2 { try dataset.keep(number, rows: 4 + number) }
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [root = dataset.root.string as String, fault = fault as String] in
            setenv("REEL_FAULT", fault, 1)
            let spool = SpoolDirectory(root: FilePath(root))
            let queue = EncodingQueue(
                spool: spool, publisher: try EpisodePublisher(root: FilePath(root), spool: spool),
                jobs: LocalJobs(limit: 1), schedule: .batches(of: 1000), report: { _ in })
            queue.post(.command(.dropped(take: 1)))
            queue.post(.commandsEnded)
            try queue.run()
        }
        #expect(try run(dataset, .dropped(take: 1)).contains(.removed(take: 1)))
        #expect(try dataset.codes(episode: 0) == codes(take: 2, rows: 6))
        #expect(try dataset.spool.takes().isEmpty)
    }

    @Test func anEpisodeIsNotDropped() throws {
        let dataset = try RecordedDataset(cameras: ["front"])
        try dataset.keep(1, rows: 5)
        let queue = try RunningQueue(dataset, schedule: .batches(of: 1))
        queue.post(.command(.finish))
        try queue.expect { if case .published(1, _, _, _) = $0 { true } else { false } }
        // The operator asked before he could hear of it.
        queue.post(.command(.dropped(take: 1)), .commandsEnded)
        try queue.end()
        #expect(!queue.events.contains(.removed(take: 1)))
        #expect(try dataset.codes(episode: 0) == codes(take: 1, rows: 5))
    }

    @Test func imagesStandInTheDataFilesOneARow() throws {
        let dataset = try RecordedDataset(cameras: ["front"], storage: .images)
        let growing = try RecordedDataset.Growing(dataset, number: 1, task: "t")
        for row in 0..<6 { try growing.append(isRepeated: row == 3) }
        var take = try growing.seal()
        try take.move(to: .kept)
        try dataset.encode()
        let reader = try ParquetReader(path: dataset.root.appending("data/chunk-000/file-000.parquet"))
        guard case .structure(let fields)? = try reader.readAll()["observation.images.front"],
            case .binary(let images) = fields[0], case .utf8(let names) = fields[1]
        else {
            Issue.record("there is no column of images")
            return
        }
        #expect(names == (0..<6).map { "frame-00000\($0).png" })
        #expect(images.allSatisfy { $0.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) })
        #expect(images[3] == images[2] && images[4] != images[3])
        #expect(!File.exists(dataset.root.appending("videos")))
        #expect(try dataset.spool.takes().isEmpty)
    }

    @Test func damageMakesATakeShorterAndNeverPairsARowWithAnotherPicture() throws {
        let dataset = try RecordedDataset()
        let take = try dataset.keep(1, rows: 10)
        // One byte in the middle of one camera's file: every camera ends where this one does.
        try take.damagePictures(of: "top")
        let events = try dataset.encode()
        let front = try dataset.codes(episode: 0, camera: "front")
        let top = try dataset.codes(episode: 0, camera: "top")
        #expect((1..<10).contains(front.count))
        #expect(front == codes(take: 1, rows: front.count))
        #expect(top == front)
        // And it is told.
        let losses = events.compactMap { if case .incomplete(1, let message) = $0 { message } else { nil } }
        #expect(losses.count == 1)
        let lost = front.count == 9 ? "1 of its 10 rows is lost" : "\(10 - front.count) of its 10 rows are lost"
        #expect(losses.first?.hasPrefix("\(lost): camera top: picture") == true)
    }

    @Test func aJPEGThatIsNoneCostsOnePictureAndNotTheRestOfTheTake() throws {
        let dataset = try RecordedDataset(cameras: ["front"], pixelFormat: .mjpeg)
        let growing = try RecordedDataset.Growing(dataset, number: 1, task: "t")
        for row in 0..<10 { try growing.append(isRepeated: row == 5, isBroken: [4, 7].contains(row)) }
        var take = try growing.seal()
        try take.move(to: .kept)
        let events = try dataset.encode()
        #expect(
            try dataset.codes(episode: 0)
                == [0, 1, 2, 3, 3, 3, 6, 6, 8, 9].map { FrameCode(take: 1, frame: $0) })
        let losses = events.compactMap { if case .incomplete(1, let message) = $0 { message } else { nil } }
        #expect(losses == ["2 of 9 pictures of the camera front are damaged: 2 rows show the picture before"])
        let timing = try DatasetSummary(root: dataset.root).timing
        #expect(timing?.repeatedPictures == ["front": 3])
    }

    @Test func aTakeWithNoRowStaysAsideAndTheOthersGoOn() throws {
        let dataset = try RecordedDataset()
        let take = try dataset.keep(1, rows: 6)
        try AtomicFile.write([1, 2, 3], to: take.path.appending("front.nut"))
        try dataset.keep(2, rows: 5)
        let events = try dataset.encode()
        #expect(events.contains { if case .setAside(1, _) = $0 { true } else { false } })
        #expect(try dataset.codes(episode: 0) == codes(take: 2, rows: 5))
        #expect(try dataset.spool.takes().map(\.number) == [1])
        #expect(try dataset.spool.takes().map(\.state) == [.failed])
        #expect(try dataset.spool.takes()[0].info().failure?.contains("front.nut") == true)
    }
}
