import Platform
import RecordingTypes
import Testing

@testable import Media

@Suite("A camera is given up when nothing came for too long")
struct InterruptionTests {
    private let start = MonotonicTime(nanoseconds: 1_000_000_000_000)

    /// After how many tenths of a second it is overdue, asked ten times a second but not within the pauses.
    private func overdue(pauses: Range<Int>...) -> Int? {
        let interruption = Interruption()
        interruption.allow(until: start + .seconds(5), from: start)
        return (1..<1000).first { tenths in
            guard !pauses.contains(where: { $0.contains(tenths) }) else { return false }
            return interruption.isOverdue(at: start + .milliseconds(100 * tenths))
        }
    }

    @Test func notBefore() { #expect(overdue() == 51) }

    @Test("and not for what it could not send while the program stood still")
    func standstill() {
        // From the last question before it to the first one after it.
        #expect(overdue(pauses: 21..<220) == 251)
        #expect(overdue(pauses: 48..<54) == 58)
        // A moment is no standstill.
        #expect(overdue(pauses: 48..<52) == 52)
        // Who is silent for ever and is asked seldom is given up all the same.
        #expect(overdue(pauses: 21..<220, 221..<240, 241..<260, 261..<280) == 260)
    }

    @Test func onceOverItStaysSoUntilThereIsAnotherLimit() {
        let interruption = Interruption()
        interruption.allow(until: start + .seconds(5), from: start + .milliseconds(4900))
        #expect(interruption.isOverdue(at: start + .milliseconds(5100)))
        #expect(interruption.isOverdue(at: start + .seconds(60)))
        interruption.allow(until: start + .seconds(70), from: start + .seconds(60))
        #expect(!interruption.isOverdue(at: start + .milliseconds(60_100)))
    }

    @Test func neverWithoutALimit() {
        let interruption = Interruption()
        #expect(!interruption.isOverdue(at: start))
        #expect(!interruption.isOverdue(at: start + .seconds(100)))
    }
}
