import Dispatch
import Glibc
import Platform
import RecordingTypes
import Spool
import Synchronization
import SystemPackage
import Testing

@Suite("A reader gives a prefix of the rows that were written, whatever happened to the file")
struct TakeReaderTests {
    private let small = Samples.session(cameras: ["front"], joints: 2)

    @Test func followsATakeThatGrows() throws {
        try withSpool { samples in
            let rows = Samples.rows(200)
            let writer = try samples.write([], number: 1)
            let grown = DispatchSemaphore(value: 0)
            let thread = OwnThread(name: "grow") {
                for row in rows {
                    do { try writer.append(row) } catch { Issue.record(error) }
                    grown.signal()
                }
                do { _ = try writer.seal(Samples.end) } catch { Issue.record(error) }
                grown.signal()
            }
            // Every wait is answered: there are more signals than times the file can be seen to end.
            let reader = try TakeReader(take: writer.take)
            var read: [TakeRow] = []
            while let row = try reader.next(wait: {
                grown.wait(); return true
            }) { read.append(row) }
            thread.join()
            #expect(read == rows)
            #expect(reader.isWhole)
        }
    }

    @Test func aRowThatIsHalfThereIsWaitedFor() throws {
        try withSpool { samples in
            let rows = Samples.rows(3, session: small)
            let writer = try samples.write(rows, number: 1, session: small)
            let take = writer.take
            let growing = try File.read(take.rowsPath)
            let sealed = try File.read(try writer.seal(Samples.end).rowsPath)
            // The same take again, as it was while it was recorded, growing byte by byte.
            let again = try samples.write([], number: 2, session: small)
            try overwrite(again.take.rowsPath, with: [])
            #expect(Array(sealed.prefix(growing.count)) == growing)
            var written = 0
            let file = try FileDescriptor.open(again.take.rowsPath, .writeOnly, options: [.append])
            defer { try? file.close() }
            let reader = try TakeReader(take: again.take)
            var read: [TakeRow] = []
            while let row = try reader.next(wait: {
                guard written < sealed.count else { return false }
                written += 1
                return (try? file.writeAll([sealed[written - 1]])) == 1
            }) {
                read.append(row)
            }
            #expect(read == rows)
            #expect(reader.isWhole)
        }
    }

    @Test func endsWhenNothingMoreWillCome() throws {
        try withSpool { samples in
            let writer = try samples.write(Samples.rows(3), number: 1)
            let reader = try TakeReader(take: writer.take)
            var asked = 0
            let waitOnce: () -> Bool = {
                asked += 1
                return asked == 1
            }
            for index in 0..<3 { #expect(try reader.next(wait: waitOnce)?.index == index) }
            #expect(try reader.next(wait: waitOnce) == nil)
            #expect(asked == 2)
            #expect(reader.stoppedBecause?.contains("after 3 rows") == true)
            #expect(!reader.isDamaged)
            #expect(try reader.next() == nil)
        }
    }

    @Test func readsOnWhenTheTakeMovesOn() throws {
        try withSpool { samples in
            let rows = Samples.rows(6)
            let writer = try samples.write(Array(rows.prefix(5)), number: 1)
            let reader = try TakeReader(take: writer.take)
            #expect(try reader.next() == rows[0])
            try writer.append(rows[5])
            var take = try writer.seal(Samples.end)
            try take.move(to: .kept)
            for index in 1..<6 { #expect(try reader.next() == rows[index]) }
            #expect(try reader.next() == nil)
            #expect(reader.isWhole)
            let gone = #expect(throws: ReelError.self) { _ = try TakeReader(take: writer.take) }
            #expect(gone?.kind == .unavailable)
        }
    }

    @Test func everyCutGivesAPrefixAndSaysSo() throws {
        try withSpool { samples in
            let rows = Samples.rows(3, session: small)
            let take = try samples.record(3, number: 1, session: small)
            let bytes = try File.read(take.rowsPath)
            var last = rows.count
            for cut in (0..<bytes.count).reversed() {
                _ = truncate(take.rowsPath.string, cut)
                let (read, reader) = try Samples.read(take)
                #expect(read == Array(rows.prefix(read.count)))
                #expect(read.count <= last)
                // Without the end-of-stream mark (8 bytes) all rows are there still.
                #expect((reader.stoppedBecause == nil) == (cut >= bytes.count - 8))
                #expect(!reader.isDamaged)
                last = read.count
            }
            #expect(last == 0)
        }
    }

    @Test func flippedBitsGiveAPrefixAndSaySo() throws {
        try withSpool { samples in
            let rows = Samples.rows(5, session: small)
            let take = try samples.record(5, number: 1, session: small)
            let whole = try File.read(take.rowsPath)
            var generator = SeededGenerator(state: 3)
            var lengths: [Int: Int] = [:]
            for _ in 0..<600 {
                var bytes = whole
                generator.flip(&bytes)
                try overwrite(take.rowsPath, with: bytes)
                let (read, reader) = try Samples.read(take)
                #expect(read == Array(rows.prefix(read.count)))
                #expect(read.count == 5 || reader.stoppedBecause != nil)
                lengths[read.count, default: 0] += 1
            }
            // Damage was really met, in every row.
            for length in 0..<5 { #expect(lengths[length, default: 0] > 15) }
        }
    }

    @Test func flippedBitsInTakeJSONGiveAnErrorOrATake() throws {
        try withSpool { samples in
            let take = try samples.record(5, number: 1, session: small)
            let whole = try File.read(take.infoPath)
            let rows = Samples.rows(5, session: small)
            var generator = SeededGenerator(state: 4)
            for _ in 0..<300 {
                var bytes = whole
                generator.flip(&bytes)
                try overwrite(take.infoPath, with: bytes)
                do {
                    let read = try Samples.read(take).rows
                    #expect(read == Array(rows.prefix(read.count)))
                } catch is ReelError {}
            }
        }
    }

    @Test func rowsOfAnotherSessionAreRefused() throws {
        try withSpool { samples in
            let take = try samples.record(5, number: 1)
            let other = try samples.record(5, number: 2, session: Samples.session(joints: 5))
            try overwrite(take.rowsPath, with: try File.read(other.rowsPath))
            let (read, reader) = try Samples.read(take)
            #expect(read.isEmpty)
            #expect(reader.isDamaged)
        }
    }

    @Test func bytesBehindTheEndAreDamage() throws {
        try withSpool { samples in
            let take = try samples.record(5, number: 1)
            try overwrite(take.rowsPath, with: try File.read(take.rowsPath) + [0])
            let (read, reader) = try Samples.read(take)
            #expect(read.count == 5)
            #expect(reader.isDamaged)
        }
    }
}
