import RecordingTypes
import Testing

@testable import Recording

@Suite("Keys mean what lerobot-record's keys mean, from a bare terminal")
struct KeyParserTests {
    private func requests(_ bytes: [UInt8]) -> [OperatorInput.Request] {
        var parser = KeyParser()
        return bytes.compactMap { parser.parse($0) }
    }

    @Test func arrowsComeAsCSIAndAsSS3() {
        #expect(requests(Array("\u{1B}[C\u{1B}OC".utf8)) == [.next, .next])
        #expect(requests(Array("\u{1B}[D\u{1B}OD".utf8)) == [.again, .again])
    }

    @Test func lettersCountInBothCases() {
        #expect(requests(Array("nNrRqQ".utf8)) == [.next, .next, .again, .again, .stop, .stop])
    }

    @Test func successAndFailureHaveTheirLetters() {
        #expect(requests(Array("sSfF".utf8)) == [.success, .success, .failure, .failure])
    }

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

    @Test func otherKeysMeanNothing() {
        #expect(requests(Array("x\u{1B}[A\u{1B}[1;5A\u{1B}[3~ 7".utf8)) == [])
    }

    @Test func anArrowWithAModifierIsStillAnArrow() {
        #expect(requests(Array("\u{1B}[1;5C".utf8)) == [.next])
    }

    @Test func escapeAloneStopsWhenNothingFollows() {
        var parser = KeyParser()
        #expect(parser.parse(0x1B) == nil)
        #expect(parser.isInsideSequence)
        #expect(parser.timedOut() == .stop)
        #expect(!parser.isInsideSequence)
        #expect(parser.timedOut() == nil)
    }

    @Test func escapeTwiceStops() {
        #expect(requests([0x1B, 0x1B]) == [.stop])
    }
}
