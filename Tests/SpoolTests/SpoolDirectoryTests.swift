import Glibc
import Platform
import RecordingTypes
import Spool
import SystemPackage
import Testing

@Suite("The spool says what takes there are, and lets one process in")
struct SpoolDirectoryTests {
    @Test func theSessionComesBack() throws {
        try withSpool { samples in
            #expect(try samples.spool.session() == Samples.session())
            let other = Samples.session(cameras: ["wrist"])
            try samples.spool.create(other)
            #expect(try samples.spool.session() == other)
        }
    }

    @Test func aMissingOrBrokenSessionIsTold() throws {
        let missing = #expect(throws: ReelError.self) { _ = try SpoolDirectory(root: "/nonexistent").session() }
        #expect(missing?.kind == .unavailable)
        try withSpool { samples in
            let path = samples.spool.path.appending("session.json")
            try overwrite(path, with: #"{"formatVersion": 1, "fps": "many"}"#.utf8)
            let damaged = #expect(throws: ReelError.self) { _ = try samples.spool.session() }
            #expect(damaged?.kind == .damaged)
            #expect(damaged?.subject == path.string)
            for version in [4, 0] {
                try overwrite(path, with: #"{"formatVersion": \#(version), "somethingNew": true}"#.utf8)
                let newer = #expect(throws: ReelError.self) { _ = try samples.spool.session() }
                #expect(newer?.kind == .mismatch)
                #expect(newer?.cause.contains("format \(version)") == true)
            }
        }
    }

    @Test("where removed files stay until they are closed, the directory goes with the last lock")
    func lastLock() throws {
        try withSpool { samples in
            let path = samples.spool.path
            for name in try Directory.names(in: path) { try File.remove(path.appending(name)) }
            func hold(_ body: () throws -> Void) throws {
                let lock = try samples.spool.lock()
                try body()
                try File.remove(path.appending("lock"))
                withExtendedLifetime(lock) {}
            }
            try hold { try AtomicFile.write([], to: path.appending("somebody's")) }
            #expect(try Directory.names(in: path) == ["somebody's"])
            try hold { try File.remove(path.appending("somebody's")) }
            #expect(!Directory.exists(path))
        }
    }

    @Test func numbersGoOnAcrossStates() throws {
        try withSpool { samples in
            #expect(samples.spool.nextTakeNumber == 1)
            for (number, state) in zip([1, 2, 3, 4], [TakeState.kept, .discarded, .failed, .recorded]) {
                var take = try samples.record(2, number: samples.spool.nextTakeNumber)
                #expect(take.number == number)
                try take.move(to: state)
            }
            let writer = try samples.write([], number: samples.spool.nextTakeNumber)
            #expect(writer.take.number == 5)
            #expect(try samples.spool.takes().map(\.number) == [1, 2, 3, 4, 5])
            #expect(try samples.spool.takes().map(\.state) == [.kept, .discarded, .failed, .recorded, .recording])
            #expect(try samples.spool.take(3)?.state == .failed)
            #expect(try samples.spool.take(6) == nil)
            // What was encoded of a take that is gone must not meet a new take of its number.
            try Directory.create(samples.spool.path.appending("encoded/000041"))
            #expect(samples.spool.nextTakeNumber == 42)
            // Nobody can count on from these.
            try Directory.create(samples.spool.path.appending("encoded/\(Int.max)"))
            try Directory.create(samples.spool.takesPath.appending("\(Int.max).kept"))
            #expect(samples.spool.nextTakeNumber == 42)
        }
    }

    @Test func aNumberIsNotTakenTwice() throws {
        try withSpool { samples in
            _ = try samples.record(1, number: 1)
            #expect(throws: ReelError.self) { _ = try samples.write([], number: 1) }
        }
    }

    @Test func strangersAreNoTakes() throws {
        try withSpool { samples in
            for name in [
                "7.kept", "0000007.kept", "000007", "000007.gone", "-00007.kept", "notes.kept", "000007.kept.x",
                "\(Int.max).kept",
            ] {
                try Directory.create(samples.spool.takesPath.appending(name))
            }
            try Directory.create(samples.spool.takesPath.appending("1234567.kept"))
            #expect(try samples.spool.takes().map(\.number) == [1_234_567])
        }
    }

    @Test func aSecondProcessIsRefusedAndToldWhoHoldsTheLock() throws {
        try withSpool { samples in
            var lock: SpoolLock? = try samples.spool.lock()
            // A lock of flock belongs to the open file, so one process meets itself as another one would.
            let error = #expect(throws: ReelError.self) { _ = try samples.spool.lock() }
            #expect(error?.kind == .busy)
            #expect(error?.cause.contains("process \(getpid()) (\(CommandLine.arguments[0])") == true)
            withExtendedLifetime(lock) {}
            lock = nil
            _ = try samples.spool.lock()
        }
    }

    @Test func theLockGoesWithItsProcess() async throws {
        let root = FilePath("/tmp/reel-spool-lock-\(getpid())")
        defer { try? File.remove(root) }
        try SpoolDirectory(root: root).create(Samples.session())
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = root.string as String] in
            let lock = try SpoolDirectory(root: FilePath(path)).lock()
            withExtendedLifetime(lock) { _ = kill(getpid(), SIGKILL) }
        }
        _ = try SpoolDirectory(root: root).lock()
    }

