import ArrowTables
import Platform
import RecordingTypes
import SystemPackage

/// Writes one file of the table of episodes, up to 1000 rows in a row group. No more than those are held.
struct EpisodesFile {
    private static let rowGroupRows = 1000
    /// Tables of one row each take much more room than their rows: they are joined before there are many.
    private static let mostTables = 100

    let schema: TableSchema
    private let writer: ParquetWriter
    private var pending: [Table] = []
    private var rowCount = 0

    /// A file with the columns of `schema`.
    init(path: FilePath, schema: TableSchema) throws {
        try Directory.create(path.removingLastComponent())
        writer = try ParquetWriter(path: path, schema: schema)
        self.schema = schema
    }

    /// Whether rows of `table` can stand in this file: it has the same columns, in whatever order.
    func holds(_ table: Table) -> Bool {
        schema.fields == table.schema.fields || Set(schema.fields) == Set(table.schema.fields)
    }

    mutating func append(_ table: Table) throws {
        pending.append(table)
        rowCount += table.rowCount
        guard pending.count >= Self.mostTables || rowCount >= Self.rowGroupRows else { return }
        var rows = try Table.joined(pending, as: schema)
        while rows.rowCount >= Self.rowGroupRows {
            try writer.writeRowGroup(rows.rows(0..<Self.rowGroupRows))
            rows = try rows.rows(Self.rowGroupRows..<rows.rowCount)
        }
        (pending, rowCount) = (rows.rowCount > 0 ? [rows] : [], rows.rowCount)
    }

    func finish() throws {
        if rowCount > 0 { try writer.writeRowGroup(Table.joined(pending, as: schema)) }
        try writer.finish()
    }
}
