import Testing

@testable import Recording

@Suite("Lateness is told as it was")
struct TickLatenessTests {
    @Test func quantilesComeFromTheTicks() {
        var lateness = TickLateness()
        for hundredths in 1...100 { lateness.add(.microseconds(hundredths * 100)) }
        #expect(lateness.count == 100)
        #expect(lateness.worst == .milliseconds(10))
        #expect(lateness.quantile(0.5) == .microseconds(5010))
        #expect(lateness.quantile(0.99) == .microseconds(9910))
        #expect(lateness.quantile(1) == .milliseconds(10))
    }

    @Test func theLedgerTellsEachTakeAndAllTogether() {
        let takes = Takes()
        for take in 1...2 {
            var lateness = TickLateness()
            for _ in 0..<100 { lateness.add(.milliseconds(take)) }
            takes.noteLateness(lateness, take: take)
        }
        #expect(takes.all.map(\.lateness.worst) == [.milliseconds(1), .milliseconds(2)])
        #expect(takes.all.map(\.lateness.median) == [.milliseconds(1), .milliseconds(2)])
        #expect(takes.lateness.median == .microseconds(1010))
        #expect(takes.lateness.p99 == .milliseconds(2))
    }

    @Test func anEarlyTickIsNotLate() {
        var lateness = TickLateness()
        lateness.add(.microseconds(-5))
        #expect(lateness.worst == .zero)
    }

    @Test func whatIsLaterThanTheHistogramStillCounts() {
        var lateness = TickLateness()
        lateness.add(.seconds(3))
        #expect(lateness.quantile(0.99) == .seconds(3))
    }
}
