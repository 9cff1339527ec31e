import RecordingTypes
import Spool
import SystemPackage
import Testing

@testable import Encoding

@Suite("The encoder finds a take that the recorder renames under its hands")
struct MovingTakeTests {
    @Test func aTakeThatMovedOnIsLookedUpAgain() throws {
        let dataset = try RecordedDataset(cameras: ["front"])
        let recorded = try dataset.record(1, rows: 3)
        var seen: [TakeState] = []
        let info = try dataset.spool.reading(take: 1) { take in
            seen.append(take.state)
            if seen.count == 1 {
                var moving = recorded
                try moving.move(to: .kept)
            }
            return try take.info()
        }
        #expect(seen == [.recorded, .kept])
        #expect(info.number == 1)
    }

    @Test func aFileThatIsReallyGoneIsAnError() throws {
        let dataset = try RecordedDataset(cameras: ["front"])
        try dataset.record(1, rows: 3)
        var tries = 0
        #expect(throws: ReelError.self) {
            try dataset.spool.reading(take: 1) { take in
                tries += 1
                throw ReelError(.unavailable, "open", subject: take.path.string, cause: "no such file")
            }
        }
        #expect(tries == 1)
    }
}
