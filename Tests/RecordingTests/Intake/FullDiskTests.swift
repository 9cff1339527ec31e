import Glibc
import Platform
import RecordingTypes
import Spool
import Synchronization
import SystemPackage
import Testing

@testable import Recording

@Suite("A disk that fills up ends takes cleanly, and is announced before", .serialized)
struct FullDiskTests {
    private func time(_ seconds: Double) -> MonotonicTime {
        MonotonicTime(nanoseconds: Int64(seconds * 1e9))
    }

    @Test func minutesComeFromTheMeasuredRate() {
        var budget = DiskBudget(floor: 1000)
        #expect(budget.look(free: 1_000_000, written: nil, at: time(0)) == .none)
        #expect(budget.secondsLeft == nil)
        // 100 bytes a second, measured over a second or more.
        #expect(budget.look(free: 1_000_000, written: 0, at: time(1)) == .none)
        #expect(budget.look(free: 1_000_000, written: 50, at: time(1.5)) == .none)
        #expect(budget.bytesPerSecond == nil)
        #expect(budget.look(free: 1_000_000, written: 200, at: time(3)) == .none)
        #expect(budget.bytesPerSecond == 100)
        #expect(budget.secondsLeft == 9990)
        // Between takes the rate stays, and the time that passes does not count as recording.
        #expect(budget.look(free: 501_000, written: nil, at: time(100)) == .none)
        #expect(budget.secondsLeft == 5000)
        _ = budget.look(free: 501_000, written: 200, at: time(200))
        _ = budget.look(free: 501_000, written: 300, at: time(201))
        #expect(budget.bytesPerSecond == 100)
    }

    @Test func theOperatorIsWarnedOnceAndNoTakeBeginsInTheLastMinute() {
        var budget = DiskBudget(floor: 1000)
        _ = budget.look(free: 1_000_000, written: 0, at: time(0))
        _ = budget.look(free: 1_000_000, written: 100, at: time(1))
        #expect(budget.look(free: 1000 + 60_100, written: nil, at: time(2)) == .none)
        #expect(budget.look(free: 1000 + 60_000, written: nil, at: time(3)) == .warn(minutes: 10))
        #expect(budget.look(free: 1000 + 50_000, written: nil, at: time(4)) == .none)
        #expect(budget.look(free: 1000 + 80_000, written: nil, at: time(5)) == .none)
        #expect(budget.look(free: 1000 + 50_000, written: nil, at: time(6)) == .none)
        #expect(budget.look(free: 1000 + 95_000, written: nil, at: time(7)) == .none)
        #expect(budget.look(free: 1000 + 50_000, written: nil, at: time(8)) == .warn(minutes: 8))
        #expect(budget.refusal == nil)
        #expect(budget.look(free: 1000 + 5_900, written: nil, at: time(9)) == .none)
        #expect(budget.refusal?.contains("59 s") == true)
    }

    @Test func theFloorIsReachedBeforeTheDiskIsFull() {
        var budget = DiskBudget(floor: 1000)
        _ = budget.look(free: 1_000_000, written: 0, at: time(0))
        _ = budget.look(free: 1_000_000, written: 100, at: time(1))
        #expect(budget.look(free: 1201, written: 200, at: time(1.5)) != .endTake)
        #expect(budget.look(free: 1200, written: 200, at: time(1.6)) == .endTake)
        #expect(budget.refusal == "the disk is full")
        // Nothing is measured yet: the floor alone counts.
        var fresh = DiskBudget(floor: 1000)
        #expect(fresh.look(free: 1001, written: nil, at: time(0)) == .none)
        #expect(fresh.look(free: 1000, written: nil, at: time(1)) == .endTake)
        #expect(DiskBudget.floor(forDiskOf: 2_000_000_000) == 20_000_000)
        #expect(DiskBudget.floor(forDiskOf: 1 << 50) == 64 << 20)
        #expect(DiskBudget.floor(forDiskOf: 20_000_000) == 1 << 20)
    }

