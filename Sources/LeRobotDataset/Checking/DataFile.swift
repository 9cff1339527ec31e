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
    /// Of a small file, up to one that cannot be read.
    private var read: [Result<Table, any Error>] = []

    /// - Throws: `ReelError` naming the file when it is no Parquet file.
    init(path: FilePath, info: DatasetInfo) throws {
        let reader = try ParquetReader.open(path)
        self.path = path
        columns = reader.schema.fields.map(\.name)
        (rowCount, rowGroupCount) = (reader.rowCount, reader.rowGroupCount)
        numeric = info.dataFeatures.filter(NumericValues.holds).map(\.name).filter(reader.hasColumn)
        guard let size = DurableFiles.size(of: path), size <= Self.small else { return }
        for group in 0..<rowGroupCount {
            read.append(Result { try reader.readRowGroup(group, columns: numeric) })
        }
    }

    /// The numeric columns of each row group, in order.
    /// - Throws: `ReelError` naming the file when a row group cannot be read, and what `body` throws.
    func forEachRowGroup(_ body: (Table) throws -> Void) throws {
        if read.count == rowGroupCount { return try read.forEach { try body($0.get()) } }
        let reader = try ParquetReader.open(path)
        for group in 0..<rowGroupCount { try body(reader.readRowGroup(group, columns: numeric)) }
    }
}
