import Glibc
import Platform
import SystemPackage
import TestSupport
import Testing

@Suite("Keys are read byte by byte")
struct TypedInputTests {
    @Test("also when a shell has stopped the program, and left it the terminal with lines")
    func afterAStop() async {
        await #expect(processExitsWith: .success) {
            // A session of its own, whose terminal this becomes: losing it in the end is not to count.
            setsid()
            signal(SIGHUP, SIG_IGN)
            let terminal = try PseudoTerminal()
            let descriptor = open(terminal.path.string, O_RDWR | O_CLOEXEC)
            let typed = try #require(TypedInput(descriptor: descriptor))
            var lines = termios()
            tcgetattr(descriptor, &lines)
            lines.c_lflag |= tcflag_t(ICANON | ECHO)
            tcsetattr(descriptor, TCSANOW, &lines)
            var buffer = [UInt8](repeating: 0, count: 8)
            #expect(typed.read(into: &buffer, patience: .milliseconds(1500)) == .quiet)
            terminal.type("q")
            #expect(typed.read(into: &buffer, patience: .seconds(5)) == .bytes(1))
            #expect(buffer[0] == UInt8(ascii: "q"))
        }
    }
}
