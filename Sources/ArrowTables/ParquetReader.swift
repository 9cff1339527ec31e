import CArrow
import RecordingTypes
package import SystemPackage

/// Reads one Parquet file, whoever wrote it. Integers of every width read as 64 bits, large types as plain ones.
/// One thread at a time.
package final class ParquetReader {
    let handle: OpaquePointer
    package let path: FilePath
    /// The columns, and the file's key-value metadata.
    package let schema: TableSchema
    /// The first column of each name.
    private let positions: [String: Int]

    /// Opens the file and reads its footer.
    /// - Throws: `ReelError` naming the file: `.unavailable`, or `.damaged` when it is not a whole Parquet file.
    package init(path: FilePath) throws {
        var reader: OpaquePointer?
        try Self.run(path) { reel_parquet_reader_open(path.string, &reader, $0) }
        guard let reader else {
            throw ReelError(.failed, "read a Parquet file", subject: path.string, cause: "Arrow gave no reader")
        }
        do {
            var exported = ArrowSchema()
            try Self.run(path) { reel_parquet_reader_schema(reader, &exported, $0) }
            defer { exported.release?(&exported) }
            schema = ArrowImport.schema(exported)
        } catch {
            reel_parquet_reader_free(reader)
            throw error
        }
        positions = Dictionary(
            schema.fields.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
        handle = reader
        self.path = path
    }

    deinit { reel_parquet_reader_free(handle) }

    package var rowGroupCount: Int { Int(reel_parquet_reader_row_group_count(handle)) }

    /// Rows of the file.
    package var rowCount: Int { Int(reel_parquet_reader_row_count(handle, -1)) }

    /// Rows of one row group, `0..<rowGroupCount`.
    package func rowCount(ofRowGroup index: Int) -> Int {
        precondition((0..<rowGroupCount).contains(index), "a row group that there is")
        return Int(reel_parquet_reader_row_count(handle, Int32(index)))
    }

    /// One row group; of it the named columns in the order given, or all.
    /// - Throws: `ReelError` naming the file: `.damaged`, or `.mismatch` when there is no such column or one of them has
    ///   a type that Reel does not take apart.
    package func readRowGroup(_ index: Int, columns: [String]? = nil) throws -> Table {
        guard (0..<rowGroupCount).contains(index) else {
            throw mismatch("there is no row group \(index); there are \(rowGroupCount)")
        }
        return try read(Int32(index), columns)
    }

    /// All row groups as one table; of it the named columns in the order given, or all.
    /// - Throws: As `readRowGroup`.
    package func readAll(columns: [String]? = nil) throws -> Table { try read(-1, columns) }

    /// Whether there is a column of this name.
    package func hasColumn(_ name: String) -> Bool { positions[name] != nil }

    private func read(_ rowGroup: Int32, _ columns: [String]?) throws -> Table {
        let names = columns ?? schema.fields.map(\.name)
        let fields = try names.map { name in
            guard let index = positions[name] else {
                throw mismatch(
                    "there is no column \(name)",
                    remedy: "There are: \(schema.fields.map(\.name).joined(separator: ", ")).")
            }
            return index
        }
        // Asked for in the order of the file and each once, columns come so.
        let stored = Set(fields).sorted()
        var exported = ArrowSchema()
        var batch = ArrowArray()
        try Self.run(path) {
            reel_parquet_reader_read(
                handle, rowGroup, stored.map(Int32.init), Int32(stored.count), &exported, &batch, $0)
        }
        defer {
            batch.release?(&batch)
            exported.release?(&exported)
        }
        do {
            let read = TableSchema(stored.map { schema.fields[$0] })
            let table = try ArrowImport.table(batch, schema: exported, read: read)
            guard table.columns.count == stored.count else { throw mismatch("a column has no values") }
            let order = Dictionary(uniqueKeysWithValues: stored.enumerated().map { ($0.element, $0.offset) })
            return table.selecting(fields.compactMap { order[$0] }, metadata: schema.metadata)
        } catch var error as ReelError {
            error.subject = path.string
            throw error
        }
    }

    private static func run(
        _ path: FilePath, _ call: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32
    ) throws {
        try ArrowCall.run(.damaged, "read a Parquet file", subject: path.string, call)
    }

    private func mismatch(_ cause: String, remedy: String? = nil) -> ReelError {
        ReelError(.mismatch, "read a Parquet file", subject: path.string, cause: cause, remedy: remedy)
    }
}
