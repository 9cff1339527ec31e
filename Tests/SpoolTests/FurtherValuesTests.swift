import Platform
import RecordingTypes
import Spool
import SystemPackage
import Testing

@Suite("Rows carry values of any type beside their floats, and these are kept and checked as all else is")
struct FurtherValuesTests {
    private static func session() -> SessionDescription {
        var session = Samples.session(cameras: ["front"], joints: 0)
        session.values = RowSchema([
            SessionDescription.taskBlock, ValueBlock(feature: "grid", dtype: .int16, shape: [2, 2]),
        ])
        session.hasTimes = false
        return session
    }

    private static func rows(_ count: Int) -> [TakeRow] {
        Samples.rows(count, session: session()).map { row in
            var row = row
            let task = Array("task \(row.index % 2)".utf8)
            row.values = [UInt8(task.count), 0, 0, 0] + task + [UInt8](repeating: UInt8(row.index), count: 8)
            return row
        }
    }

    @Test func theyComeBackAsTheyWere() throws {
        try withSpool { samples in
            let rows = Self.rows(9)
            let take = try samples.write(rows, number: 1, session: Self.session()).seal(Samples.end)
            #expect(try take.info().session == Self.session() && take.info().formatVersion == 3)
            let (read, reader) = try Samples.read(take)
            #expect(read == rows && reader.isWhole)
        }
    }

    @Test("a flipped bit in them ends the take before the row")
    func damage() throws {
        try withSpool { samples in
            let take = try samples.write(Self.rows(9), number: 1, session: Self.session()).seal(Samples.end)
            var bytes = try File.read(take.rowsPath)
            let mark = [UInt8](repeating: 5, count: 8)
            let place = try #require(bytes.indices.first { bytes[$0...].starts(with: mark) })
            bytes[place] ^= 0x40
            try overwrite(take.rowsPath, with: bytes)
            let (read, reader) = try Samples.read(take)
            #expect(read == Array(Self.rows(9)[..<5]) && reader.isDamaged)
        }
    }

    @Test("what the session does not have is not stored")
    func refused() throws {
        try withSpool { samples in
            let writer = try samples.write(Self.rows(2), number: 1, session: Self.session())
            for values in [[], [0, 0, 0, 0], Self.rows(1)[0].values + [0]] as [[UInt8]] {
                var row = Self.rows(3)[2]
                row.values = values
                let error = #expect(throws: ReelError.self) { try writer.append(row) }
                #expect(error?.kind == .mismatch)
            }
            #expect(writer.rowCount == 2)
        }
    }

    @Test("a session that has none is written as readers of format 2 know it")
    func formatTwo() throws {
        try withSpool { samples in
            let text = String(decoding: try File.read(samples.spool.path.appending("session.json")), as: UTF8.self)
            #expect(text.contains(#""formatVersion" : 2"#) && !text.contains("values") && !text.contains("hasTimes"))
        }
    }
}
