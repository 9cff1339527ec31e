import Platform
import RecordingTypes
import Testing

@testable import Media

@Suite("A camera is given up when nothing came for too long")
struct InterruptionTests {
    private let start = MonotonicTime(nanoseconds: 1_000_000_000_000)

    /// After how many seconds it is overdue, asked ten times a second; from `pauseAt` on the program stands still a while.
    private func overdue(pauseAt: Int? = nil, for pause: Int = 0) -> Int? {
        let interruption = Interruption()
        interruption.allow(until: start + .seconds(5), from: start)
        for tenths in 1..<1000 {
            if let pauseAt, tenths > pauseAt * 10, tenths < (pauseAt + pause) * 10 { continue }
            if interruption.isOverdue(at: start + .milliseconds(100 * tenths)) { return tenths / 10 }
        }
        return nil
    }

    @Test func notBefore() { #expect(overdue() == 5) }

    @Test("and not for what it could not send while the program stood still")
    func standstill() {
        #expect(overdue(pauseAt: 2, for: 20) == 25)
        // A pause of a moment is none.
        #expect(overdue(pauseAt: 2, for: 0) == 5)
    }

    @Test func neverWithoutALimit() {
        let interruption = Interruption()
        #expect(!interruption.isOverdue(at: start))
        #expect(!interruption.isOverdue(at: start + .seconds(100)))
    }
}
