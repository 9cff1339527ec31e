import ArrowTables
import Platform
import RecordingTypes
import SystemPackage

/// Reads the rows of a take from the first one on, of a take that is whole, cut off, or still being recorded. It gives
/// rows only as long as everything holds: the stream, each row's own checksum, the rows' order and that of the pictures
/// they refer to. What does not hold ends it, with the reason in `stoppedBecause`; it never ends in a wrong row.
///
/// The take may move on while it is read. One thread at a time.
package final class TakeReader {
    /// What take.json said when the reader was made.
    package let info: TakeInfo
    /// Rows given so far.
    package var rowCount: Int { sequence.count }
    /// Why no row came any more although the take has or should have more; nil as long as there are rows, and when the
    /// last one was the take's last.
    package private(set) var stoppedBecause: String?
    /// It stopped for more than a file that is cut off: something in it is not what was written.
    package private(set) var isDamaged = false
    /// Every row that the take has was given: up to the end-of-stream mark, and as many as take.json says.
    package private(set) var isWhole = false

    private let file: FileDescriptor
    private let path: FilePath
    private let layout: RowLayout
    private let decoder: RowStreamReader
    private var sequence: RowSequence
    /// Decoded and not given yet: what one piece of the file holds at most.
    private var waiting: ArraySlice<(row: TakeRow, holds: Bool)> = []
    /// Comes into force when `waiting` is empty.
    private var damage: String?
    private var isOver = false
    private var piece = [UInt8](repeating: 0, count: 1 << 16)

    /// - Parameter take: In any state.
    /// - Throws: `ReelError` naming the file: `.unavailable` (also when the take has moved on meanwhile: look it up
    ///   again), `.damaged` or `.mismatch` when take.json cannot be used.
    package init(take: Take) throws {
        info = try take.info()
        path = take.rowsPath
        layout = RowLayout(session: info.session)
        decoder = try RowStreamReader()
        sequence = RowSequence(cameraCount: info.session.cameras.count)
        do {
            file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        } catch let error as Errno {
            throw ReelError(error, "read rows", subject: path.string)
        }
    }

    deinit { try? file.close() }

    /// The next row.
    /// - Parameter wait: Called when the file ends before the take does: block a little and return true to look again,
    ///   false when nothing more will come.
    /// - Returns: The row, or nil when there is none any more, now and from then on.
    /// - Throws: `ReelError` naming the file when it cannot be read; damage is not thrown.
    package func next(wait: (() -> Bool)? = nil) throws -> TakeRow? {
        while !isOver {
            if let (row, holds) = waiting.popFirst() { return accept(row, holds) }
            if let damage { stop(damage, isDamage: true) } else { try readOn(wait) }
        }
        return nil
    }

    private func accept(_ row: TakeRow, _ holds: Bool) -> TakeRow? {
        if let problem = holds ? sequence.accept(row) : "the checksum of row \(sequence.count) does not hold" {
            stop(problem, isDamage: true)
            return nil
        }
        return row
    }

    /// Reads another piece of the file, or ends.
    private func readOn(_ wait: (() -> Bool)?) throws {
        let count: Int
        do {
            count = try piece.withUnsafeMutableBytes { try file.read(into: $0) }
        } catch let error as Errno {
            throw ReelError(error, "read rows", subject: path.string)
        }
        do {
            // No bytes at the end of the file: damage behind the last good batch is told before anything is waited for.
            let tables = try piece.withUnsafeBytes {
                try decoder.consume(UnsafeRawBufferPointer(rebasing: $0[..<count]))
            }
            for table in tables { waiting += try layout.rows(in: table) }
        } catch let error as ReelError {
            damage = error.cause
            return
        }
        guard count == 0 else { return }
        if decoder.isFinished || info.end?.rows == sequence.count {
            // A full disk may have had no room for the end-of-stream mark.
            finish()
        } else if info.end != nil || wait?() != true {
            stop("the file ends before the take does", isDamage: false)
        }
    }

    private func finish() {
        if let expected = info.end?.rows, expected != sequence.count {
            return stop("the file's end comes too early", isDamage: true)
        }
        isWhole = true
        isOver = true
    }

    private func stop(_ cause: String, isDamage: Bool) {
        isOver = true
        isDamaged = isDamage
        let rows = info.end.map { "\(sequence.count) of \($0.rows.counted("row"))" } ?? sequence.count.counted("row")
        stoppedBecause = "\(cause), after \(rows)"
    }
}
