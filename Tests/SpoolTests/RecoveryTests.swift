import Glibc
import Platform
import RecordingTypes
import Spool
import SystemPackage
import Testing

@Suite("A take whose recorder died keeps every whole tick, and is never a wrong one")
struct RecoveryTests {
    private let session = Samples.session()

    @Test func aTakeThatWasCutOffByAKillIsWhole() throws {
        try withSpool { samples in
            let rows = Samples.rows(30)
            var take = try samples.write(rows, number: 1).take
            let info = try #require(try take.recover(frame: Samples.frameFacts(of: take)))
            #expect(take.state == .recorded)
            #expect(info.recovered)
            #expect(info.end?.rows == 30)
            #expect(info.end?.reason == .recovered)
            #expect(info.end?.lateTicks == rows.count { $0.isLate })
            #expect(info.end?.repeatedFrames == (0..<2).map { camera in rows.count { !$0.frames[camera].isNew } })
            #expect(info.end?.lostRows == 0)
            let (read, reader) = try Samples.read(take)
            #expect(read == rows)
            #expect(reader.isWhole)
            #expect(try take.info() == info)
            #expect(try Directory.names(in: take.path) == ["front.nut", "rows.arrows", "take.json", "top.nut"])
        }
    }

    @Test func rowsThatAreCutAnywhereBecomeAPrefix() throws {
        try withSpool { samples in
            let rows = Samples.rows(5)
            let original = try samples.write(rows, number: 1).take
            let bytes = try File.read(original.rowsPath)
            var cut = bytes.count
            while cut >= 0 {
                var take = try copy(original, number: 2)
                try overwrite(take.rowsPath, with: bytes.prefix(cut))
                let info = try take.recover(frame: Samples.frameFacts(of: take))
                if let info {
                    let (read, reader) = try Samples.read(take)
                    #expect(read == Array(rows.prefix(info.end?.rows ?? -1)))
                    #expect(reader.isWhole)
                } else {
                    #expect(!File.exists(take.path))
                }
                try take.remove()
                cut -= 101
            }
        }
    }

    @Test func framesThatAreCutAnywhereTakeTheirRowsAlong() throws {
        try withSpool { samples in
            let rows = Samples.rows(6)
            let original = try samples.write(rows, number: 1).take
            for camera in ["front", "top"] {
                let bytes = try File.read(original.path.appending("\(camera).nut"))
                for cut in stride(from: 0, through: bytes.count, by: 3) {
                    var take = try copy(original, number: 2)
                    try overwrite(take.path.appending("\(camera).nut"), with: bytes.prefix(cut))
                    let facts = Samples.frameFacts(of: take)
                    let number = camera == "front" ? 0 : 1
                    let whole = try rows.prefix { row in
                        try facts(Samples.session().cameras[number], row.frames[number].index) != nil
                    }
                    if whole.isEmpty {
                        #expect(throws: ReelError.self) { _ = try take.recover(frame: facts) }
                        #expect(take.state == .failed)
                    } else {
                        let info = try #require(try take.recover(frame: facts))
                        #expect(info.end?.rows == whole.count)
                        #expect(info.end?.lostRows == rows.count - whole.count)
                        #expect((info.end?.message?.contains(camera) == true) == (whole.count < rows.count))
                        #expect(try Samples.read(take).rows == Array(whole))
                    }
                    try take.remove()
                }
            }
        }
    }

    @Test func damageShortensTheTakeOrSetsItAside() throws {
        try withSpool { samples in
            let rows = Samples.rows(5)
            let original = try samples.write(rows, number: 1).take
            let whole = try File.read(original.rowsPath)
            var generator = SeededGenerator(state: 8)
            var setAside = 0
            for _ in 0..<50 {
                var take = try copy(original, number: 2)
                var bytes = whole
                generator.flip(&bytes)
                try overwrite(take.rowsPath, with: bytes)
                do {
                    let info = try take.recover(frame: Samples.frameFacts(of: take))
                    if let info {
                        let (read, reader) = try Samples.read(take)
                        #expect(read == Array(rows.prefix(info.end?.rows ?? -1)))
                        #expect(reader.isWhole)
                    }
                } catch let error as ReelError {
                    #expect(error.kind == .damaged)
                    #expect(take.state == .failed)
                    #expect(try take.info().failure != nil)
                    setAside += 1
                }
                try take.remove()
            }
            #expect(setAside > 2)
        }
    }