    @Test func theReserveIsRealSpaceUntilItIsNeeded() throws {
        let stage = try SessionStage()
        try Directory.create(stage.spool.path)
        let watch = DiskWatch(spool: stage.spool) { _ in }
        #expect(!File.exists(stage.spool.reservePath))
        watch.begin()
        var status = stat()
        #expect(stat(stage.spool.reservePath.string, &status) == 0)
        #expect(status.st_blocks * 512 >= 1 << 19)
        watch.releaseReserve()
        #expect(!File.exists(stage.spool.reservePath))
    }

    @Test func atTheFloorTheTakeEndsWithWhatItHas() async throws {
        let stage = try SessionStage()
        let looks = Atomic<Int>(0)
        _ = try await stage.record(
            episodes: 3, rows: 10_000, cameras: [try SessionStage.camera()],
            freeBytes: { _ in looks.add(1, ordering: .relaxed).newValue < 10 ? 1 << 40 : 0 })
        #expect(try stage.states() == [1: .kept])
        let end = try stage.end(1)
        #expect(end.reason == .diskFull)
        #expect(end.rows >= SessionStage.fps)
        #expect(end.lostRows == 0)
        #expect(try stage.rowCount(1) == end.rows)
        #expect(stage.problems.first?.contains("the disk is full") == true)
        #expect(!File.exists(stage.spool.reservePath))
    }

    @Test func noTakeBeginsOnAFullDisk() async throws {
        let stage = try SessionStage()
        _ = try await stage.record(
            episodes: 3, rows: 10, cameras: [try SessionStage.camera()], freeBytes: { _ in 0 })
        #expect(try stage.states() == [:])
        #expect(stage.problems == ["the disk is full, so the session ended after 0 episodes"])
    }

    /// The kernel refuses to let a file grow beyond a limit: what was written before must become a take.
    @Test func aWriteThatFailsEndsTheTakeWithWhatWasWritten() async throws {
        await #expect(processExitsWith: .success) {
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 200_000, rlim_max: rlim_t.max)
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            let stage = try SessionStage()
            _ = try await stage.record(
                episodes: 3, rows: 100_000, cameras: [try SessionStage.camera("front"), try SessionStage.camera("top")])
            let end = try stage.end(1)
            #expect(end.reason == .diskFailed)
            #expect(end.message?.contains(".nut") == true)
            #expect(end.rows > 0)
            #expect(try stage.rowCount(1) == end.rows)
            #expect(stage.problems.first?.contains("the session ended") == true)
            #expect(try stage.states().count == 1)
        }
    }

    /// The writer is a second and a half behind, and then its files cannot be made.
    @Test func whatIsToldOfAFailedTakeIsWhatIsStored() async throws {
        let stage = try SessionStage()
        let session = try await stage.record(
            episodes: 3, rows: 10_000, cameras: [try SessionStage.camera()],
            freeBytes: { [spool = stage.spool] _ in
                if threadName() == "spool-writer" {
                    (MonotonicTime.now + .milliseconds(1500)).sleepUntil()
                    try File.remove(spool.takesPath.appending("000001.recording"))
                }
                return 1 << 40
            })
        let record = try #require(session.takes[1])
        #expect(record.rows == 0)
        #expect(!record.isKept)
        #expect(stage.problems(of: 1).contains { $0.contains("less than a second and is not kept") })
        #expect(try stage.states() == [:])
    }
}

/// What `top -H` calls the calling thread. Files of /proc have no size, so nothing that asks for it reads them.
private func threadName() -> String {
    guard let file = fopen("/proc/thread-self/comm", "r") else { return "" }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 32)
    guard fgets(&line, 32, file) != nil else { return "" }
    return String(decoding: line.prefix { $0 > 32 }.map { UInt8($0) }, as: UTF8.self)
}
