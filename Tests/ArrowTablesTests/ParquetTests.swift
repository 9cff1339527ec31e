import ArrowTables
import Glibc
import RecordingTypes
import SystemPackage
import Testing

@Suite("A Parquet file gives back what was written, and never more")
struct ParquetTests {
    @Test func everyTypeComesBack() throws {
        try withDirectory { directory in
            let table = try Samples.table(rows: 100)
            let path = directory.appending("a.parquet")
            try write([table], to: path)
            let reader = try ParquetReader(path: path)
            #expect(reader.schema.fields == Samples.schema.fields)
            #expect(reader.rowCount == 100)
            #expect(try reader.readAll().columns == table.columns)
        }
    }

    @Test func metadataComesBack() throws {
        try withDirectory { directory in
            let path = directory.appending("a.parquet")
            try write([try Samples.table(rows: 1)], to: path)
            let reader = try ParquetReader(path: path)
            #expect(reader.schema.metadata("pandas") == Samples.schema.metadata("pandas"))
            #expect(reader.schema.metadata("empty") == "")
            #expect(reader.schema.metadata("ARROW:schema") == nil)
        }
    }

    @Test func eachTableIsARowGroupOfItsOwn() throws {
        try withDirectory { directory in
            let path = directory.appending("a.parquet")
            let tables = [try Samples.table(rows: 7), try Samples.table(rows: 5, from: 7), try Samples.table(rows: 0)]
            try write(tables, to: path)
            let reader = try ParquetReader(path: path)
            #expect(reader.rowGroupCount == 3)
            #expect((0..<3).map(reader.rowCount(ofRowGroup:)) == [7, 5, 0])
            #expect(try reader.readRowGroup(1).columns == tables[1].columns)
            #expect(try reader.readRowGroup(2).rowCount == 0)
            #expect(try reader.readAll().columns == Samples.table(rows: 12).columns)
        }
    }

