import Glibc
import Platform
import RecordingTypes
import TestSupport
import Testing

/// A cut of `make faults`, which does this 300 times.
@Suite("Killed at any moment, Reel loses no whole row and pairs none with another picture", .serialized)
struct KilledAnywhereTests {
    private enum Victim: CaseIterable { case recorder, encoder, both }

    @Test("seed", arguments: 1...9)
    func somewhere(seed: Int) async throws {
        try await Trial.run { arena in
            var dice = SeededRandom(seed: UInt64(seed))
            let victim = Victim.allCases[seed % 3]
            let schedule = Arena.Schedule.allCases.randomElement(using: &dice) ?? .streaming
            let session = try arena.record(schedule)
            arena.watch(session, for: .milliseconds(Int.random(in: 200...4500, using: &dice)))
            if victim != .recorder, let encoder = arena.encoder() { kill(encoder, SIGKILL) }
            if victim == .encoder {
                try arena.waitForGoodEnd(of: session)
                return try Promises(after: arena).check()
            }
            session.end()
            try arena.waitForEncoder()
            try Promises(after: arena).checkRepaired()
        }
    }
}
