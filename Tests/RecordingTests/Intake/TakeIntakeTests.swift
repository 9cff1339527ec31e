import Glibc
import Platform
import RecordingTypes
import Spool
import Synchronization
import Testing

@testable import Recording

@Suite("A take needs neither loop nor robot nor camera, and what is said of it is true on the disk", .serialized)
struct TakeIntakeTests {
    /// What was heard of the takes.
    private final class Heard: Sendable {
        let events = Mutex<[IntakeEvent]>([])
        let commands = Mutex<[EncoderCommand]>([])

        var all: [IntakeEvent] { events.withLock { $0 } }
        var said: [EncoderCommand] { commands.withLock { $0 } }

        /// What became of takes, without the looks at the disk.
        var story: [IntakeEvent] { all.filter { if case .diskMinutes = $0 { false } else { true } } }

        var wasSaved: Bool { story.contains { if case .saved = $0 { true } else { false } } }

        var wasUnsafe: Bool { story.contains { if case .unsafe = $0 { true } else { false } } }
    }

    private static let size = 40

    private func intake(_ stage: SessionStage, capacity: Int = 1 << 20) throws -> (TakeIntake, Heard) {
        let heard = Heard()
        let session = SessionDescription(
            robotType: "none", fps: 30, observation: .observation(["x"]), action: .action(["x", "y"]),
            cameras: [
                .init(
                    name: "front", format: CameraFormat(width: 4, height: 4, fps: 30, pixelFormat: .mjpeg),
                    target: .video(VideoEncoderSettings(kind: .h264)))
            ], repoID: "me/test")
        try stage.spool.create(session)
        let intake = TakeIntake(
            spool: stage.spool, session: session, settings: TakeIntake.Settings(task: "t", capacity: capacity),
            onCommand: { command in heard.commands.withLock { $0.append(command) } },
            onEvent: { event in heard.events.withLock { $0.append(event) } })
        return (intake, heard)
    }

    /// A picture that nobody decodes.
    private func picture(_ number: Int) -> CameraFrame {
        let bytes = Bytes(count: Self.size)
        return CameraFrame(
            sequence: Int64(number), capturedAt: .now, width: 4, height: 4, pixelFormat: .mjpeg,
            planes: [CameraFrame.Plane(bytes: UnsafeRawBufferPointer(bytes.memory), stride: Self.size)], owner: bytes)
    }

    private final class Bytes: @unchecked Sendable {  // Written once, in init.
        let memory: UnsafeMutableRawBufferPointer

        init(count: Int) {
            memory = .allocate(byteCount: count, alignment: 8)
            memory.initializeMemory(as: UInt8.self, repeating: 7)
        }

        deinit { memory.deallocate() }
    }

    /// Every third row repeats its picture.
    private func push(_ intake: TakeIntake, row: Int) -> Bool {
        var pictures = [row % 3 == 2 ? nil : picture(row)]
        return intake.push(
            TakeIntake.Row(index: row, time: .now, wallNanoseconds: WallClock.nanoseconds), observation: [Float(row)],
            action: [1, 2], pictures: &pictures)
    }

    /// A whole take, of a client that waits when there is no room.
    private func record(_ intake: TakeIntake, take: Int, rows: Int) {
        intake.begin(take, start: .now)
        for row in 0..<rows { while !push(intake, row: row) { (MonotonicTime.now + .milliseconds(1)).sleepUntil() } }
        intake.end(take, TakeEnding(reason: .timeUp, rows: rows, repeatedFrames: [rows / 3]))
    }

