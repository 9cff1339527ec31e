import Platform
import RecordingTypes
import Testing

@testable import Console

@Suite("The status line never leaves its line, and what matters most stays on it")
struct StatusLineTests {
    /// Everything that can be on the line at once.
    private func busy(cameras: [String] = ["front", "wrist", "top"]) -> SessionSnapshot {
        var now = SessionSnapshot()
        now.phase = .recording
        (now.episode, now.episodeCount) = (12, 50)
        (now.fps, now.rowLimit, now.row) = (30, 1800, 100)
        now.lastTick = MonotonicTime(nanoseconds: 3_300_000_000)
        now.lateTicks = 3
        now.cameraNames = cameras
        now.cameraAges = cameras.indices.map { Int64(12 + 7 * $0) * 1_000_000 }
        now.outcome = .success
        now.busRetries = 2
        now.takesWaiting = 4
        now.encoded = (450, 1000)
        now.encoderDeaths = 1
        now.takesSetAside = 1
        now.minutesOfDisk = 123
        return now
    }

    @Test("At every width", arguments: Array(0...60) + [79, 80, 99, 119, 120, 160])
    func neverLonger(width: Int) {
        for cameras in [[], ["front"], ["front", "wrist", "top"], ["vorne_ä", "左手首", "a very long name of a camera"]] {
            for phase in [SessionSnapshot.Phase.connecting, .recording, .resetting, .waiting, .finishing, .over] {
                var now = busy(cameras: cameras)
                now.phase = phase
                now.missing = ("camera 左手首", .now)
                let line = StatusLine.line(now, width: width)
                #expect(line.cells <= width, "\(line)")
            }
        }
        for typed in ["", "the cube", String(repeating: "日本 the cube slipped ", count: 12)] {
            #expect(StatusLine.line(typed: typed, width: width).cells <= width)
        }
    }

    @Test("Phase, episode, time and trouble stay", arguments: [60, 79, 119])
    func importance(width: Int) {
        let line = StatusLine.line(busy(), width: width)
        for part in ["● episode 12/50", "56.7 s left", "3 late", "1 set aside"] {
            #expect(line.contains(part), "\(line)")
        }
    }

    @Test func onFortyColumnsPhaseAndTimeStay() {
        #expect(StatusLine.line(busy(), width: 39).hasPrefix("● episode 12/50 · 56.7 s left"))
    }

    @Test func aQuietSessionOnEightyColumnsShowsTimeRateBacklogAndItsOldestPicture() {
        var now = busy(cameras: ["front", "top"])
        (now.lateTicks, now.outcome, now.busRetries, now.encoderDeaths, now.takesSetAside) = (0, nil, 0, 0, 0)
        #expect(
            StatusLine.line(now, width: 79)
                == "● episode 12/50 · 56.7 s left · 30.0 fps · top 19 ms · 4 to encode · 45 %")
    }

    @Test func aWideTerminalShowsAll() {
        let line = StatusLine.line(busy(), width: 500)
        for part in ["front 12 ms · wrist 19 ms · top 26 ms", "░ 45 %", "motors asked again 2×", "123 min of disk"] {
            #expect(line.contains(part), "\(line)")
        }
    }

    @Test func aDiskThatIsNearlyFullIsTrouble() {
        var now = busy()
        now.minutesOfDisk = 4
        #expect(StatusLine.line(now, width: 79).contains("4 min of disk"))
    }

    @Test func ofALongNoteTheEndIsSeen() {
        let line = StatusLine.line(typed: String(repeating: "x", count: 300) + " slipped", width: 40)
        #expect(line.hasPrefix("note: …x") && line.hasSuffix(" slipped") && line.cells == 40)
    }

    @Test func lettersAreCountedByTheCellsTheyTake() {
        #expect("vorne_ä".cells == 7)
        #expect("左手首".cells == 6)
        #expect("e\u{301}".cells == 1)
        #expect("🤖".cells == 2)
        #expect("左手首".cut(to: 4) == "左…")
        #expect("abc".cut(to: 3) == "abc" && "abcd".cut(to: 3) == "ab…" && "abcd".cut(to: 0) == "")
    }
}
