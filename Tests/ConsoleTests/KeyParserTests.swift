import RecordingTypes
import Testing

@testable import Console

@Suite("Keys mean what lerobot-record's keys mean, from a bare terminal")
struct KeyParserTests {
    private func requests(_ bytes: [UInt8]) -> [OperatorRequest] {
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

    @Test func escapeTwiceStopsWhenNothingFollows() {
        var parser = KeyParser()
        #expect([0x1B, 0x1B].compactMap { parser.parse($0) } == [])
        #expect(parser.timedOut() == .stop)
    }

    /// All that a terminal may send and that is none of our keys, also where its bytes look like some.
    @Test(
        "What is no key of ours ends nothing",
        arguments: [
            "\u{1B}n", "\u{1B}q", "\u{1B}r", "\u{1B}s", "\u{1B} ",  // Alt and a letter
            "\u{1B}[A", "\u{1B}OB", "\u{1B}[1;5A", "\u{1B}[15~", "\u{1B}OP", "\u{1B}[[C", "\u{1B}[H",  // other keys
            "\u{1B}[<0;10;3M", "\u{1B}[<0;10;3m", "\u{1B}[Mnqr",  // the mouse, in new and old reports
            "\u{1B}[I", "\u{1B}[O",  // the window gets the focus, or loses it
            "\u{1B}[?1;2c", "\u{1B}[24;80R", "\u{1B}]11;rgb:1e/1e/1e\u{07}", "\u{1B}P1$r0q\u{1B}\\",  // its answers
            "\u{1B}[200~next, quit, r\u{1B}[201~", "\u{1B}[200~\u{1B}[C\u{1B}\u{1B}[201~",  // pasted text
            "ü日ñ",  // letters of several bytes
        ])
    func othersAreNoKeys(_ text: String) {
        var parser = KeyParser()
        #expect(text.utf8.compactMap { parser.parse($0) } == [], "\(text.debugDescription)")
        #expect(parser.timedOut() == nil)
        #expect(parser.parse(UInt8(ascii: "n")) == .next, "after it a key means what it did")
    }

    @Test(
        "An arrow stays an arrow wherever a slow line cuts it",
        arguments: ["\u{1B}[C", "\u{1B}OC", "\u{1B}[1;5C", "\u{1B}\u{1B}[C"])
    func slowArrows(_ arrow: String) {
        let bytes = Array(arrow.utf8)
        for cut in 1..<bytes.count {
            var parser = KeyParser()
            var found = bytes[..<cut].compactMap { parser.parse($0) }
            // The keyboard waits now, for less than `patience`, so nobody says that the time is up.
            #expect(parser.isWaiting && found.isEmpty)
            found += bytes[cut...].compactMap { parser.parse($0) }
            #expect(found == [.next] && !parser.isWaiting)
        }
    }

    @Test func aSequenceThatNeverEndsHoldsUpNoKeyForLong() {
        for start in ["\u{1B}[", "\u{1B}[12;", "\u{1B}O", "\u{1B}]0;", "\u{1B}P", "\u{1B}[Mx", "\u{1B}[200~abc"] {
            var parser = KeyParser()
            #expect(start.utf8.compactMap { parser.parse($0) } == [])
            #expect(parser.isWaiting, "\(start.debugDescription)")
            // A text that is being pasted may have many pauses, anything else none.
            let isPaste = start.hasPrefix("\u{1B}[200~")
            for _ in 0..<(isPaste ? KeyParser.quietTimesOfAPaste : 1) { #expect(parser.timedOut() == nil) }
            #expect(!parser.isWaiting)
            #expect(parser.parse(UInt8(ascii: "n")) == .next)
        }
    }

    @Test("A text that is pasted over a bad line comes with pauses, wherever they are, and none of it is a key")
    func aPasteWithPauses() {
        let text = Array("\u{1B}[200~next, quit, r\u{1B}[201~".utf8)
        for pause in text.indices.dropFirst("\u{1B}[200~".utf8.count) {
            var parser = KeyParser()
            var requests: [OperatorRequest] = []
            for (index, byte) in text.enumerated() {
                if index == pause {
                    #expect(parser.isWaiting)
                    for _ in 0..<5 { if let request = parser.timedOut() { requests.append(request) } }
                }
                if let request = parser.parse(byte) { requests.append(request) }
            }
            #expect(requests == [], "a pause before byte \(pause)")
            #expect(!parser.isWaiting)
            #expect(parser.parse(UInt8(ascii: "n")) == .next, "after it a key means what it did")
        }
    }

    @Test func aPasteWhoseEndIsLostEndsWhenNothingHasComeForLong() {
        var parser = KeyParser()
        for byte in "\u{1B}[200~quit".utf8 { #expect(parser.parse(byte) == nil) }
        for _ in 1..<KeyParser.quietTimesOfAPaste { #expect(parser.timedOut() == nil) }
        #expect(parser.parse(UInt8(ascii: "q")) == nil)
        for _ in 0..<KeyParser.quietTimesOfAPaste { #expect(parser.timedOut() == nil) }
        #expect(!parser.isWaiting)
        #expect(parser.parse(UInt8(ascii: "q")) == .stop)
    }
}
