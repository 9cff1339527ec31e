import Platform
import RecordingTypes
import SystemPackage
import TestSupport
import Synchronization
import Testing

@testable import Console

/// Each of these would wait for ever without what it promises.
@Suite("A terminal that takes nothing holds up nobody", .serialized, .timeLimit(.minutes(2)))
struct StoppedTerminalTests {
    private let terminal: PseudoTerminal

    init() throws { terminal = try PseudoTerminal(columns: 50) }

    private func line() -> StatusLine { StatusLine(root: "/data/set", descriptor: terminal.descriptor) }

    /// One look at a session that records.
    private static func recording() -> SessionSnapshot {
        var now = SessionSnapshot()
        (now.phase, now.episode, now.episodeCount, now.fps, now.rowLimit) = (.recording, 1, 3, 30, 900)
        now.cameraNames = ["front", "wrist", "top"]
        now.cameraAges = [1, 2, 3]
        return now
    }

    @Test func eventsAreToldAndTheLineIsClosedAfterCtrlS() {
        terminal.stop()
        let looks = Semaphore()
        let line = line()
        line.start(look: {
            looks.post()
            return Self.recording()
        })
        // Its thread is at its first line now, and does not come back from there.
        looks.wait()
        for take in 0..<10_000 { line.hear(.takeSaved(take: take)) }
        #expect(!line.close(within: .milliseconds(100)))
        #expect(line.close(), "a second time there is nothing left to wait for")
        terminal.goOn()
    }

    @Test func aTerminalThatNobodyReadsIsTheSame() {
        let line = line()
        line.start(look: { Self.recording() }, typed: { String(repeating: "x", count: 40) })
        // Two of each: more than the kernel keeps for who does not read.
        for take in 0..<4 * EventQueue.limit {
            line.hear(.takeUnsafe(take: take, cause: String(repeating: "the disk is gone ", count: 40)))
        }
        _ = line.close(within: .milliseconds(100))
    }

    @Test func whenItGoesOnTheNewestLinesAreThereAndTheNumberOfTheOthers() {
        let line = line()
        for take in 1...EventQueue.limit + 7 { line.hear(.takeSaved(take: take)) }
        line.start(look: { Self.recording() })
        #expect(line.close(within: .seconds(60)))
        let last = "reel: take \(EventQueue.limit + 7) is saved"
        let text = terminal.text { $0.contains(last) }
        #expect(text.contains("reel: 7 lines are left out here: the terminal took nothing for a while"))
        #expect(!text.contains("take 7 is saved") && text.contains("take 8 is saved"))
    }

    @Test func whatOnlyOthersTellOfPushesNothingOut() {
        let line = line()
        line.hear(.takeSaved(take: 1))
        for take in 1...10 * EventQueue.limit { line.hear(.episodePublished(take: take, episode: take)) }
        #expect(line.close(within: .seconds(60)))
        #expect(terminal.text { $0.contains("is saved") }.contains("reel: take 1 is saved"))
    }

    @Test func noDrawnLineIsLongerThanTheTerminal() {
        let line = line()
        let looks = Atomic<Int>(0)
        let seen = Semaphore()
        line.start(look: {
            if looks.add(1, ordering: .relaxed).newValue == 3 { seen.post() }
            var now = Self.recording()
            (now.outcome, now.takesWaiting, now.encoded, now.minutesOfDisk) = (.success, 3, (10, 20), 100)
            return now
        })
        seen.wait()
        #expect(line.close(within: .seconds(60)))
        let drawn = terminal.text { $0.hasSuffix("\r\u{1B}[K") && $0.split(separator: "\r").count > 2 }
            .split(separator: "\r").map { $0.replacing("\u{1B}[K", with: "") }
        #expect(drawn.contains { $0.hasPrefix("● episode 1/3") })
        #expect(drawn.allSatisfy { $0.cells < 50 }, "\(drawn)")
    }

    @Test func lastWordsAreWaitedForAndNotForEver() {
        #expect(Terminal.write("one\n", to: terminal.descriptor, within: .seconds(60)))
        terminal.stop()
        #expect(!Terminal.write("two\n", to: terminal.descriptor, within: .milliseconds(100)))
        terminal.goOn()
        #expect(terminal.text { $0.contains("two") }.contains("one"))
    }
}
