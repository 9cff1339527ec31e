import RecordingTypes
import Spool
import Testing

@testable import Recording

@Suite("A take can be dropped until it is in the dataset", .serialized)
struct UndoTests {
    @Test func theNewestTakeIsDroppedFirst() {
        let takes = Takes()
        for take in 1...3 { takes.keep(take) }
        #expect(takes.drop() == .kept(3))
        #expect(takes.drop() == .kept(2))
        #expect(takes.keptCount == 1)
        #expect(!takes.notePublished(take: 1, episode: 0, videoBytes: 0))
        #expect(takes.drop() == .tooLate(1, episode: 0))
        #expect(takes.keptCount == 1)
    }

    @Test func aTakeThatWasPublishedMeanwhileCountsAgain() {
        let takes = Takes()
        takes.keep(1)
        takes.keep(2)
        #expect(takes.drop() == .kept(2))
        #expect(takes.notePublished(take: 2, episode: 1, videoBytes: 0))
        #expect(takes.keptCount == 2)
        #expect(!takes.notePublished(take: 1, episode: 0, videoBytes: 0))
        #expect(takes.drop() == .tooLate(2, episode: 1))
    }

    @Test func aTakeThatCouldNotBeDroppedCountsAgain() {
        let takes = Takes()
        takes.keep(1)
        takes.keep(2)
        #expect(takes.drop() == .kept(2))
        #expect(takes.noteFailed(take: 2))
        #expect(takes.keptCount == 2)
        #expect(takes[2]?.isKept == true)
        // Once given back it is a take like any other: it may be dropped again, or become an episode.
        #expect(!takes.notePublished(take: 2, episode: 1, videoBytes: 0))
        #expect(takes.waitingCount == 1)
    }

    @Test func whatIsJustOverComesBeforeWhatIsKept() {
        let takes = Takes()
        takes.keep(1)
        takes.holdOpen(2)
        #expect(takes.drop() == .pending(2))
        #expect(takes.drop() == .kept(1))
        #expect(takes.drop() == .nothing)
        #expect(takes[2]?.standing == .unwanted)
    }

    @Test func droppedDuringTheResetATakeIsDiscardedAndAnotherOneRecorded() async throws {
        let stage = try SessionStage()
        // Takes of 60 rows, so this reading is in the reset phase after the first, also when some ticks were missed.
        _ = try await stage.record(
            episodes: 2, rows: 60, resetRows: 60, robot: ScriptedArm(askAt: 61, of: stage.input, for: .undo),
            cameras: [try SessionStage.camera()])
        #expect(try stage.states() == [1: .discarded, 2: .kept, 3: .kept])
        #expect(stage.lines.contains { $0.contains("take 1 will not be kept") })
        #expect(stage.problems == [])
    }

    @Test func droppedDuringTheNextTakeItIsAskedOfTheEncoderAndAnotherOneRecorded() async throws {
        let stage = try SessionStage()
        let session = try await stage.record(
            episodes: 2, rows: 60, robot: ScriptedArm(askAt: 70, of: stage.input, for: .undo),
            cameras: [try SessionStage.camera()])
        // This stage has no encoder that would remove it.
        #expect(try stage.states() == [1: .kept, 2: .kept, 3: .kept])
        #expect(stage.lines.contains { $0.contains("take 1 is being dropped") })
        session.noteRemoved(take: 1)
        #expect(stage.lines.contains("take 1 is dropped"))
        #expect(session.takes.all.filter(\.isKept).map(\.take) == [2, 3])
    }

    @Test func whatIsInTheDatasetIsForReelEdit() async throws {
        let stage = try SessionStage()
        let session = try await stage.record(episodes: 1, rows: 60, cameras: [try SessionStage.camera()])
        session.notePublished(take: 1, episode: 7, videoBytes: 1)
        session.undo(.unwritten())
        #expect(
            stage.lines.contains {
                $0.contains("too late") && $0.contains("reel edit \(stage.root) --delete-episode 7")
            })
        #expect(session.takes.keptCount == 1)
    }

    @Test func aNoteIsKeptWithItsTakeAlone() async throws {
        let stage = try SessionStage()
        stage.input.keepNote("the cube slipped")
        _ = try await stage.record(episodes: 2, rows: 60, cameras: [try SessionStage.camera()])
        #expect(try stage.info(1).note == "the cube slipped")
        #expect(try stage.info(2).note == nil)
    }
}
