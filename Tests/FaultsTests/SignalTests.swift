import Glibc
import Platform
import RecordingTypes
import Spool
import SystemPackage
import Testing

@Suite("A process that is told to end loses nothing, and says what waits", .serialized)
struct SignalTests {
    /// `docker stop`, systemd, a connection that is lost: nobody asked to discard the take in progress, and nobody
    /// waits for the encoder, which hangs here.
    @Test("in mid-take by", arguments: [SIGTERM, SIGHUP])
    func theTakeInProgressIsKept(signal: Int32) async throws {
        try await Trial.run { arena in
            let session = try arena.record(episodes: 20, .allAtTheEnd, fault: "encode.begun:hang")
            try arena.wait(until: "the first take has rows") {
                let rows = try? arena.spool.take(1)?.path.appending("rows.arrows")
                return rows.flatMap { File.size(of: $0) } ?? 0 > 4_000 || session.isOver
            }
            kill(session.pid, signal)
            let status = try session.wait()
            try Promises.require(status == 3, "the session says that a take waits (status \(status ?? -1))")
            try arena.waitForEncoder()
            let takes = try arena.spool.takes()
            try Promises.require(
                !takes.isEmpty && takes.allSatisfy { $0.state == .kept }, "all takes are kept: \(takes)")
            let end = try takes.last?.info().end
            try Promises.require(end?.reason == .terminated && end?.rows ?? 0 > 0, "the last one says why it ended")
            try arena.run("encode", statuses: [0])
            try Promises.require(try arena.spool.takes().isEmpty, "it is an episode")
        }
    }

    /// All is recorded and the encoder hangs: nobody waits for it longer than for one that is at work.
    @Test func aSessionThatIsEncodingEndsSoonToo() async throws {
        try await Trial.run { arena in
            let session = try arena.record(episodes: 1, .allAtTheEnd, fault: "encode.begun:hang")
            try arena.wait(until: "the take is kept") {
                (try? arena.spool.take(1))?.state == .kept || session.isOver
            }
            kill(session.pid, SIGTERM)
            let status = try session.wait()
            try Promises.require(status == 3, "the session says that a take waits (status \(status ?? -1))")
            try arena.waitForEncoder()
            try arena.run("encode", statuses: [0])
            try Promises.require(try arena.spool.takes().isEmpty, "it is an episode")
        }
    }

    @Test("while it waits for the encoder, by a first", arguments: [SIGTERM, SIGHUP])
    func aSessionThatWaitsForItsEncoderEndsSoon(signal: Int32) async throws {
        try await Trial.run { arena in
            let session = try arena.record(episodes: 1, .allAtTheEnd, fault: "encode.begun:hang")
            try arena.wait(until: "it waits for the encoder") {
                arena.hasSaid("recorded; encoding what waits") || session.isOver
            }
            kill(session.pid, signal)
            let status = try session.wait()
            try Promises.require(status == 3, "the session says that a take waits (status \(status ?? -1))")
            try Promises.require(
                arena.hasSaid("\(signal == SIGTERM ? "SIGTERM" : "SIGHUP") ended the session"), "it says what ended it")
            try arena.waitForEncoder()
        }
    }

    @Test func theFirstCtrlCWhileEncodingIsAnsweredAndTheSecondLeaves() async throws {
        try await Trial.run { arena in
            let session = try arena.record(episodes: 1, .allAtTheEnd, fault: "encode.begun:hang")
            try arena.wait(until: "it waits for the encoder") {
                arena.hasSaid("recorded; encoding what waits") || session.isOver
            }
            kill(session.pid, SIGINT)
            // Nothing else would make this line come: the encoder hangs, and the session waits.
            try arena.wait(until: "it is answered") {
                arena.hasSaid("what waits is being encoded; Ctrl-C again leaves it for reel encode \(arena.root)")
                    || session.isOver
            }
            try Promises.require(!session.isOver, "one Ctrl-C does not end the waiting")
            kill(session.pid, SIGINT)
            let status = try session.wait()
            try Promises.require(status == 3, "the session says that a take waits (status \(status ?? -1))")
            try arena.waitForEncoder()
        }
    }

    /// Ctrl-Z and fg, a laptop that was closed: the program, its cameras and the arm all stand still.
    @Test func whenTheProgramStoodStillTheTakeEndsAndTheSessionGoesOn() async throws {
        try await Trial.run { arena in
            let session = try arena.record(episodes: 2)
            try arena.wait(until: "the first take has rows") {
                let rows = try? arena.spool.take(1)?.path.appending("rows.arrows")
                return rows.flatMap { File.size(of: $0) } ?? 0 > 4_000 || session.isOver
            }
            kill(session.pid, SIGSTOP)
            // That is the fault itself: more than twice as long as a picture may be old.
            (MonotonicTime.now + .milliseconds(1200)).sleepUntil()
            kill(session.pid, SIGCONT)
            let status = try session.wait()
            try arena.waitForEncoder()
            try Promises.require(status == 3, "a take that was cut short is told (status \(status ?? -1))")
            try Promises.require(
                arena.hasSaid("was ended: the program stood still for"), "nobody else is blamed for it")
            try Promises.require(!arena.hasSaid("camera front"), "no camera is blamed for it")
            try Promises.require(
                try PublishedEpisode.all(in: arena.root).count == 2, "the session goes on to its two episodes")
        }
    }

    @Test("encoding, by", arguments: [SIGINT, SIGTERM])
    func encodingThatWasStoppedDoesNotSayThatItIsDone(signal: Int32) async throws {
        try await Trial.run { arena in
            let session = try arena.record(episodes: 20, .allAtTheEnd, fault: "encode.begun:hang")
            try arena.wait(until: "the first take has rows") {
                let rows = try? arena.spool.take(1)?.path.appending("rows.arrows")
                return rows.flatMap { File.size(of: $0) } ?? 0 > 4_000 || session.isOver
            }
            kill(session.pid, SIGTERM)
            try session.wait()
            try arena.waitForEncoder()
            let encoding = try arena.start("encode", fault: "encode.begun:hang")
            try arena.wait(until: "encoding has begun") {
                let names = try? Directory.names(in: arena.spool.path.appending("encoded").appending("000001"))
                return names?.contains("attempts") ?? false || encoding.isOver
            }
            kill(encoding.pid, signal)
            let status = try encoding.wait()
            try Promises.require(status == 128 + signal, "its status says what ended it (\(status ?? -1))")
            try Promises.require(arena.lastWords.contains("still wait"), "it says that a take waits")
            try arena.run("encode", statuses: [0])
            try Promises.require(try arena.spool.takes().isEmpty, "the take is an episode")
        }
    }
}
