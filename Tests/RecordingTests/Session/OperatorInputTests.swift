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
        #expect(input.takeOutcome() == .failure)
        #expect(input.takeOutcome() == nil)
        input.ask(.next)
        #expect(input.isPending)
        #expect(input.take().requests == [.next])
        #expect(input.outcome == nil)
    }
}
