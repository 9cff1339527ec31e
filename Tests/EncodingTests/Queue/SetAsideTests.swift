import Glibc
import Platform
import RecordingTypes
import Simulation
import Spool
import SystemPackage
import Testing

@testable import Encoding

@Suite("A take that ends the encoder is set aside with the reason, and the others go on")
struct SetAsideTests {
    private func codes(take: Int, rows: Int) -> [FrameCode?] { (0..<rows).map { FrameCode(take: take, frame: $0) } }

    private func attempts(_ dataset: RecordedDataset, _ number: Int) throws -> Int {
        EncodingAttempts(take: try #require(try dataset.spool.take(number))).deaths
    }

    @Test func twoDeathsSetItAsideAndNobodyElseIsBlamed() async throws {
        let dataset = try RecordedDataset(cameras: ["front"])
        for number in 1...3 { try dataset.keep(number, rows: 3 + number) }
        // Takes 1 and 2 begin side by side, so the first death is held against both.
        for _ in 1...2 {
            await #expect(processExitsWith: .signal(SIGKILL)) { [root = dataset.root.string as String] in
                setenv("REEL_FAULT", "encode.begun#2:kill", 1)
                try RecordedDataset.encode(root: FilePath(root))
            }
        }
        #expect(try attempts(dataset, 2) == 2)
        try AtomicFile.write("first line\nSvt: out of everything\n".utf8, to: dataset.spool.encoderLogPath)
        let events = try dataset.encode()
        #expect(events.contains { if case .setAside(2, _) = $0 { true } else { false } })

        // Take 1 became an episode in the second process, where it was worked on alone.
        #expect(try dataset.codes(episode: 0) == codes(take: 1, rows: 4))
        #expect(try dataset.codes(episode: 1) == codes(take: 3, rows: 6))
        let aside = try #require(try dataset.spool.take(2))
        #expect(aside.state == .failed)
        let info = try aside.info()
        #expect(info.attempts == 2)
        #expect(info.failure?.contains("2 times") == true)
        #expect(info.failure?.contains("“Svt: out of everything”") == true)
        let log = try String(decoding: File.read(aside.path.appending("encoder.log")), as: UTF8.self)
        #expect(log.hasPrefix("first line\nSvt: out of everything\n"))

        // Nothing happens to it by itself; asked for, it comes back whole.
        #expect(try dataset.encode() == [.idle])
        #expect(try SetAsideTakes.bringBack(in: dataset.spool).takes == [2])
        #expect(try #require(try dataset.spool.take(2)).info().failure == nil)
        try dataset.encode()
        #expect(try dataset.codes(episode: 2) == codes(take: 2, rows: 5))
        #expect(try dataset.spool.takes().isEmpty)
    }