    @Test func aTakeWithoutOneRowIsRemoved() throws {
        try withSpool { samples in
            var take = try samples.write([], number: 1).take
            try overwrite(take.path.appending("front.nut"), with: [1, 2, 3])
            #expect(try take.recover(frame: { _, _ in nil }) == nil)
            #expect(try samples.spool.takes().isEmpty)
        }
    }

    /// The description is synced when a take begins, the names of its other files a second later.
    @Test func aTakeOfWhichAPowerCutLeftTheDescriptionAloneIsRemoved() throws {
        try withSpool { samples in
            var take = try samples.write([], number: 1).take
            try File.remove(take.rowsPath)
            for camera in ["front", "top"] { try File.remove(take.path.appending("\(camera).nut")) }
            try overwrite(AtomicFile.partial(of: take.rowsPath), with: [1])
            #expect(try take.recover(frame: { _, _ in nil }) == nil)
            #expect(try samples.spool.takes().isEmpty)
        }
    }

    @Test func framesWithoutRowsAreSetAside() throws {
        try withSpool { samples in
            var take = try samples.write(Samples.rows(3), number: 1).take
            try File.remove(take.rowsPath)
            let error = #expect(throws: ReelError.self) { _ = try take.recover(frame: { _, _ in nil }) }
            #expect(error?.kind == .damaged)
            #expect(try samples.spool.takes().map(\.state) == [.failed])
            #expect(try samples.spool.takes()[0].info().failure == "rows.arrows is missing")
        }
    }

    @Test func aTakeWhoseDescriptionIsLostIsSetAside() throws {
        try withSpool { samples in
            var take = try samples.write(Samples.rows(3), number: 1).take
            try File.remove(take.infoPath)
            #expect(throws: ReelError.self) { _ = try take.recover(frame: { _, _ in nil }) }
            #expect(try samples.spool.takes().map(\.state) == [.failed])
            #expect(File.exists(take.rowsPath))
        }
    }

    @Test func aTakeWhoseDescriptionIsDamagedIsSetAside() throws {
        try withSpool { samples in
            var take = try samples.write(Samples.rows(3), number: 1).take
            try overwrite(take.infoPath, with: "{}".utf8)
            let error = #expect(throws: ReelError.self) { _ = try take.recover(frame: { _, _ in nil }) }
            #expect(error?.kind == .damaged)
            #expect(take.state == .failed)
            #expect(File.exists(take.rowsPath))
        }
    }

