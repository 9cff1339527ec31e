import Platform
import RecordingTypes
import Testing

@testable import Recording
@testable import ReelCommands

@Suite("The table at the end fits the terminal")
struct SessionTableTests {
    private static func records(isAside: Bool = false) -> [Takes.Record] {
        (0..<3).map { number in
            var record = Takes.Record(take: number + 1)
            record.standing = .kept
            (record.pushedRows, record.lateTicks, record.repeatedFrames, record.rate) = (1800, 12, [3, 14], 29.97)
            (record.wait, record.spoolBytes, record.encodingSeconds) = (.microseconds(1234), 345_600_000, 12.3)
            (record.episode, record.videoBytes, record.isSetAside) = (isAside ? nil : 10 + number, 4_200_000, isAside)
            return record
        }
    }

    @Test("At every width, with a line for each episode", arguments: 9...120)
    func neverWider(width: Int) {
        for isAside in [false, true] {
            let lines = SessionTable(Self.records(isAside: isAside)).text(width: width).split(separator: "\n")
            #expect(lines.allSatisfy { $0.cells <= width }, "\(lines)")
            #expect(lines.count >= 4)
            let word = isAside ? "set aside" : "10"
            #expect(lines.contains { $0.contains(word) }, "\(lines)")
        }
    }

    @Test func sixtyColumnsShowEverything() {
        let lines = SessionTable(Self.records()).text(width: 60).split(separator: "\n")
        #expect(lines.count == 4, "\(lines)")
        for part in ["10", "1800", "29.97", "12", "3+14", "1.2 ms", "345.6 MB", "12.3 s", "4.2 MB"] {
            #expect(lines[1].contains(part), "\(lines)")
        }
    }

    @Test func whatHasNoRoomIsNamed() {
        let text = SessionTable(Self.records()).text(width: 40)
        #expect(text.contains("no room for: wait, spool"), "\(text)")
        #expect(text.contains("frames"))
    }

    @Test func withoutAnEpisodeItSaysSo() {
        #expect(SessionTable([]).text() == "no episode was recorded")
        #expect(SessionTable([]).text(width: 10).cells == 10)
        var unwanted = Takes.Record(take: 1)
        unwanted.standing = .unwanted
        #expect(SessionTable([unwanted]).text() == "no episode was recorded")
    }

    @Test func whereThereIsNoTerminalItIsAsItWas() {
        let lines = SessionTable(Self.records()).text().split(separator: "\n")
        #expect(
            lines[0] == "episode  frames       rate  late  repeated    wait     spool  encoded in   video")
        #expect(
            lines[1] == "     10    1800  29.97 fps    12      3+14  1.2 ms  345.6 MB      12.3 s  4.2 MB")
    }
}
