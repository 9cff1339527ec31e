import ArrowTables
import Glibc
import Platform
import RecordingTypes
import SystemPackage

/// A rows.arrows that is being written: an Arrow IPC stream, one record batch a row, each handed to the kernel by one
/// call of `write`. One thread at a time; the descriptor may be synced from another.
final class RowFile {
    let descriptor: FileDescriptor
    private let path: FilePath
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

    /// Makes the file, which must not be there, and writes the schema.
    init(path: FilePath, session: SessionDescription) throws {
        layout = RowLayout(session: session)
        encoder = try RowStreamWriter(schema: layout.schema)
        sequence = RowSequence(cameraCount: session.cameras.count)
        self.path = path
        do {
            descriptor = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .filePermissions)
        } catch let error as Errno {
            throw ReelError(error, "make a file", subject: path.string)
        }
        try write(try encoder.schemaBytes())
    }

    deinit { try? descriptor.close() }

    /// After a failure no further row is taken.
    func append(_ row: TakeRow) throws {
        let table = try layout.table(row)
        if let problem = sequence.accept(row) {
            throw ReelError(.mismatch, "store row \(row.index)", subject: path.string, cause: problem)
        }
        buffer.removeAll(keepingCapacity: true)
        try encoder.appendBatch(table, to: &buffer)
        FaultPoint.reached("spool.row-encoded")
        try write(buffer)
        rowCount += 1
        FaultPoint.reached("spool.row-written")
    }

    /// Writes the end-of-stream mark. A disk that has no room for these 8 bytes is no failure: take.json says how many
    /// rows there are.
    func finish() throws {
        guard !isTorn else { return }
        do {
            try write(encoder.endBytes())
        } catch let error as ReelError where error.kind == .diskFull {}
    }

    func sync() throws {
        if fdatasync(descriptor.rawValue) != 0 {
            throw ReelError(Errno(rawValue: errno), "sync a file", subject: path.string)
        }
    }

    /// All of the bytes, or none of them.
    private func write(_ bytes: [UInt8]) throws {
        guard !isTorn else {
            throw ReelError(.failed, "write rows", subject: path.string, cause: "an earlier write failed half-way")
        }
        do {
            try descriptor.writeAll(bytes)
            length += bytes.count
        } catch {
            // A disk that fills up takes part of the last message; what is left must end with a whole one.
            isTorn = ftruncate(descriptor.rawValue, length) != 0 || lseek(descriptor.rawValue, length, SEEK_SET) < 0
            throw (error as? Errno).map { ReelError($0, "write rows", subject: path.string) } ?? error
        }
    }
}
