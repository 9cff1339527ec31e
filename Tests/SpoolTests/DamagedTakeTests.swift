import Glibc
import Platform
import RecordingTypes
import Spool
import SystemPackage
import Testing

/// Few places as a part of all tests; with REEL_FAULTS=full (`make faults`) every byte and 20,000 flips.
@Suite("However a spool file is damaged, a reader gives a part of what was written or an error, and comes to its end")
struct DamagedTakeTests {
    private static let isFull = getenv("REEL_FAULTS").map { String(cString: $0) } == "full"
    private static let flips = isFull ? 20_000 : 200
    private static let session = Samples.session(cameras: ["front", "top"], joints: 3)
    private static let rowCount = 20

    /// Where the file's last 64 KiB are to be cut.
    private func cuts(_ bytes: [UInt8]) -> [Int] {
        let places = max(0, bytes.count - 65_536)..<bytes.count
        return Self.isFull ? Array(places) : Array(stride(from: places.lowerBound, to: places.upperBound, by: 97))
    }

    private func tell(_ what: String, _ count: Int) {
        if Self.isFull { print("damage: \(what): \(count)") }
    }

    @Test func rowsThatAreCut() throws {
        try withSpool { samples in
            let take = try samples.record(Self.rowCount, number: 1, session: Self.session)
            let rows = Samples.rows(Self.rowCount, session: Self.session)
            let bytes = try File.read(take.rowsPath)
            let cuts = cuts(bytes)
            for cut in cuts.reversed() {
                #expect(truncate(take.rowsPath.string, cut) == 0)
                let (read, reader) = try Samples.read(take)
                #expect(read == Array(rows.prefix(read.count)))
                // Of what is there whole, nothing is left out: a row has no more than this.
                #expect(
                    read.count == rows.count || (read.count + 1) * 1100 + 4096 > cut, "\(read.count) rows of \(cut)")
                #expect(reader.stoppedBecause != nil || read.count == rows.count)
            }
            tell("rows.arrows cut", cuts.count)
        }
    }

    @Test func rowsWithFlippedBits() throws {
        try withSpool { samples in
            let take = try samples.record(Self.rowCount, number: 1, session: Self.session)
            let rows = Samples.rows(Self.rowCount, session: Self.session)
            let whole = try File.read(take.rowsPath)
            var generator = SeededGenerator(state: 20_000)
            for _ in 0..<Self.flips {
                var bytes = whole
                generator.flip(&bytes)
                try overwrite(take.rowsPath, with: bytes)
                let (read, reader) = try Samples.read(take)
                #expect(read == Array(rows.prefix(read.count)))
                #expect(read.count == rows.count || reader.stoppedBecause != nil)
            }
            tell("rows.arrows flipped", Self.flips)
        }
    }

    @Test func descriptionsThatAreCut() throws {
        try withSpool { samples in
            let take = try samples.record(3, number: 1, session: Self.session)
            let bytes = try File.read(take.infoPath)
            let cuts = cuts(bytes)
            for cut in cuts {
                try overwrite(take.infoPath, with: bytes.prefix(cut))
                let error = #expect(throws: ReelError.self) { _ = try take.info() }
                #expect(error?.kind == .damaged)
            }
            tell("take.json cut", cuts.count)
        }
    }

    @Test func descriptionsWithFlippedBits() throws {
        try withSpool { samples in
            let take = try samples.record(3, number: 1, session: Self.session)
            let rows = Samples.rows(3, session: Self.session)
            let whole = try File.read(take.infoPath)
            var generator = SeededGenerator(state: 20_001)
            for _ in 0..<Self.flips {
                var bytes = whole
                generator.flip(&bytes)
                try overwrite(take.infoPath, with: bytes)
                do {
                    let read = try Samples.read(take).rows
                    #expect(read == Array(rows.prefix(read.count)))
                } catch let error as ReelError {
                    #expect(error.kind == .damaged || error.kind == .mismatch)
                }
            }
            tell("take.json flipped", Self.flips)
        }
    }
}
