import RecordingTypes
import SystemPackage
import Testing

@testable import Console

@Suite("What happens is said in the same words to whoever reads, listens, or looks at the end")
struct SessionWordsTests {
    private let root: FilePath = "/data/my set"

    private func line(_ event: SessionEvent) -> String? { event.line(root: root) }

    @Test func aTakeThatAFailureEndedIsSaidAtOnceAndWhatIsLeftOfItWhenThatIsKnown() {
        let judged = SessionEvent.takeJudged(
            take: 4, findings: [.frozenCamera("front", rows: 3..<99, seconds: 3.2), .stillJoint("elbow_flex.pos")])
        #expect(judged.line(root: "/set") == "look at take 4: front frozen for 3.2 s; elbow_flex.pos never moved")
        #expect(judged.sentence == "Look at this take: front frozen for 3.2 s")
        #expect(judged.problem(root: "/set") == nil)
        // Of what is as it should be, nobody need hear.
        let usual = SessionEvent.takeJudged(take: 4, findings: [])
        #expect(usual.line(root: "/set") == nil && usual.sentence == nil)
        let ended = SessionEvent.takeEnded(
            take: 2, reason: .cameraFailed, rows: 70, seconds: 2, cause: "camera top: it was unplugged")
        #expect(line(ended) == "take 2 was ended: camera top: it was unplugged")
        #expect(ended.problem(root: root) == nil)
        let short = SessionEvent.takeCutShort(take: 2, cause: "camera top: it was unplugged", seconds: 2, isKept: true)
        #expect(line(short) == "take 2: its 2 s are kept")
        #expect(
            short.problem(root: root)?.text == "take 2 was ended: camera top: it was unplugged; its 2 s are kept")
    }

    @Test func commandsToTypeNameTheDataset() {
        #expect(
            line(.dropTooLate(take: 3, episode: 7))
                == "too late: take 3 is episode 7 of the dataset; when the session is over: "
                + "reel edit '/data/my set' --delete-episode 7")
        #expect(
            line(.encodingWaits)
                == "what waits is being encoded; Ctrl-C again leaves it for reel encode '/data/my set'")
    }

    @Test func aLoopThatIsNoRealTimeThreadIsSeenWithTheReasonAndIsNoProblem() {
        let event = SessionEvent.loopIsOrdinary(cause: "RealtimeKit is not there")
        #expect(
            line(event)
                == "the control loop is no real-time thread (RealtimeKit is not there): "
                + "where all cores are busy, ticks may begin some milliseconds late")
        let lost = SessionEvent.loopLostRealTime(cause: "it computed for too long")
        #expect(line(lost) == "the control loop did not stay a real-time thread: it computed for too long")
        for event in [event, lost] {
            #expect(event.problem(root: root) == nil)
            #expect(event.sentence == nil)
        }
    }

    @Test func lerobotsSentencesAreSpokenAsTheyAre() {
        #expect(SessionEvent.takeBegan(take: 5, episode: 3).sentence == "Recording episode 3")
        #expect(SessionEvent.resetBegan.sentence == "Reset the environment")
        #expect(SessionEvent.episodeIsRepeated.sentence == "Re-record episode")
        #expect(SessionEvent.recordingEnded.sentence == "Stop recording")
    }

    @Test func aFullDiskIsCalledThatWhereverItShows() {
        #expect(SessionEvent.diskIsFull(cause: "the disk is full", episodes: 2).sentence == "The disk is full")
        #expect(SessionEvent.sessionFailed(reason: .diskFull, cause: "x").sentence == "The disk is full")
        #expect(SessionEvent.sessionFailed(reason: .ringFull, cause: "x").sentence == "The take has failed")
    }

    @Test func aDropThatWasRefusedIsHeardSeenAndListed() {
        let event = SessionEvent.dropRefused(take: 4, cause: "it is not dropped: the encoder process has stopped")
        #expect(line(event) == "take 4: it is not dropped: the encoder process has stopped; it counts again")
        #expect(event.sentence == "Not dropped")
        #expect(
            event.problem(root: root)?.text == "take 4: it is not dropped: the encoder process has stopped")
    }
}