    @Test func onlyAnEmptySpoolIsRemoved() throws {
        try withSpool { samples in
            let lock = try samples.spool.lock()
            var take = try samples.record(1, number: 1)
            #expect(try !samples.spool.removeIfEmpty())
            try take.move(to: .discarded)
            #expect(try !samples.spool.removeIfEmpty())
            try take.remove()
            try overwrite(samples.spool.path.appending("publishing.json"), with: [])
            #expect(try !samples.spool.removeIfEmpty())
            try File.remove(samples.spool.path.appending("publishing.json"))
            #expect(try samples.spool.removeIfEmpty())
            #expect(!File.exists(samples.spool.path))
            #expect(try samples.spool.removeIfEmpty())
            // The old lock guards a file that is gone; whoever comes now must not be kept out by it.
            _ = try samples.spool.lock()
            withExtendedLifetime(lock) {}
        }
    }

    @Test(arguments: ["", "a/b", "a\0b", String(repeating: "a", count: 237)])
    func aCameraThatNoDatasetCanHaveIsRefused(name: String) throws {
        try withSpool { samples in
            let session = Samples.session(cameras: [name])
            let refused = #expect(throws: ReelError.self) { try samples.spool.create(session) }
            #expect(refused?.kind == .usage)
            #expect(throws: ReelError.self) { _ = try samples.write([], number: 1, session: session) }
            // Nor is it believed when it comes from a take of another machine.
            let take = try samples.record(1, number: 2)
            try take.update { $0.session = session }
            #expect(throws: ReelError.self) { _ = try take.info() }
        }
    }

    /// What no computer counts with would end the encoder process, and nobody would know why.
    @Test(arguments: [-1, 0, 1 << 40, Int.max]) func figuresThatCannotBeMeantAreNotBelieved(figure: Int) throws {
        try withSpool { samples in
            let changes: [(inout TakeInfo) -> Void] = [
                { $0.session.fps = figure }, { $0.session.cameras[0].format.width = figure },
                { $0.session.cameras[1].format.height = figure }, { $0.end?.rows = figure == 0 ? -5 : figure },
            ]
            for (number, change) in zip(1..., changes) {
                let take = try samples.record(1, number: number)
                try take.update(change)
                let error = #expect(throws: ReelError.self) { _ = try take.info() }
                #expect(error?.kind == .damaged && error?.subject == take.infoPath.string)
            }
            var session = Samples.session()
            session.fps = figure
            #expect(throws: ReelError.self) { try samples.spool.create(session) }
        }
    }

    /// A take may come from another machine, with whatever somebody wrote into it.
    @Test(arguments: ["", "a/b", "..", ".front", "a\nb", "top", String(repeating: "a", count: 201)])
    func aNameThatCannotBeAFilesIsNotBelieved(file: String) throws {
        try withSpool { samples in
            let take = try samples.record(1, number: 2)
            let text = String(decoding: try File.read(take.infoPath), as: UTF8.self)
            let written = file.replacing("\n", with: #"\n"#)
            try overwrite(
                take.infoPath, with: text.replacing(#""file" : "front""#, with: #""file" : "\#(written)""#).utf8)
            let error = try #require(throws: ReelError.self) { _ = try take.info() }
            #expect(error.kind == .damaged && error.subject == take.infoPath.string)
        }
    }
}
