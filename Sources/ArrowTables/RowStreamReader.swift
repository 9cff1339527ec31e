import CArrow
import RecordingTypes

/// Takes an Arrow IPC stream apart as its bytes come in. A stream that stops in the middle simply gives nothing more; one
/// that is damaged fails, and every value that comes out has been validated. One thread at a time.
package final class RowStreamReader {
    private let handle: OpaquePointer
    private var exported = ArrowSchema()
    /// Nil until the stream's first message has come in whole.
    package private(set) var schema: TableSchema?

    /// - Parameters:
    ///   - messageLimit: Bytes; a message that claims to be longer is damage, not something to wait for.
    ///   - memoryLimit: Bytes that decoding may hold at once.
    /// - Throws: `ReelError` when Arrow gives no decoder.
    package init(messageLimit: Int = 1 << 24, memoryLimit: Int = 1 << 26) throws {
        var decoder: OpaquePointer?
        try Self.run { reel_stream_decoder_make(Int64(messageLimit), Int64(memoryLimit), &decoder, $0) }
        guard let decoder else { throw ReelError(.failed, Self.action, cause: "Arrow gave no decoder") }
        handle = decoder
    }

    deinit {
        exported.release?(&exported)
        reel_stream_decoder_free(handle)
    }

    /// The end-of-stream mark has come in: the stream is whole.
    package var isFinished: Bool { reel_stream_decoder_is_finished(handle) }

    /// Takes in the next bytes and gives the batches that are whole now. Batches before damage come out; the call after
    /// the one that gave them fails.
    /// - Throws: `ReelError(.damaged)`, from then on at every call.
    package func consume(_ bytes: UnsafeRawBufferPointer) throws -> [Table] {
        let start = bytes.assumingMemoryBound(to: UInt8.self).baseAddress
        let result = Result { try Self.run { reel_stream_decoder_consume(handle, start, Int64(bytes.count), $0) } }
        let tables = try takeBatches()
        if tables.isEmpty { try result.get() }
        return tables
    }

    private func takeBatches() throws -> [Table] {
        if schema == nil, reel_stream_decoder_schema(handle, &exported) { schema = ArrowImport.schema(exported) }
        guard let schema else { return [] }
        var tables: [Table] = []
        var batch = ArrowArray()
        while reel_stream_decoder_next(handle, &batch) {
            defer { batch.release?(&batch) }
            do {
                tables.append(try ArrowImport.table(batch, schema: exported, read: schema))
            } catch var error as ReelError {
                error.kind = .damaged
                throw error
            }
        }
        return tables
    }

    private static let action = "decode rows"

    private static func run(_ call: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32) throws {
        try ArrowCall.run(.damaged, action, subject: nil, call)
    }
}