    @Test func columnsComeInTheOrderAskedFor() throws {
        try withDirectory { directory in
            let path = directory.appending("a.parquet")
            try write([try Samples.table(rows: 4)], to: path)
            let table = try ParquetReader(path: path).readRowGroup(0, columns: ["image", "index"])
            #expect(table.schema.fields.map(\.name) == ["image", "index"])
            #expect(table["index"] == (try Samples.table(rows: 4))["index"])
            #expect(table["pixels"] == nil)
            let error = #expect(throws: ReelError.self) {
                _ = try ParquetReader(path: path).readAll(columns: ["speed"])
            }
            #expect(error?.kind == .mismatch)
            #expect(error?.subject == path.string)
        }
    }

    @Test func filesAreJoinedRowGroupByRowGroup() throws {
        try withDirectory { directory in
            let first = directory.appending("a.parquet")
            let second = directory.appending("b.parquet")
            let joined = directory.appending("c.parquet")
            try write([try Samples.table(rows: 3), try Samples.table(rows: 2, from: 3)], to: first)
            try write([try Samples.table(rows: 4, from: 5)], to: second)
            let writer = try ParquetWriter(path: joined, like: try ParquetReader(path: first))
            for path in [first, second] { try writer.copyRowGroups(of: try ParquetReader(path: path)) }
            try writer.finish()
            let reader = try ParquetReader(path: joined)
            #expect(reader.rowGroupCount == 3)
            #expect(reader.schema.fields == Samples.schema.fields)
            #expect(reader.schema.metadata("pandas") == Samples.schema.metadata("pandas"))
            #expect(try reader.readAll().columns == Samples.table(rows: 9).columns)
        }
    }

    @Test func filesThatDoNotFitAreNotJoined() throws {
        try withDirectory { directory in
            let first = directory.appending("a.parquet")
            let second = directory.appending("b.parquet")
            try write([try Samples.table(rows: 3)], to: first)
            let other = try Table(
                schema: TableSchema([ColumnField("index", .float64)]), columns: [.float64([1])])
            try write([other], to: second)
            let writer = try ParquetWriter(path: directory.appending("c"), like: try ParquetReader(path: first))
            let error = #expect(throws: ReelError.self) {
                try writer.copyRowGroups(of: try ParquetReader(path: second))
            }
            #expect(error?.kind == .mismatch)
            #expect(error?.cause.contains("index") == true)
        }
    }

    @Test func aTableThatDoesNotFitIsRefused() throws {
        let flat = TableSchema([
            ColumnField("a", .fixedSizeList(.float32, 3)), ColumnField("b", .int64, nullable: false),
        ])
        func make(_ a: ColumnValues, _ b: ColumnValues) throws { _ = try Table(schema: flat, columns: [a, b]) }
        let fits = ColumnValues.fixedSizeList(size: 3, values: .float32([1, 2, 3]))
        try make(fits, .int64([1]))
        #expect(throws: ReelError.self) { try make(fits, .int64([1, 2])) }
        #expect(throws: ReelError.self) { try make(fits, .float64([1])) }
        #expect(throws: ReelError.self) { try make(fits, .nullable(isValid: [false], values: .int64([1]))) }
        #expect(throws: ReelError.self) { try make(.fixedSizeList(size: 2, values: .float32([1, 2])), .int64([1])) }
        #expect(throws: ReelError.self) { try make(.fixedSizeList(size: 3, values: .float32([1, 2])), .int64([])) }
        #expect(throws: ReelError.self) {
            _ = try Table(
                schema: TableSchema([ColumnField("l", .list(.int64))]),
                columns: [.list(offsets: [0, 3], values: .int64([1, 2]))])
        }
    }

    @Test func theKindOfFailureIsTold() throws {
        try withDirectory { directory in
            let missing = #expect(throws: ReelError.self) {
                _ = try ParquetReader(path: directory.appending("none.parquet"))
            }
            #expect(missing?.kind == .unavailable)
            let path = directory.appending("cut.parquet")
            try write([try Samples.table(rows: 50)], to: path)
            try write(Array(try readBytes(path).dropLast(9)), to: path)
            let damaged = #expect(throws: ReelError.self) { _ = try ParquetReader(path: path) }
            #expect(damaged?.kind == .damaged)
            #expect(damaged?.subject == path.string)
        }
    }

    @Test func aFullDiskIsToldAsSuch() throws {
        // Through a link, and only while it is a device: nothing here may make or remove /dev/full itself.
        var status = stat()
        try #require(stat("/dev/full", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
        try withDirectory { directory in
            let path = directory.appending("full.parquet")
            #expect(symlink("/dev/full", path.string) == 0)
            let error = #expect(throws: ReelError.self) {
                let writer = try ParquetWriter(path: path, schema: Samples.schema)
                try writer.writeRowGroup(try Samples.table(rows: 10))
                try writer.finish()
            }
            #expect(error?.kind == .diskFull)
        }
    }

    @Test func flippedBytesGiveAnErrorOrATable() throws {
        try withDirectory { directory in
            let path = directory.appending("a.parquet")
            try write([try Samples.table(rows: 20), try Samples.table(rows: 20)], to: path)
            let whole = try readBytes(path)
            var generator = SeededGenerator(state: 5)
            for _ in 0..<400 {
                var bytes = whole
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    bytes[Int.random(in: bytes.indices, using: &generator)] ^=
                        1 << UInt8.random(in: 0..<8, using: &generator)
                }
                try write(bytes, to: path)
                do {
                    let table = try ParquetReader(path: path).readAll()
                    #expect(table.columns.allSatisfy { $0.count == table.rowCount })
                } catch is ReelError {}
            }
        }
    }

    private func write(_ tables: [Table], to path: FilePath) throws {
        let writer = try ParquetWriter(path: path, schema: tables[0].schema)
        for table in tables { try writer.writeRowGroup(table) }
        try writer.finish()
    }

    private func write(_ bytes: [UInt8], to path: FilePath) throws {
        try ArrowTablesTests.write(bytes, to: path)
    }
}
