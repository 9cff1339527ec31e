import RecordingTypes
import Testing

@testable import Console
@testable import Recording

@Suite("A note is typed on one line, and keys mean nothing else meanwhile")
struct KeyReaderTests {
    private let input = OperatorInput()

    private func type(_ text: String) {
        var reader = KeyReader { [input] in input.hear($0) }
        for byte in text.utf8 { reader.read(byte) }
    }

    @Test func enterKeepsTheLine() {
        type("mthe cube slipped\n")
        #expect(!input.isTyping && !input.isPending)
        #expect(input.takeNote(on: 1) == "the cube slipped")
        #expect(input.takeNote(on: 1) == nil)
    }

    @Test func lettersOfANoteAreNoKeys() {
        type("mnrqsfum")
        #expect(input.isTyping && input.line == "nrqsfum")
        #expect(!input.isPending && input.outcome == nil && input.takeUndos() == 0)
        #expect(input.takeNote(on: 1) == nil)
    }

    @Test func escGivesTheLineUpAndEndsNothing() {
        var reader = KeyReader { [input] in input.hear($0) }
        for byte in "mno\u{1B}".utf8 { reader.read(byte) }
        #expect(reader.isWaiting)
        reader.timedOut()
        #expect(!input.isTyping && input.line == nil && !input.isPending && input.takeNote(on: 1) == nil)
        for byte in "n".utf8 { reader.read(byte) }
        #expect(input.take().requests == [.next])
    }

    @Test func arrowsMeanNothingInALine() {
        type("mab\u{1B}[C\u{1B}[Dc\n")
        #expect(!input.isPending)
        #expect(input.takeNote(on: 1) == "abc")
    }

    @Test func backspaceTakesAWholeLetterBack() {
        type("mgr\u{7F}ün\u{7F}\u{7F}ut\n")
        #expect(input.takeNote(on: 1) == "gut")
        type("mall of it\u{15}new\n")
        #expect(input.takeNote(on: 1) == "new")
    }

    @Test func aLaterNoteCountsAndAnEmptyOneTakesItBack() {
        type("mone\n")
        type("mtwo\n")
        #expect(input.takeNote(on: 1) == "two")
        type("mone\n")
        type("m  \n")
        #expect(input.takeNote(on: 1) == nil)
    }

    @Test func aLineHasAnEnd() {
        type("m" + String(repeating: "x", count: 3 * NoteLine.byteLimit) + "\n")
        #expect(input.takeNote(on: 1)?.count == NoteLine.byteLimit)
    }

    @Test func undoCountsAndEndsNothing() {
        type("uU")
        #expect(!input.isPending)
        #expect(input.takeUndos() == 2)
        #expect(input.takeUndos() == 0)
    }
}