    @Test func whatIsPushedIsATake() throws {
        let stage = try SessionStage()
        let (intake, heard) = try intake(stage)
        intake.start()
        record(intake, take: 1, rows: 60)
        intake.decide(1, .keep(outcome: .success, note: "by hand"))
        record(intake, take: 2, rows: 30)
        intake.decide(2, .discard)
        intake.close()
        #expect(try stage.states() == [1: .kept, 2: .discarded])
        #expect(try stage.rowCount(1) == 60)
        #expect(try stage.info(1).outcome == .success && stage.info(1).note == "by hand")
        #expect(try stage.end(1).lostRows == 0)
        #expect(
            heard.said == [
                .begun(take: 1), .recorded(take: 1), .kept(take: 1), .begun(take: 2), .recorded(take: 2),
                .discarded(take: 2),
            ])
        #expect(heard.wasSaved && !heard.wasUnsafe)
        #expect(intake.failure == nil)
        #expect(!File.exists(stage.spool.reservePath))
    }

    /// Before the scene is put in order, and without anybody looking at pictures.
    @Test func aTakeIsJudgedAgainstThoseBeforeIt() throws {
        let stage = try SessionStage()
        let (intake, heard) = try intake(stage)
        intake.start()
        // The fourth is half as long, its camera had nothing new for 20 rows, and its joint stood still.
        for take in 1...4 {
            let isOdd = take == 4
            intake.begin(take, start: .now)
            for row in 0..<(isOdd ? 40 : 90) {
                var pictures = [isOdd && (10..<30).contains(row) ? nil : picture(row)]
                while !intake.push(
                    TakeIntake.Row(index: row, time: .now, wallNanoseconds: WallClock.nanoseconds),
                    observation: [isOdd ? 5 : Float(row)], action: [1, 2], pictures: &pictures)
                { (MonotonicTime.now + .milliseconds(1)).sleepUntil() }
            }
            intake.end(take, TakeEnding(reason: .timeUp, rows: isOdd ? 40 : 90, repeatedFrames: [0]))
            intake.decide(take, .keep(outcome: nil, note: nil))
        }
        intake.close()
        let verdicts = heard.story.compactMap {
            if case .judged(let take, let found) = $0 { (take, found) } else { nil }
        }
        #expect(verdicts.map(\.0) == [1, 2, 3, 4])
        #expect(verdicts.dropLast().allSatisfy { $0.1.isEmpty })
        let words = ["short: 1.3 s, usual are 3.0 s", "front frozen for 0.7 s", "x never moved"]
        #expect(verdicts.last?.1.map(\.words) == words)
        #expect(verdicts.last?.1[1].row == 10)
        #expect(try stage.end(4).findings == words)
        #expect(try stage.end(1).findings == nil)
    }

    /// What was thrown away says nothing about what is usual.
    @Test func aDiscardedTakeIsNoMeasure() throws {
        let stage = try SessionStage()
        let (intake, heard) = try intake(stage)
        intake.start()
        for (take, rows) in [(1, 300), (2, 300), (3, 300), (4, 60), (5, 60), (6, 60)] {
            record(intake, take: take, rows: rows)
            intake.decide(take, take <= 3 ? .discard : .keep(outcome: nil, note: nil))
        }
        intake.close()
        let verdicts = heard.story.compactMap { if case .judged(_, let found) = $0 { found } else { nil } }
        #expect(verdicts.count == 6)
        #expect(verdicts.allSatisfy { $0.isEmpty })
    }

    /// Who recorded it may have counted a row that is in no file.
    @Test func whatATakeSaysOfItsRowsIsCountedInThem() throws {
        let stage = try SessionStage()
        let (intake, _) = try intake(stage)
        intake.start()
        intake.begin(1, start: .now)
        for row in 0..<30 { while !push(intake, row: row) { (MonotonicTime.now + .milliseconds(1)).sleepUntil() } }
        intake.end(1, TakeEnding(reason: .robotFailed, rows: 32, lateTicks: 2, repeatedFrames: [12]))
        intake.decide(1, .keep(outcome: nil, note: nil))
        intake.close()
        let end = try stage.end(1)
        #expect(end.rows == 30 && end.lostRows == 2)
        #expect(end.lateTicks == 0)
        #expect(end.repeatedFrames == [10])
    }

    /// Somebody may have copied it from another machine meanwhile.
    @Test func aTakeThatHasTheNumberAlreadyStaysAsItIs() throws {
        let stage = try SessionStage()
        let (first, _) = try intake(stage)
        first.start()
        record(first, take: 1, rows: 30)
        first.decide(1, .keep(outcome: nil, note: nil))
        first.close()

        let (second, heard) = try intake(stage)
        second.start()
        record(second, take: 1, rows: 5)
        second.decide(1, .discard)
        second.close()
        #expect(try stage.states() == [1: .kept])
        #expect(try stage.rowCount(1) == 30)
        #expect(second.failure?.reason == .diskFailed)
        let isTold = heard.story.contains { if case .cutShort(1, _) = $0 { true } else { false } }
        #expect(isTold)
        // The encoder process has nothing to do with it.
        #expect(heard.said.isEmpty)
    }

    @Test func nothingIsOnTheDiskBeforeItIsStarted() throws {
        let stage = try SessionStage()
        let (intake, heard) = try intake(stage)
        intake.close()
        #expect(try stage.spool.takes().isEmpty)
        #expect(!File.exists(stage.spool.reservePath))
        #expect(heard.all.isEmpty)
    }

    @Test func aFullIntakeSaysSoAndWhoWaitsLosesNothing() throws {
        let stage = try SessionStage()
        let (intake, _) = try intake(stage, capacity: TakeIntake.leastCapacity(forPicturesOf: [Self.size]))
        intake.begin(1, start: .now)
        // Nobody writes yet: two pictures fit, and no third.
        #expect(push(intake, row: 0))
        #expect(push(intake, row: 1))
        #expect(push(intake, row: 2))
        #expect(!push(intake, row: 3))
        #expect(intake.waitingBytes == 2 * Self.size)
        intake.start()
        for row in 3..<100 { while !push(intake, row: row) { (MonotonicTime.now + .milliseconds(1)).sleepUntil() } }
        intake.end(1, TakeEnding(reason: .timeUp, rows: 100, repeatedFrames: [33]))
        intake.decide(1, .keep(outcome: nil, note: nil))
        intake.close()
        #expect(try stage.rowCount(1) == 100)
        #expect(try stage.states() == [1: .kept])
    }

    /// A disk that lost something says so once, and calls it synced the next time.
    @Test(arguments: ["front.nut", "rows.arrows"])
    func aTakeWhoseSyncFailedIsNotCalledSafe(file: String) async throws {
        await #expect(processExitsWith: .success) { [file = file as String] in
            setenv("REEL_FAULT", "file.sync#\(file):fail", 1)
            let stage = try SessionStage()
            let tests = TakeIntakeTests()
            let (intake, heard) = try tests.intake(stage)
            intake.start()
            tests.record(intake, take: 1, rows: 30)
            intake.decide(1, .keep(outcome: nil, note: nil))
            intake.close()
            #expect(!heard.wasSaved)
            #expect(heard.wasUnsafe)
            #expect(intake.failure?.reason == .diskFailed)
            #expect(try stage.states() == [1: .recording])
            // Who follows the take as it grows hears that no more comes.
            #expect(heard.said == [.begun(take: 1), .abandoned(take: 1)])
            let isStored = heard.story.contains { if case .stored(1, 30, _) = $0 { true } else { false } }
            #expect(isStored)
        }
    }

    @Test func aTakeThatCouldNotBeSealedCanBeDiscarded() async throws {
        await #expect(processExitsWith: .success) {
            setenv("REEL_FAULT", "file.sync#rows.arrows:fail", 1)
            let stage = try SessionStage()
            let tests = TakeIntakeTests()
            let (intake, heard) = try tests.intake(stage)
            intake.start()
            tests.record(intake, take: 1, rows: 30)
            intake.decide(1, .discard)
            intake.close()
            #expect(try stage.states() == [1: .discarded])
            #expect(heard.said.last == .discarded(take: 1))
        }
    }

    /// What is kept in reserve on the disk is there for this.
    @Test(arguments: ["seal", "keep"])
    func onAFullDiskATakeIsFinishedAndKeptWithTheReserve(step: String) async throws {
        await #expect(processExitsWith: .success) { [step = step as String] in
            setenv("REEL_FAULT", "record.disk-full#\(step):fail", 1)
            let stage = try SessionStage()
            let tests = TakeIntakeTests()
            let (intake, heard) = try tests.intake(stage)
            intake.start()
            tests.record(intake, take: 1, rows: 30)
            intake.decide(1, .keep(outcome: .failure, note: "the disk was full"))
            intake.close()
            #expect(try stage.states() == [1: .kept])
            #expect(try stage.info(1).note == "the disk was full")
            #expect(heard.wasSaved && !heard.wasUnsafe)
            #expect(heard.said.last == .kept(take: 1))
            // But nothing more can be recorded.
            #expect(intake.failure?.reason == .diskFull)
        }
    }
}
