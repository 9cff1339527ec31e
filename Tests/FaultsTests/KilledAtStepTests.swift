import Platform
import RecordingTypes
import SystemPackage
import Testing

/// A cut of `make faults`, which kills at every named step.
@Suite("Killed at a named step, Reel loses no whole row and pairs none with another picture", .serialized)
struct KilledAtStepTests {
    @Test(
        "the recorder, at",
        arguments: [
            // Before there is a dataset, before there is a row, and with exactly a second of rows.
            "dataset.created:kill", "spool.take-begun:kill", "record.frame-written:kill@61",
            "spool.row-encoded:kill@50",
            // While a take is sealed, between recorded and kept, and in the second take.
            "spool.rows-ended:kill", "spool.end-told:kill", "spool.take-moved:kill", "spool.row-written:kill@70",
        ])
    func recorder(fault: String) async throws {
        try await Trial.run { arena in
            let session = try arena.record(fault: "\(fault):record")
            try arena.wait(for: session)
            try Promises.require(session.signal == 9, "the step was reached")
            try Promises(after: arena).checkRepaired()
        }
    }

    @Test(
        "the encoder, at",
        arguments: [
            "encode.picture-encoded:kill@30", "encode.video-written:kill", "publish.recorded:kill",
            "publish.data-moved:kill", "publish.info-moved:kill",
        ])
    func encoder(fault: String) async throws {
        try await Trial.run { arena in
            // It dies once only: who takes the file away dies.
            let permit = arena.directory.appending("permit")
            try AtomicFile.write([], to: permit)
            let session = try arena.record(.streaming, fault: "\(fault):encode-worker:\(permit)")
            try arena.waitForGoodEnd(of: session)
            try Promises.require(!File.exists(permit), "the step was reached")
            try Promises(after: arena).check()
        }
    }

    @Test(
        "a command, at",
        arguments: [
            ("recover", "spool.rows-repaired:kill"), ("recover", "spool.take-moved:kill"),
            ("encode", "publish.video-moved:kill"), ("encode", "publish.take-is-episode:kill"),
        ])
    func command(name: String, fault: String) async throws {
        try await Trial.run { arena in
            // One take waits, and one is cut after more than a second.
            let session = try arena.record(.allAtTheEnd, fault: "spool.row-written:kill@70:record")
            try arena.wait(for: session)
            try Promises.require(session.signal == 9, "the step was reached")
            let promises = try Promises(after: arena)
            try Promises.require(try arena.run(name, dyingAt: fault), "the step was reached")
            try promises.checkRepaired()
        }
    }

    @Test("consolidating, at", arguments: ["consolidate.recorded:kill", "consolidate.data-swapped:kill"])
    func consolidating(fault: String) async throws {
        try await Trial.run { arena in
            try arena.waitForGoodEnd(of: try arena.record())
            let before = try PublishedEpisode.all(in: arena.root)
            try Promises.require(try arena.run("consolidate", dyingAt: fault), "the step was reached")
            try Promises(after: arena, whichIsReadable: false).checkRepaired()
            try arena.run("consolidate", statuses: [0])
            let after = try PublishedEpisode.all(in: arena.root)
            try Promises.require(after.map(\.actions) == before.map(\.actions), "the rows are the same")
            try Promises.require(after.map(\.codes) == before.map(\.codes), "their pictures are the same")
        }
    }

    @Test(
        "deleting an episode, and told to delete it again, at", arguments: ["edit.prepared:kill", "edit.recorded:kill"])
    func deleting(fault: String) async throws {
        try await Trial.run { arena in
            // Of two, the last one is never deleted; of three, a second deletion would be.
            try arena.wait(for: try arena.record(episodes: 3))
            let before = try PublishedEpisode.all(in: arena.root)
            try Promises.require(before.count == 3, "three takes are episodes")
            let what = ["--delete-episode", "0"]
            try Promises.require(try arena.run("edit", what, dyingAt: fault), "the step was reached")
            // Finished by then, the number means another episode; not yet begun, it means the same one.
            try arena.run("edit", what, statuses: fault == "edit.recorded:kill" ? [1] : [0])
            let after = try PublishedEpisode.all(in: arena.root)
            try Promises.require(after.map(\.codes) == before.dropFirst().map(\.codes), "only that one is gone")
            try arena.run("check", statuses: [0])
        }
    }
}
