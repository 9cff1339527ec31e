import Glibc
import Platform
import RecordingTypes
import Spool
import SystemPackage
import Testing

@Suite("A take goes from state to state, and is whole or gone")
struct TakeTests {
    @Test func rowsAndInfoComeBack() throws {
        try withSpool { samples in
            let rows = Samples.rows(50)
            let writer = try samples.write(rows, number: 3)
            #expect(writer.rowCount == 50)
            #expect(try writer.take.info().end == nil)
            let take = try writer.seal(Samples.end)
            #expect(take.state == .recorded)
            #expect(take.path.lastComponent?.string == "000003.recorded")
            let info = try take.info()
            #expect(info.number == 3)
            #expect(info.task == "pick")
            #expect(info.session == Samples.session())
            #expect(info.startedAt == MonotonicTime(nanoseconds: 1_000_000_000))
            #expect(info.end?.rows == 50)
            #expect(info.end?.reason == .timeUp)
            #expect(info.end?.repeatedFrames == [2, 1])
            #expect(!info.recovered)
            let (read, reader) = try Samples.read(take)
            #expect(read == rows)
            #expect(reader.isWhole)
            #expect(reader.stoppedBecause == nil)
        }
    }

    @Test(arguments: [[], ["front"], ["front", "top", "wrist"]]) func anyNumberOfCamerasAndValuesIsFine(
        cameras: [String]
    ) throws {
        try withSpool { samples in
            for joints in [0, 1, 13] {
                let session = Samples.session(cameras: cameras, joints: joints)
                let take = try samples.record(4, number: samples.spool.nextTakeNumber, session: session)
                #expect(try Samples.read(take).rows == Samples.rows(4, session: session))
            }
        }
    }

    @Test func aRowThatDoesNotContinueTheTakeIsRefused() throws {
        try withSpool { samples in
            let rows = Samples.rows(4)
            let writer = try samples.write(Array(rows.prefix(2)), number: 1)
            func refused(_ change: (inout TakeRow) -> Void) {
                var row = rows[2]
                change(&row)
                let error = #expect(throws: ReelError.self) { try writer.append(row) }
                #expect(error?.kind == .mismatch)
            }
            refused { $0.index = 3 }
            refused { $0.observation.removeLast() }
            refused { $0.frames.removeLast() }
            refused { $0.frames[0].index += 1 }
            refused { $0.frames[0].isNew = false }
            refused { $0.frames[0].packet.size = 0 }
            try writer.append(rows[2])
            #expect(try Samples.read(try writer.seal(Samples.end)).rows == Array(rows.prefix(3)))
        }
    }

    @Test func syncIsHarmlessBeforeAndAfterTheSeal() throws {
        try withSpool { samples in
            let writer = try samples.write(Samples.rows(3), number: 1)
            try writer.sync()
            try writer.sync()
            _ = try writer.seal(Samples.end)
            try writer.sync()
        }
    }

    @Test func movingKeepsEverything() throws {
        try withSpool { samples in
            var take = try samples.record(3, number: 1)
            let encoded = take.encodedPath
            for state in [TakeState.kept, .failed, .discarded] {
                try take.move(to: state)
                #expect(try samples.spool.takes() == [take])
                #expect(take.state == state)
                #expect(take.encodedPath == encoded)
                #expect(try Samples.read(take).rows.count == 3)
            }
        }
    }

    @Test func aRemovalThatWasCutOffIsFinished() throws {
        try withSpool { samples in
            var take = try samples.record(3, number: 1)
            try Directory.create(take.encodedPath)
            try overwrite(take.encodedPath.appending("front.mp4"), with: [1, 2, 3])
            try take.move(to: .discarded)
            try File.remove(take.infoPath)
            try File.remove(take.rowsPath)
            try samples.spool.removeDiscarded()
            #expect(try samples.spool.takes().isEmpty)
            #expect(!File.exists(take.encodedPath))
            try take.remove()
        }
    }

    @Test func aTakeIsFoundByItsDirectoryAlone() throws {
        try withSpool { samples in
            let take = try samples.record(3, number: 12)
            #expect(Take(path: take.path) == take)
            #expect(Take(path: FilePath(take.path.string + "/")) == take)
            #expect(Take(path: "/somewhere/else") == nil)
        }
    }

    @Test func takeJSONIsChangedInOneStep() throws {
        try withSpool { samples in
            let take = try samples.record(3, number: 1)
            try take.update { $0.attempts += 1 }
            #expect(try take.info().attempts == 1)
            try overwrite(take.infoPath, with: "{".utf8)
            let error = #expect(throws: ReelError.self) { try take.update { $0.attempts += 1 } }
            #expect(error?.kind == .damaged)
            #expect(error?.subject == take.infoPath.string)
        }
    }

    @Test func aWriteThatStopsHalfWayLeavesWholeRows() async {
        // The kernel takes part of a message when it reaches the limit, as it does on a full disk.
        await #expect(processExitsWith: .success) {
            signal(SIGXFSZ, SIG_IGN)
            try withSpool { samples in
                let rows = Samples.rows(40)
                let writer = try samples.write([], number: 1)
                var previous = rlimit()
                getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &previous)
                var limit = previous
                limit.rlim_cur = 10_000
                setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
                var written = 0
                let error = #expect(throws: ReelError.self) {
                    for row in rows {
                        try writer.append(row)
                        written += 1
                    }
                }
                #expect(error?.subject == writer.take.rowsPath.string)
                setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &previous)
                #expect(written > 3 && written < 40)
                let (read, reader) = try Samples.read(try writer.seal(Samples.end))
                #expect(read == Array(rows.prefix(written)))
                #expect(reader.isWhole)
            }
        }
    }
}
