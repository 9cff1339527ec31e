import Glibc
import Platform
import RecordingTypes
import SystemPackage
import Testing

/// A cut of `make faults`, which crosses every step of the recorder with every one of the encoder.
@Suite("Both processes killed around the border of two takes, Reel can still put everything in order", .serialized)
struct KilledAtBorderTests {
    @Test(
        "the recorder and the encoder, at",
        arguments: [
            // The next take has no take.json yet, and the note of what was published is still there.
            ("spool.take-directory-made:hang@2", "publish.noted"),
            ("spool.take-directory-made:hang@2", "publish.take-is-episode"),
            ("spool.rows-begun:hang@2", "publish.take-is-gone"),
            ("spool.end-told:hang@2", "publish.data-moved"),
            ("spool.take-moving:hang@4", "publish.info-moved"),
        ])
    func bothDie(recorder: String, encoder: String) async throws {
        try await Trial.run { arena in
            // Each takes its file away when it stands where it is to die.
            let permits = ["recorder", "encoder"].map { arena.directory.appending($0) }
            for permit in permits { try AtomicFile.write([], to: permit) }
            let session = try arena.record(
                episodes: 3, fault: "\(recorder):record:\(permits[0]);\(encoder):hang:encode-worker:\(permits[1])")
            let end = MonotonicTime.now + ReelProcess.patience
            while permits.contains(where: File.exists), !session.isOver, MonotonicTime.now < end {
                arena.watch(session, for: .milliseconds(20))
            }
            try Promises.require(!permits.contains(where: File.exists), "both steps were reached")
            session.end()
            if let encoder = arena.encoder() { kill(encoder, SIGKILL) }
            try arena.waitForEncoder()
            try Promises(after: arena).checkRepaired()
        }
    }
}
