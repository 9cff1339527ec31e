import Platform
import RecordingTypes
import Spool
import TestSupport
import Testing

@Suite("A session on a terminal that takes nothing is recorded, encoded and ended all the same", .serialized)
struct StoppedTerminalTests {
    /// Ctrl-S, or a connection that hangs: what is to be shown waits, and nothing waits for that.
    @Test func afterCtrlS() async throws {
        try await Trial.run { arena in
            let terminal = try PseudoTerminal()
            terminal.stop()
            let session = try arena.record(episodes: 2, screen: terminal.path)
            let status = try session.wait()
            try arena.waitForEncoder()
            try Promises.require(status == 0 || status == 3, "it ends by itself (status \(status ?? -1))")
            try Promises.require(
                try PublishedEpisode.all(in: arena.root).count == 2, "both episodes are in the dataset")
            try Promises.require(!File.exists(arena.spool.path), "nothing is left to do")
            try Promises.require(terminal.unread == 0, "the terminal really took nothing")
        }
    }
}
