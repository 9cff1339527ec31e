import ArrowTables
import Platform
import RecordingTypes
import SystemPackage

/// A rows.arrows that is being written: an Arrow IPC stream, one record batch a row, each handed to the kernel by one
/// call of `write`. One thread at a time; the descriptor may be synced from another.
final class RowFile {
    private let file: File
    private let layout: RowLayout
    private let encoder: RowStreamWriter
    private var sequence: RowSequence
    /// Rows written.
    private(set) var rowCount = 0
    /// Used again for each row.
    private var buffer: [UInt8] = []
    /// Bytes of whole messages in the file.
    private(set) var length = 0
    /// Part of a message stands at the end and could not be cut off again.
    private var isTorn = false
    /// The end-of-stream mark is there: a second one would be bytes behind the end.
    private var isEnded = false

    /// Makes the file, which must not be there, and writes the schema.
    init(path: FilePath, session: SessionDescription) throws {
        layout = RowLayout(session: session)
        encoder = try RowStreamWriter(schema: layout.schema)
        sequence = RowSequence(cameraCount: session.cameras.count)
        file = try File.create(path)
        try write(try encoder.schemaBytes())
    }

    /// After a failure no further row is taken.
    func append(_ row: TakeRow) throws {
        let table = try layout.table(row)
        if let problem = sequence.accept(row) {
            throw ReelError(.mismatch, "store row \(row.index)", subject: file.path.string, cause: problem)
        }
        buffer.removeAll(keepingCapacity: true)
        try encoder.appendBatch(table, to: &buffer)
        FaultPoint.reached("spool.row-encoded")
        try write(buffer)
        rowCount += 1
        FaultPoint.reached("spool.row-written")
    }

    /// Writes the end-of-stream mark, once. A disk that has no room for these 8 bytes is no failure: take.json says how many
    /// rows there are.
    func finish() throws {
        guard !isTorn, !isEnded else { return }
        do {
            try write(encoder.endBytes())
            isEnded = true
        } catch let error as ReelError where error.kind == .diskFull {}
    }

    /// - Throws: `ReelError`; from then on every sync throws it.
    func sync() throws { try file.syncData() }

    /// Why what was written is not safe, whatever a later sync would say; nil as long as none has failed.
    var syncFailure: ReelError? { file.syncFailure }

    /// All of the bytes, or none of them.
    private func write(_ bytes: [UInt8]) throws {
        guard !isTorn else {
            throw ReelError(.failed, "write rows", subject: file.path.string, cause: "an earlier write failed half-way")
        }
        do {
            try file.append(bytes, "write rows")
            length += bytes.count
        } catch {
            // A disk that fills up takes part of the last message; what is left must end with a whole one.
            do { try file.cut(to: length) } catch { isTorn = true }
            throw error
        }
    }
}
