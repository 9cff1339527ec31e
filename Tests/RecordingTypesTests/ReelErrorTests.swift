import RecordingTypes
import Testing

@Suite("An error tells what failed, where, why and what to do")
struct ReelErrorTests {
    @Test func namesEverything() {
        let error = ReelError(
            .unavailable, "open the camera front", subject: "/dev/video7", cause: "No such file or directory",
            remedy: "Cameras here: /dev/video0.")
        #expect(
            error.description
                == "could not open the camera front (/dev/video7): No such file or directory. Cameras here: /dev/video0."
        )
    }

    @Test func wrongUsageHasAnExitStatusOfItsOwn() {
        #expect(ReelError(.usage, "read --dataset.fps", cause: "0").exitStatus == 2)
        #expect(ReelError(.diskFull, "write", cause: "no space").exitStatus == 1)
    }

    @Test func aNameThatWouldMoveTheCursorIsShownByItsNumbers() {
        let error = ReelError(.usage, "use the camera a\u{1B}[2Jb\u{202E}", cause: "two\nlines")
        #expect(error.description == #"could not use the camera a\u{1b}[2Jb\u{202e}: two"# + "\nlines")
        #expect("wrist\tä🤖\n".printable == #"wrist\u{9}ä🤖\u{a}"#)
    }
}
