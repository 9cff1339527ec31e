import CArrow
import RecordingTypes
package import SystemPackage

/// Writes one Parquet file as pyarrow does when LeRobot asks it to: snappy, dictionaries on, format 2.6, the Arrow schema
/// and the schema's metadata kept in the footer.
///
/// The file is unreadable until `finish` has written its footer. Nothing is synced or renamed here: write under
/// `AtomicFile.partial(of:)`, then sync and rename. One thread at a time.
package final class ParquetWriter {
    private let handle: OpaquePointer
    private let schema: TableSchema
    private let path: FilePath

    /// Makes the file, or empties the one that is there.
    /// - Throws: `ReelError` naming the file.
    package init(path: FilePath, schema: TableSchema) throws {
        var exported = ArrowExport.schema(schema)
        var writer: OpaquePointer?
        try Self.run(path) { reel_parquet_writer_open(path.string, &exported, &writer, $0) }
        handle = try Self.made(writer, path)
        self.schema = schema
        self.path = path
    }

    /// Makes a file with the schema and metadata of another one, its types that Reel does not take apart included.
    /// - Throws: `ReelError` naming the file.
    package init(path: FilePath, like reader: ParquetReader) throws {
        var writer: OpaquePointer?
        try Self.run(path) { reel_parquet_writer_open_like(path.string, reader.handle, &writer, $0) }
        handle = try Self.made(writer, path)
        schema = reader.schema
        self.path = path
    }

    deinit { reel_parquet_writer_free(handle) }

    /// Appends the table as one row group. Its columns must be those of the schema, in order.
    /// - Throws: `ReelError` naming the file: `.diskFull`, or `.mismatch` when a column does not fit.
    package func writeRowGroup(_ table: Table) throws {
        try table.requireFields(schema.fields, for: path.string)
        var batch = try ArrowExport.batch(table, for: path.string)
        try Self.run(path) { reel_parquet_writer_write(handle, &batch, $0) }
    }

    /// Appends one row group of another file as it is. Columns are matched by name; their types must be equal.
    /// - Throws: `ReelError` naming both files.
    package func copyRowGroup(_ index: Int, of reader: ParquetReader) throws {
        let action = "copy row group \(index) of \(reader.path)"
        guard let index = Int32(exactly: index) else {
            throw ReelError(.mismatch, action, subject: path.string, cause: "there is none of this number")
        }
        try ArrowCall.run(.mismatch, action, subject: path.string) {
            reel_parquet_writer_copy(handle, reader.handle, index, $0)
        }
    }

    /// Appends all row groups of another file, one by one.
    /// - Throws: `ReelError` naming both files.
    package func copyRowGroups(of reader: ParquetReader) throws {
        for index in 0..<reader.rowGroupCount { try copyRowGroup(index, of: reader) }
    }

    /// Writes the footer and closes the file. Nothing can be written after it.
    /// - Throws: `ReelError` naming the file; then the file is not whole.
    package func finish() throws { try Self.run(path) { reel_parquet_writer_finish(handle, $0) } }

    private static func run(
        _ path: FilePath, _ call: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32
    ) throws {
        try ArrowCall.run(.failed, "write a Parquet file", subject: path.string, call)
    }

    private static func made(_ handle: OpaquePointer?, _ path: FilePath) throws -> OpaquePointer {
        guard let handle else {
            throw ReelError(.failed, "write a Parquet file", subject: path.string, cause: "Arrow gave no writer")
        }
        return handle
    }
}