    @Test func aDeathWhilePublishingCounts() async throws {
        let dataset = try RecordedDataset(cameras: ["front"])
        try dataset.keep(1, rows: 4)
        await #expect(processExitsWith: .signal(SIGKILL)) { [root = dataset.root.string as String] in
            setenv("REEL_FAULT", "publish.prepared:kill", 1)
            try RecordedDataset.encode(root: FilePath(root))
        }
        #expect(try attempts(dataset, 1) == 1)
        try dataset.encode()
        #expect(try dataset.codes(episode: 0) == codes(take: 1, rows: 4))
    }

    @Test("A file of the take is gone", arguments: ["front.nut", "rows.arrows", "take.json"])
    func aTakeThatLacksAFileIsSetAsideAndNotTriedForEver(file: String) throws {
        let dataset = try RecordedDataset(cameras: ["front"])
        let take = try dataset.keep(1, rows: 6)
        try dataset.keep(2, rows: 4)
        try File.remove(take.path.appending(file))
        let events = try dataset.encode()
        #expect(events.contains { if case .setAside(1, _) = $0 { true } else { false } })
        #expect(try dataset.spool.take(1)?.state == .failed)
        #expect(try dataset.codes(episode: 0) == codes(take: 2, rows: 4))
        #expect(try dataset.encode() == [.idle])
    }

    @Test func whatIsSetAsideCanBeKilledToo() async throws {
        for point in ["encode.failure-told", "spool.take-moved", "encode.set-aside"] {
            let dataset = try RecordedDataset(cameras: ["front"])
            let take = try dataset.keep(1, rows: 6)
            try AtomicFile.write([1, 2, 3], to: take.path.appending("front.nut"))
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [root = dataset.root.string as String, point = point as String] in
                setenv("REEL_FAULT", "\(point):kill", 1)
                try RecordedDataset.encode(root: FilePath(root))
            }
            try dataset.encode()
            #expect(try dataset.spool.take(1)?.state == .failed)
        }
    }

    @Test func workThatIsCalledOffIsNotHeldAgainstATake() throws {
        let dataset = try RecordedDataset(cameras: ["front"])
        let growing = try RecordedDataset.Growing(dataset, number: 1, task: "t")
        for _ in 0..<5 { try growing.append() }
        let queue = try RunningQueue(dataset, schedule: .streaming)
        queue.post(.command(.begun(take: 1)))
        try queue.expect { if case .progress(_, 5, _) = $0 { true } else { false } }
        #expect(try attempts(dataset, 1) == 1)
        queue.post(.stop)
        try queue.end()
        #expect(try attempts(dataset, 1) == 0)
        var take = try growing.seal()
        try take.move(to: .kept)
        try dataset.encode()
        #expect(try dataset.codes(episode: 0) == codes(take: 1, rows: 5))
    }

    @Test func aTakeIsNotBegunBeforeThereIsRoomForIt() throws {
        let dataset = try RecordedDataset(cameras: ["front", "top"])
        let growing = try RecordedDataset.Growing(dataset, number: 1, task: "t")
        try growing.append()
        let queue = try RunningQueue(dataset, schedule: .streaming)
        queue.post(.command(.begun(take: 1)))
        // Both cameras count.
        try queue.expect { if case .progress(1, 2, _) = $0 { true } else { false } }
        // Take 1 keeps both places until it is sealed.
        try dataset.keep(2, rows: 3)
        queue.post(.command(.kept(take: 2)))
        // What is told of row 3 comes from a later turn than what is told of row 2, and so after the message.
        for rows in 2...3 {
            try growing.append()
            try queue.expect { if case .progress(1, 2 * rows, _) = $0 { true } else { false } }
        }
        #expect(try attempts(dataset, 1) == 1)
        #expect(try attempts(dataset, 2) == 0)
        queue.post(.stop)
        try queue.end()
    }

    @Test(arguments: [
        (ReelError.Kind.diskFull, false, 0), (.cancelled, false, 0), (.busy, false, 0), (.damaged, true, 1),
        (.mismatch, true, 1), (.failed, false, 1), (.unavailable, false, 0),
    ])
    func onlyWhatIsTheTakesFaultCounts(kind: ReelError.Kind, goesAside: Bool, deaths: Int) throws {
        let dataset = try RecordedDataset(cameras: ["front"])
        let take = try dataset.keep(1, rows: 2)
        let attempts = EncodingAttempts(take: take)
        try attempts.begin()
        let failure = TakeFailure(ReelError(kind, "encode", cause: "so it is"), attempts)
        #expect(failure.goesAside == goesAside)
        #expect(try self.attempts(dataset, 1) == deaths)
        // The second time any other error is enough.
        try attempts.begin()
        #expect(TakeFailure(ReelError(.failed, "encode", cause: "again"), attempts).goesAside == (deaths == 1))
    }

    @Test func theEncoderProcessHoldsALockOfItsOwn() async throws {
        let dataset = try RecordedDataset(cameras: ["front"])
        await #expect(processExitsWith: .success) { [root = dataset.root.string as String] in
            let worker = try EncoderChild(root: FilePath(root), schedule: .streaming)
            let error = #expect(throws: ReelError.self) { _ = try SpoolDirectory(root: FilePath(root)).lockEncoder() }
            #expect(error?.kind == .busy)
            #expect(error?.cause.contains("process \(getpid()) (") == true)
            withExtendedLifetime(worker) {}
        }
    }
}
