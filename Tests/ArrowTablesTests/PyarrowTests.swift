import ArrowTables
import RecordingTypes
import SystemPackage
import TestSupport
import Testing

@Suite("What pyarrow and pandas write can be read")
struct PyarrowTests {
    private let fixtures = Fixtures.path("pyarrow")

    @Test func pandasIndexIsAColumnAndItsMetadataIsKept() throws {
        let reader = try ParquetReader(path: fixtures.appending("tasks.parquet"))
        let table = try reader.readAll()
        #expect(try table.int64s("task_index") == [0, 1])
        #expect(try table.strings("task") == ["pick", "plåce"])
        #expect(reader.schema.metadata("pandas")?.contains("task") == true)
    }

    @Test func oddTypesAreWidenedAndNullsAreMarked() throws {
        let reader = try ParquetReader(path: fixtures.appending("types.parquet"))
        #expect(reader.rowGroupCount == 2)
        #expect(reader.schema.metadata("huggingface") == #"{"a": 1}"#)
        let odd: Set = ["time", "category", "nothing"]
        let table = try reader.readAll(columns: reader.schema.fields.map(\.name).filter { !odd.contains($0) })
        #expect(table["i32"] == .nullable(isValid: [true, true, false], values: .int64([1, 2, 0])))
        #expect(try table.int64s("i8") == [1, -2, 3])
        #expect(try table.int64s("u64") == [1, 2, 3])
        #expect(try table.strings("large_text") == ["a", "", "c"])
        #expect(table["large_bytes"] == .nullable(isValid: [true, false, true], values: .binary([[97], [], []])))
        #expect(table["large_list"] == .list(offsets: [0, 1, 1, 3], values: .float64([1, 2, 3])))
        #expect(try table.bools("flag") == [true, false, true])
        let ones: [Int32] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
        let numbers = ColumnValues.float64([0.5, 1.5, 2.5, 0.5, 1.5, 2.5, 0.5, 1.5, 2.5])
        let inner = ColumnValues.list(offsets: ones, values: .list(offsets: ones, values: numbers))
        #expect(table["nested"] == .list(offsets: [0, 3, 6, 9], values: inner))
        guard
            case .nullable([true, true, false], .fixedSizeList(2, .nullable(_, .float32(let vectors)))) = table[
                "vector"]
        else {
            Issue.record("\(String(describing: table["vector"]))")
            return
        }
        #expect(vectors.prefix(4) == [1, 2, 3, 4])
        guard case .nullable([true, true, false], .structure(let fields)) = table["image"] else {
            Issue.record("\(String(describing: table["image"]))")
            return
        }
        #expect(fields[0] == .nullable(isValid: [true, false, false], values: .binary([[120], [], []])))
        #expect(fields[1] == .nullable(isValid: [false, true, false], values: .utf8(["", "p", ""])))
    }

    @Test(arguments: ["time", "category", "nothing"]) func aTypeThatReelDoesNotReadIsNamed(column: String) throws {
        let reader = try ParquetReader(path: fixtures.appending("types.parquet"))
        let error = #expect(throws: ReelError.self) { _ = try reader.readAll(columns: [column]) }
        #expect(error?.kind == .mismatch)
        #expect(error?.cause.contains(column) == true)
    }

    @Test func typesThatReelDoesNotReadAreCopiedAllTheSame() throws {
        try withDirectory { directory in
            let original = try ParquetReader(path: fixtures.appending("types.parquet"))
            let path = directory.appending("copy.parquet")
            let writer = try ParquetWriter(path: path, like: original)
            try writer.copyRowGroups(of: original)
            try writer.finish()
            let copy = try ParquetReader(path: path)
            #expect(copy.schema.fields == original.schema.fields)
            #expect(copy.rowCount == 3)
            #expect(copy.schema.metadata("huggingface") == #"{"a": 1}"#)
            #expect(try copy.readAll(columns: ["image"]).columns == original.readAll(columns: ["image"]).columns)
        }
    }

    @Test func aStreamOfTheirsIsReadWhole() throws {
        let reader = try RowStreamReader()
        let tables = try readBytes(fixtures.appending("types.arrows")).withUnsafeBytes(reader.consume)
        #expect(tables.map(\.rowCount) == [2, 1])
        #expect(try tables[0].int64s("i32") == [1, 2])
        #expect(try tables[1].strings("large_text") == ["c"])
        #expect(try tables[0].float32s("vector", width: 2) == [1, 2, 3, 4])
        #expect(reader.isFinished)
    }
}
