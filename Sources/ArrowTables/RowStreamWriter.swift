import CArrow
import RecordingTypes

/// Rows as the messages of an Arrow IPC stream: bytes that the caller writes and syncs itself. One thread at a time.
package final class RowStreamWriter {
    private let handle: OpaquePointer
    private let schema: TableSchema

    /// - Throws: `ReelError` when Arrow does not take the schema.
    package init(schema: TableSchema) throws {
        var exported = ArrowExport.schema(schema)
        var encoder: OpaquePointer?
        try Self.run { reel_stream_encoder_make(&exported, &encoder, $0) }
        guard let encoder else { throw ReelError(.failed, Self.action, cause: "Arrow gave no encoder") }
        handle = encoder
        self.schema = schema
    }

    deinit { reel_stream_encoder_free(handle) }

    /// The message that begins a stream.
    /// - Throws: `ReelError` when Arrow refuses.
    package func schemaBytes() throws -> [UInt8] {
        var bytes: [UInt8] = []
        try append(to: &bytes) { reel_stream_encoder_schema(handle, $0, $1, $2) }
        return bytes
    }

    /// The rows as one message.
    /// - Throws: `ReelError(.mismatch)` when the columns are not those of the schema.
    package func batchBytes(_ table: Table) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try appendBatch(table, to: &bytes)
        return bytes
    }

    /// Appends the rows as one message to a buffer that is used again and again.
    /// - Throws: `ReelError(.mismatch)` when the columns are not those of the schema; then the buffer is as it was.
    package func appendBatch(_ table: Table, to bytes: inout [UInt8]) throws {
        try table.requireFields(schema.fields, for: nil)
        var batch = try ArrowExport.batch(table, for: nil)
        try append(to: &bytes) { reel_stream_encoder_batch(handle, &batch, $0, $1, $2) }
    }

    /// The mark that ends a stream: a message of length 0.
    package func endBytes() -> [UInt8] { [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0] }

    private static let action = "encode rows"

    private func append(
        to bytes: inout [UInt8],
        _ encode: (
            UnsafeMutablePointer<UnsafePointer<UInt8>?>, UnsafeMutablePointer<Int64>,
            UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
        ) -> Int32
    ) throws {
        var start: UnsafePointer<UInt8>?
        var count: Int64 = 0
        try Self.run { encode(&start, &count, $0) }
        bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: Int(count)))
    }

    private static func run(_ call: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32) throws {
        try ArrowCall.run(.failed, action, subject: nil, call)
    }
}
