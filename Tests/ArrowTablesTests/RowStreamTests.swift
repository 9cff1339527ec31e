import ArrowTables
import RecordingTypes
import Testing

@Suite("A row stream gives back a prefix of what was written, however it is cut")
struct RowStreamTests {
    @Test(arguments: [1, 3, 64, 1 << 20]) func comesBackInPiecesOfAnySize(piece: Int) throws {
        let reader = try RowStreamReader()
        let tables = try feed(try stream(batches: 9), to: reader, piece: piece)
        #expect(tables.count == 9)
        for (index, table) in tables.enumerated() {
            #expect(table.columns == (try Samples.table(rows: 2, from: index * 2)).columns)
        }
        #expect(reader.isFinished)
        #expect(reader.schema?.fields == Samples.schema.fields)
        #expect(reader.schema?.metadata("pandas") == Samples.schema.metadata("pandas"))
    }

    @Test func everyCutGivesAPrefix() throws {
        let bytes = try stream(batches: 2)
        let written = try (0..<2).map { try Samples.table(rows: 2, from: $0 * 2).columns }
        var most = 0
        for cut in 0...bytes.count {
            let reader = try RowStreamReader()
            let tables = try feed(Array(bytes[..<cut]), to: reader, piece: 1 << 20)
            #expect(tables.map(\.columns) == Array(written.prefix(tables.count)))
            #expect(tables.count >= most)
            most = tables.count
            #expect(reader.isFinished == (cut == bytes.count))
        }
        #expect(most == 2)
    }

    @Test func flippedBytesGiveAnErrorOrTables() throws {
        let whole = try stream(batches: 3)
        var generator = SeededGenerator(state: 11)
        var refused = 0
        for _ in 0..<1500 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] ^=
                    1 << UInt8.random(in: 0..<8, using: &generator)
            }
            let reader = try RowStreamReader()
            do {
                for table in try feed(bytes, to: reader, piece: 512) {
                    #expect(table.columns.allSatisfy { $0.count == table.rowCount })
                }
            } catch let error as ReelError {
                #expect(error.kind == .damaged)
                refused += 1
            }
        }
        #expect(refused > 150)
    }

    @Test func aLengthBeyondReasonIsDamageAndNotWaitedFor() throws {
        let reader = try RowStreamReader(messageLimit: 1 << 16)
        let claim: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0x40]
        let error = #expect(throws: ReelError.self) { _ = try feed(claim + [0], to: reader, piece: 100) }
        #expect(error?.kind == .damaged)
        #expect(throws: ReelError.self) { _ = try feed([0], to: reader, piece: 1) }
    }

    @Test func bytesAfterTheEndAreDamage() throws {
        let reader = try RowStreamReader()
        #expect(try feed(try stream(batches: 1), to: reader, piece: 1 << 20).count == 1)
        #expect(throws: ReelError.self) { _ = try feed([1, 2, 3], to: reader, piece: 3) }
    }

    @Test func batchesBeforeDamageComeOutFirst() throws {
        var bytes = try stream(batches: 2)
        bytes.removeLast(8)
        bytes += [UInt8](repeating: 0x7F, count: 64)
        let reader = try RowStreamReader()
        #expect(try bytes.withUnsafeBytes(reader.consume).count == 2)
        #expect(throws: ReelError.self) { _ = try [UInt8]().withUnsafeBytes(reader.consume) }
    }

    @Test func aTableOfAnotherSchemaIsRefused() throws {
        let writer = try RowStreamWriter(schema: Samples.schema)
        let other = try Table(schema: TableSchema([ColumnField("index", .int64)]), columns: [.int64([1])])
        let error = #expect(throws: ReelError.self) { _ = try writer.batchBytes(other) }
        #expect(error?.kind == .mismatch)
    }

    private func stream(batches: Int) throws -> [UInt8] {
        let writer = try RowStreamWriter(schema: Samples.schema)
        var bytes = try writer.schemaBytes()
        for index in 0..<batches { try writer.appendBatch(try Samples.table(rows: 2, from: index * 2), to: &bytes) }
        return bytes + writer.endBytes()
    }

    private func feed(_ bytes: [UInt8], to reader: RowStreamReader, piece: Int) throws -> [Table] {
        try bytes.withUnsafeBytes { all in
            try stride(from: 0, to: all.count, by: piece).flatMap { start in
                try reader.consume(UnsafeRawBufferPointer(rebasing: all[start..<min(start + piece, all.count)]))
            }
        }
    }
}
