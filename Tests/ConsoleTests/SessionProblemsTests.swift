import RecordingTypes
import SystemPackage
import Testing

@testable import Console

@Suite("What went wrong is listed at the end, each thing once")
struct SessionProblemsTests {
    private let problems = SessionProblems(root: "/data/my set")

    private func hear(_ events: SessionEvent...) { for event in events { problems.hear(event) } }

    @Test func noProblemOfATakeIsLostAndNoneIsToldTwice() {
        hear(
            .takeUnwritten(take: 1, cause: "a write failed"), .takeIncomplete(take: 1, cause: "a picture is broken"),
            .takeCutShort(take: 1, cause: "a write failed", seconds: 3, isKept: true),
            .takeUnwritten(take: 1, cause: "a write failed"),
            .takeSetAside(take: 1, cause: "it ended the encoder 2 times"))
        #expect(
            problems.lines == [
                "take 1 was ended: a write failed; its 3 s are kept", "take 1: a picture is broken",
                "take 1 was set aside: it ended the encoder 2 times",
            ])
    }

    @Test func whatEndedTheSessionComesFirstAndWhatIsLeftToDoLast() {
        hear(
            .toldToEnd(signal: "SIGTERM"), .takeUnsafe(take: 2, cause: "no sync"),
            .takeEnded(take: 1, reason: .terminated, rows: 90, seconds: 3, cause: nil),
            .sessionFailed(reason: .diskFull, cause: "the disk is full"), .takesWait(count: 2))
        #expect(
            problems.lines == [
                "the session ended: the disk is full",
                "take 1: the session was told to end while it was recorded; its 3 s are kept", "take 2: no sync",
                "SIGTERM ended the session", "2 takes wait to be encoded: reel encode '/data/my set'",
            ])
    }

    @Test func aTakeOfWhichNothingIsThereIsNotSaidToBeKept() {
        hear(.takeEnded(take: 1, reason: .terminated, rows: 0, seconds: 0, cause: nil))
        #expect(problems.lines == ["take 1: the session was told to end while it was recorded"])
    }

    @Test func whatGoesWellIsNoProblem() {
        hear(
            .takeBegan(take: 1, episode: 0), .takeEnded(take: 1, reason: .timeUp, rows: 90, seconds: 3, cause: nil),
            .takeKept(take: 1), .takeSaved(take: 1), .episodePublished(take: 1, episode: 0), .deviceBack(name: "arm"),
            .encoderDied(cause: "signal 9", isGivenUp: false))
        #expect(problems.lines == [])
    }

    @Test func aListHasAnEndAndSaysHowMuchIsMissing() {
        for take in 0..<SessionProblems.limit + 3 { hear(.takeNotEncoded(take: take, cause: "no")) }
        #expect(problems.lines.count == SessionProblems.limit + 1)
        #expect(problems.lines.last == "3 further problems are not listed")
    }
}
