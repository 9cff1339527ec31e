import RecordingTypes
import Testing

@testable import Recording

@Suite("What the operator asked for reaches the loop once")
struct OperatorInputTests {
    @Test func theLastWordOnATakeCountsAndEndsNothing() {
        let input = OperatorInput()
        #expect(input.outcome == nil)
        input.ask(.success)
        input.ask(.failure)
        #expect(!input.isPending)
        #expect(input.outcome == .failure)
        #expect(input.takeOutcome(of: 1) == .failure)
        #expect(input.takeOutcome(of: 1) == nil)
        input.ask(.next)
        #expect(input.isPending)
        #expect(input.take().requests == [.next])
        #expect(input.outcome == nil)
    }

    private let take3 = OperatorInput.Aim(take: 3, phase: .recording)
    private let reset3 = OperatorInput.Aim(take: 3, phase: .resetting)
    private let take4 = OperatorInput.Aim(take: 4, phase: .recording)

    @Test func whoAsksFromAfarIsHeardAsLongAsWhatHeMeansGoesOn() {
        let input = OperatorInput()
        input.enter(take3)
        #expect(!input.hear(.asks(.next), aimedAt: reset3) && !input.hear(.asks(.again), aimedAt: take4))
        #expect(!input.isPending)
        #expect(input.hear(.asks(.next), aimedAt: take3) && input.isPending)
        #expect(input.take().requests == [.next])
        input.enter(reset3)
        #expect(!input.hear(.asks(.next), aimedAt: take3))
        #expect(!input.hear(.asks(.success), aimedAt: take3) && !input.hear(.notes("x"), aimedAt: take3))
        #expect(!input.hear(.asks(.undo), aimedAt: take3) && input.takeUndos() == 0)
        #expect(input.hear(.asks(.undo), aimedAt: reset3) && input.takeUndos() == 1)
        #expect(input.outcome == nil && input.note == nil && !input.isPending)
    }

    @Test func aPressThatComesWhileItsPhaseEndsByItselfEndsNoOther() {
        let input = OperatorInput()
        input.enter(take3)
        #expect(input.hear(.asks(.next), aimedAt: take3))
        // The loop did not see it: its time was up first.
        #expect(input.enter(reset3))
        #expect(!input.isPending && input.take().requests.isEmpty)
        // A key means whatever goes on, as ever; Ctrl-C is not lost between two phases.
        input.ask(.interrupt)
        #expect(!input.enter(take4))
        #expect(input.take().requests == [.interrupt])
    }

    @Test func nonsenseFromAfarIsNothing() {
        let input = OperatorInput()
        input.enter(OperatorInput.Aim(take: 7, phase: .recording))
        for take in [7 - (1 << 29), 7 + (1 << 29), .min, .max, -1] {
            let aim = OperatorInput.Aim(take: take, phase: .recording)
            #expect(!input.hear(.asks(.success), aimedAt: aim) && !input.hear(.asks(.next), aimedAt: aim))
            #expect(!input.hear(.notes("x"), aimedAt: aim) && !input.hear(.asks(.undo), aimedAt: aim))
        }
        #expect(!input.isPending && input.outcome == nil && input.takeUndos() == 0)
    }

    @Test func betweenTwoPhasesNothingIsTakenFromAfarButToStopIsNotForgotten() {
        let input = OperatorInput()
        input.enter(take3)
        #expect(input.hear(.asks(.stop), aimedAt: take3) && input.hear(.asks(.undo), aimedAt: take3))
        // The undo meant the take before this one, and would mean this one now.
        #expect(input.leave())
        #expect(input.takeUndos() == 0 && input.isPending)
        #expect(!input.hear(.asks(.next), aimedAt: take3) && !input.hear(.asks(.success), aimedAt: take3))
        #expect(!input.enter(reset3))
        #expect(input.take().requests == [.stop])
    }

    @Test func aNoteThatNobodyWritesAnyMoreHoldsUpNoReset() {
        let input = OperatorInput()
        input.enter(take3)
        #expect(input.hear(.types("it sl"), aimedAt: take3) && input.isTyping)
        // The reset of the same take waits for it, also when it is given up by who still means the take itself.
        input.leave()
        input.enter(reset3)
        #expect(input.isTyping)
        #expect(input.hear(.types(nil), aimedAt: take3) && !input.isTyping)
        #expect(input.hear(.types("again"), aimedAt: reset3) && input.isTyping)
        input.nobodyWrites()
        #expect(!input.isTyping && input.line == nil)
        #expect(input.hear(.types("on"), aimedAt: reset3) && input.isTyping)
        input.enter(take4)
        #expect(!input.isTyping && input.line == nil)
        // What is typed at the terminal is the terminal's.
        input.hear(.types("a key"))
        input.nobodyWrites()
        input.enter(reset3)
        #expect(input.isTyping && input.line == "a key")
    }

    @Test func whatIsSaidOfATakeIsAboutNoOther() {
        let input = OperatorInput()
        input.enter(take3)
        #expect(input.hear(.asks(.success), aimedAt: take3) && input.hear(.notes("it slipped"), aimedAt: take3))
        #expect(input.outcome == .success && input.note == "it slipped")
        // It came in the moment in which take 3 was decided about.
        #expect(input.takeOutcome(of: 4) == nil && input.takeNote(on: 4) == nil)
        #expect(input.takeOutcome(of: 3) == nil && input.takeNote(on: 3) == nil)
        #expect(input.hear(.asks(.failure), aimedAt: take3) && input.hear(.notes("no"), aimedAt: take3))
        #expect(input.takeOutcome(of: 3) == .failure && input.takeNote(on: 3) == "no")
        input.ask(.success)
        #expect(input.takeOutcome(of: 9) == .success)
    }
}
