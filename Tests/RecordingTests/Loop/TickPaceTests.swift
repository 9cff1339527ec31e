import Platform
import RecordingTypes
import Testing

@testable import Recording

@Suite("A tick that comes too late is never made up for in a burst")
struct TickPaceTests {
    private let start = MonotonicTime(nanoseconds: 1_000)

    @Test(arguments: [1, 7, 30, 60, 1000])
    func theTickWhoseTurnItIsIsTheLastOneThatIsDue(rate: Int) {
        let pace = TickPace(start: start, rate: rate)
        #expect(pace.due(0) == start)
        #expect(pace.due(rate * 3600) == start + .seconds(3600))
        for tick in [0, 1, 2, 29, 31, 12_345] {
            // The nanosecond at which it is due, and the one before.
            #expect(pace.current(at: pace.due(tick), next: 0) == tick)
            #expect(pace.current(at: pace.due(tick) + .nanoseconds(-1), next: 0) == max(0, tick - 1))
        }
    }

    @Test func itNeverGoesBack() {
        let pace = TickPace(start: start, rate: 30)
        #expect(pace.current(at: start + .seconds(-5), next: 0) == 0)
        #expect(pace.current(at: start, next: 7) == 7)
        #expect(pace.current(at: pace.due(7), next: 7) == 7)
    }

    @Test func daysAreNoTrouble() {
        let pace = TickPace(start: start, rate: 1000)
        let tick = 1000 * 86_400 * 365
        #expect(pace.current(at: pace.due(tick), next: 3) == tick)
    }

    @Test func givenTimesEndWithTheLastOne() {
        let pace = TickPace(start: start, times: [.zero, .milliseconds(10), .milliseconds(11), .seconds(1)])
        #expect(pace.current(at: start, next: 0) == 0)
        #expect(pace.current(at: start + .milliseconds(11), next: 0) == 2)
        #expect(pace.current(at: start + .seconds(60), next: 1) == 3)
    }

    @Test func theResetPhaseLeavesOutWhatItMissed() {
        // 100 Hz; the sixth exchange takes 300 ms: thirty ticks are gone.
        let arm = ScriptedArm(stallAt: 5, for: .milliseconds(300))
        let loop = ControlLoop(
            robot: arm, teleoperator: ScriptedLeader(), cameras: [], fps: 100, intake: .unwritten(cameras: []),
            input: OperatorInput(), status: SessionStatus(fps: 100, episodeCount: 1, cameraNames: []))
        let result = loop.reset(after: 1, start: .now + .milliseconds(5), rowLimit: 60)
        #expect(result.failure == nil)
        #expect(arm.readings <= 60 - 28)
    }
}
