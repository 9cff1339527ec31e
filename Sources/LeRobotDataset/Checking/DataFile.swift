import ArrowTables
import Platform
import SystemPackage

/// A data file as a check sees it: its columns, and the numbers in them.
///
/// Small files are read by the thread that opens them; of large ones one row group at a time is held.
struct DataFile: Sendable {
    private static let small = 1 << 20

    /// Names of all columns.
    let columns: [String]
    let rowCount: Int
    let rowGroupCount: Int
    private let path: FilePath
    /// Of plain numbers and vectors.
    private let numeric: [String]
    /// Of a small file.
    private var read: [Result<Table, any Error>] = []

    /// - Throws: `ReelError` naming the file when it is no Parquet file.
    init(path: FilePath, info: DatasetInfo) throws {
        let reader = try ParquetReader.open(path)
        self.path = path
        columns = reader.schema.fields.map(\.name)
        (rowCount, rowGroupCount) = (reader.rowCount, reader.rowGroupCount)
        numeric = info.dataFeatures.filter(NumericValues.holds).map(\.name).filter(reader.hasColumn)
        guard let size = File.size(of: path), size <= Self.small else { return }
        for group in 0..<rowGroupCount {
            read.append(Result { try reader.readRowGroup(group, columns: numeric) })
        }
    }

    /// The numeric columns of each row group in order, or why they cannot be read.
    /// - Throws: `ReelError` naming the file when it cannot be opened again, and what `body` throws.
    func forEachRowGroup(_ body: (Result<Table, any Error>) throws -> Void) throws {
        if read.count == rowGroupCount { return try read.forEach(body) }
        let reader = try ParquetReader.open(path)
        for group in 0..<rowGroupCount { try body(Result { try reader.readRowGroup(group, columns: numeric) }) }
    }
}