    @Test func aTakeOfANewerReelIsLeftAsItIs() throws {
        try withSpool { samples in
            var take = try samples.write(Samples.rows(3), number: 1).take
            let told = String(decoding: try File.read(take.infoPath), as: UTF8.self)
            try overwrite(
                take.infoPath, with: told.replacing(#""formatVersion" : 2"#, with: #""formatVersion" : 4"#).utf8)
            let error = #expect(throws: ReelError.self) { _ = try take.recover(frame: { _, _ in nil }) }
            #expect(error?.kind == .mismatch)
            #expect(try samples.spool.takes().map(\.state) == [.recording])
        }
    }

    @Test func aTakeThatNeedsNoRecoveryIsLeftAlone() throws {
        try withSpool { samples in
            var take = try samples.record(3, number: 1)
            let info = try take.recover(frame: { _, _ in nil })
            #expect(info?.recovered == false)
            #expect(take.state == .recorded)
        }
    }

    @Test(arguments: [
        "spool.take-directory-made", "spool.rows-begun", "spool.take-begun", "spool.row-encoded@5",
        "spool.row-written@5", "spool.rows-synced", "spool.rows-ended", "spool.frames-synced", "spool.end-told",
        "spool.take-moving", "spool.take-moved",
    ]) func aKillAtAnyStepOfRecordingLosesNoWholeTick(point: String) async throws {
        try await afterKill(at: point, .record) { samples in
            guard var take = try samples.spool.take(1) else {
                Issue.record("the take is gone")
                return
            }
            let info = try take.recover(frame: Samples.frameFacts(of: take))
            let expected =
                switch point {
                case "spool.take-directory-made", "spool.rows-begun", "spool.take-begun": 0
                case "spool.row-encoded@5": 4
                case "spool.row-written@5": 5
                default: 8
                }
            #expect((info?.end?.rows ?? 0) == expected)
            #expect(try samples.spool.takes().count == (expected == 0 ? 0 : 1))
            if expected > 0 { #expect(try Samples.read(take).rows == Array(Samples.rows(8).prefix(expected))) }
            // What died between telling the end and the rename has nothing to be recovered.
            if ["spool.end-told", "spool.take-moving", "spool.take-moved"].contains(point) {
                #expect(info?.recovered == false)
                #expect(info?.end?.reason == .timeUp)
            }
        }
    }

    @Test(arguments: ["spool.rows-repaired", "spool.recovery-told", "spool.take-moving", "spool.take-moved"])
    func aKillDuringRecoveryIsRecoveredFrom(point: String) async throws {
        try await afterKill(at: point, .recover) { samples in
            var take = try #require(try samples.spool.take(1))
            let info = try #require(try take.recover(frame: Samples.frameFacts(of: take)))
            #expect(info.recovered)
            #expect(info.end?.rows == 2)
            #expect(try Samples.read(take).rows == Samples.rows(2))
        }
    }

    @Test(arguments: ["spool.take-moved@2", "spool.encoded-removed", "spool.file-removed@2", "spool.file-removed@4"])
    func aKillDuringRemovalLeavesNothingThatCounts(point: String) async throws {
        try await afterKill(at: point, .remove) { samples in
            #expect(try samples.spool.takes().map(\.state) == [.discarded])
            try samples.spool.removeDiscarded()
            #expect(try samples.spool.takes().isEmpty)
            #expect(try samples.spool.removeIfEmpty())
        }
    }

    /// What the process does that is killed.
    enum Work: String, Codable {
        case record, recover, remove

        func run(_ samples: Samples) throws {
            switch self {
            case .record:
                let writer = try samples.write(Samples.rows(8), number: 1)
                try writer.sync()
                _ = try writer.seal(Samples.end)
            case .recover:
                var take = try samples.write(Samples.rows(8), number: 1).take
                _ = truncate(take.path.appending("top.nut").string, 60)
                _ = try take.recover(frame: Samples.frameFacts(of: take))
            case .remove:
                var take = try samples.record(3, number: 1)
                try Directory.create(take.encodedPath)
                try take.remove()
            }
        }
    }

    /// Does the work in a process that dies at the fault point, then checks what it left.
    private func afterKill(at point: String, _ work: Work, then check: (Samples) throws -> Void) async throws {
        let root = FilePath("/tmp/reel-spool-\(getpid())-\(work)-\(point)")
        defer { try? File.remove(root) }
        try SpoolDirectory(root: root).create(Samples.session())
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [root = root.string as String, point = point as String, work = work as Work] in
            let parts = point.split(separator: "@")
            setenv("REEL_FAULT", "\(parts[0]):kill" + (parts.count > 1 ? "@\(parts[1])" : ""), 1)
            try work.run(Samples(spool: SpoolDirectory(root: FilePath(root))))
        }
        try check(Samples(spool: SpoolDirectory(root: root)))
    }

    /// A second take with the files of the first.
    private func copy(_ take: Take, number: Int) throws -> Take {
        let path = take.path.removingLastComponent().appending("00000\(number).recording")
        try Directory.create(path)
        for name in try Directory.names(in: take.path) {
            try overwrite(path.appending(name), with: try File.read(take.path.appending(name)))
        }
        return try #require(Take(path: path))
    }
}
