import Glibc
import Platform
import RecordingTypes
import Testing

@testable import Recording

@Suite("A session says what kind of thread its loop was, before the first take where it was an ordinary one")
struct LoopSchedulingTests {
    private static func isOrdinary(_ event: SessionEvent) -> Bool {
        if case .loopIsOrdinary = event { true } else { false }
    }

    @Test func itIsToldWhenItIsOrdinaryAndOnlyThen() async throws {
        let stage = try SessionStage()
        let session = try await stage.record(episodes: 1, rows: 3, cameras: [try SessionStage.camera()])
        let scheduling = try #require(session.loopScheduling)
        #expect(stage.events.all.contains(where: Self.isOrdinary) == !scheduling.isRealTime)
    }

    @Test func theReasonIsToldBeforeTheFirstTakeAndIsNoProblem() async {
        await #expect(processExitsWith: .success) {
            // Of no use to any real-time thread, whoever the user is.
            var limit = rlimit(rlim_cur: 10_000, rlim_max: 10_000)
            setrlimit(__rlimit_resource_t(15), &limit)  // RLIMIT_RTTIME
            let reason = "RLIMIT_RTTIME lets a real-time thread compute for 10000 µs only (ulimit -R)"
            let stage = try SessionStage()
            let session = try await stage.record(episodes: 1, rows: 3, cameras: [try SessionStage.camera()])
            #expect(session.loopScheduling?.refusals == [reason])
            let events = stage.events.all
            let told = try #require(events.firstIndex(of: .loopIsOrdinary(cause: reason)))
            let begun = try #require(events.firstIndex(of: .takeBegan(take: 1, episode: 0)))
            #expect(told < begun)
            #expect(events.filter(LoopSchedulingTests.isOrdinary).count == 1)
            #expect(stage.problems == [])
        }
    }
}
