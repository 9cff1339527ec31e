import RecordingTypes
import Spool
import Testing

@testable import Recording

@Suite("A take can be dropped until it is in the dataset", .serialized)
struct UndoTests {
    @Test func theNewestTakeIsDroppedFirst() {
        let kept = KeptTakes()
        for take in 1...3 { kept.keep(take) }
        #expect(kept.drop { _ in false } == .kept(3))
        #expect(kept.drop { _ in false } == .kept(2))
        #expect(kept.count == 1)
        #expect(kept.drop { _ in true } == .nothing)
        #expect(kept.count == 1)
    }

    @Test func aTakeThatWasPublishedMeanwhileCountsAgain() {
        let kept = KeptTakes()
        kept.keep(1)
        kept.keep(2)
        #expect(kept.drop { _ in false } == .kept(2))
        #expect(kept.notePublished(2))
        #expect(kept.count == 2 && kept.last == 2)
        #expect(!kept.notePublished(1))
        #expect(!kept.noteGone(2))
    }

    @Test func whatIsJustOverComesBeforeWhatIsKept() {
        let kept = KeptTakes()
        kept.keep(1)
        kept.begin(pending: 2)
        #expect(kept.drop { _ in false } == .pending(2))
        #expect(kept.drop { _ in false } == .kept(1))
        #expect(kept.drop { _ in false } == .nothing)
        #expect(kept.endPending())
        kept.begin(pending: 3)
        #expect(!kept.endPending())
    }

    @Test func droppedDuringTheResetATakeIsDiscardedAndAnotherOneRecorded() async throws {
        let stage = try SessionStage()
        // Takes of 60 rows, so this reading is in the reset phase after the first, also when some ticks were missed.
        let session = try await stage.record(
            episodes: 2, rows: 60, resetRows: 60, robot: ScriptedArm(askAt: 61, of: stage.input, for: .undo),
            cameras: [try SessionStage.camera()])
        #expect(try stage.states() == [1: .discarded, 2: .kept, 3: .kept])
        #expect(session.status.takeNotes().contains { $0.contains("take 1 will not be kept") })
        #expect(session.problems == [])
    }

    @Test func droppedDuringTheNextTakeItIsAskedOfTheEncoderAndAnotherOneRecorded() async throws {
        let stage = try SessionStage()
        let session = try await stage.record(
            episodes: 2, rows: 60, robot: ScriptedArm(askAt: 70, of: stage.input, for: .undo),
            cameras: [try SessionStage.camera()])
        // This stage has no encoder that would remove it.
        #expect(try stage.states() == [1: .kept, 2: .kept, 3: .kept])
        #expect(session.status.takeNotes().contains { $0.contains("take 1 is being dropped") })
        session.noteRemoved(take: 1)
        #expect(session.status.takeNotes().contains("take 1 is dropped"))
        #expect(session.ledger.all.filter(\.isKept).map(\.take) == [2, 3])
    }

    @Test func whatIsInTheDatasetIsForReelEdit() async throws {
        let stage = try SessionStage()
        let session = try await stage.record(episodes: 1, rows: 60, cameras: [try SessionStage.camera()])
        session.notePublished(take: 1, episode: 7, videoBytes: 1)
        session.undo(TickRing(observationCount: 1, actionCount: 1, cameraCount: 1, byteLimit: 1 << 20))
        #expect(
            session.status.takeNotes().contains {
                $0.contains("too late") && $0.contains("reel edit \(stage.root) --delete-episode 7")
            })
        #expect(session.kept.count == 1)
    }

    @Test func aNoteIsKeptWithItsTakeAlone() async throws {
        let stage = try SessionStage()
        stage.input.keepNote("the cube slipped")
        _ = try await stage.record(episodes: 2, rows: 60, cameras: [try SessionStage.camera()])
        #expect(try stage.info(1).note == "the cube slipped")
        #expect(try stage.info(2).note == nil)
    }
}
