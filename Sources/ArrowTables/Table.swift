import RecordingTypes

/// Columns of equal length under a schema.
package struct Table: Sendable {
    package let schema: TableSchema
    /// In the order of the schema's fields.
    package let columns: [ColumnValues]
    package let rowCount: Int

    /// - Throws: `ReelError(.mismatch)` when a column does not fit its field, or the columns differ in length.
    package init(schema: TableSchema, columns: [ColumnValues]) throws {
        guard columns.count == schema.fields.count else {
            throw Self.mismatch("\(columns.count) columns for \(schema.fields.count) fields")
        }
        rowCount = columns.first?.count ?? 0
        for (field, values) in zip(schema.fields, columns) {
            guard values.count == rowCount else {
                throw Self.mismatch("\(field.name) has \(values.count) rows, not \(rowCount)")
            }
            if let problem = values.mismatch(with: field.type, nullable: field.nullable) {
                throw Self.mismatch("\(field.name): \(problem)")
            }
        }
        self.schema = schema
        self.columns = columns
    }

    /// For what Arrow has validated already.
    init(validated columns: [ColumnValues], schema: TableSchema, rowCount: Int) {
        self.schema = schema
        self.columns = columns
        self.rowCount = rowCount
    }

    /// The column of this name, or nil.
    package subscript(_ name: String) -> ColumnValues? { schema.index(of: name).map { columns[$0] } }

    /// A column of integers without nulls.
    /// - Throws: `ReelError(.mismatch)` when there is none of this name and type.
    package func int64s(_ name: String) throws -> [Int64] {
        if case .int64(let values) = try column(name) { return values }
        throw wrongType(name, "integers")
    }

    /// A column of numbers without nulls, widened.
    /// - Throws: `ReelError(.mismatch)` when there is none of this name and type.
    package func float64s(_ name: String) throws -> [Double] {
        switch try column(name) {
        case .float64(let values): return values
        case .float32(let values): return values.map(Double.init)
        case .int64(let values): return values.map(Double.init)
        default: throw wrongType(name, "numbers")
        }
    }

    /// A column of single-precision numbers without nulls.
    /// - Throws: `ReelError(.mismatch)` when there is none of this name and type.
    package func float32s(_ name: String) throws -> [Float] {
        if case .float32(let values) = try column(name) { return values }
        throw wrongType(name, "32-bit floats")
    }

    /// A column of vectors of `width` single-precision numbers, row after row; lists of any kind that all have it.
    /// - Throws: `ReelError(.mismatch)` when there is none of this name, type and width.
    package func float32s(_ name: String, width: Int) throws -> [Float] {
        switch try column(name) {
        case .fixedSizeList(width, .float32(let values)): return values
        case .list(let offsets, .float32(let values)):
            let even = zip(offsets, offsets.dropFirst()).allSatisfy { Int($1) - Int($0) == width }
            guard even, let first = offsets.first, let last = offsets.last else { break }
            return Array(values[Int(first)..<Int(last)])
        default: break
        }
        throw wrongType(name, "vectors of \(width) 32-bit floats")
    }

    /// A column of flags without nulls.
    /// - Throws: `ReelError(.mismatch)` when there is none of this name and type.
    package func bools(_ name: String) throws -> [Bool] {
        if case .bool(let values) = try column(name) { return values }
        throw wrongType(name, "flags")
    }

    /// A column of text; a null reads as an empty string.
    /// - Throws: `ReelError(.mismatch)` when there is none of this name and type.
    package func strings(_ name: String) throws -> [String] {
        switch try column(name) {
        case .utf8(let values): return values
        case .nullable(let isValid, .utf8(let values)): return zip(isValid, values).map { $0 ? $1 : "" }
        default: throw wrongType(name, "text")
        }
    }

    /// The columns at these positions, in this order.
    func selecting(_ order: [Int], metadata: [(key: String, value: String)]) -> Table {
        Table(
            validated: order.map { columns[$0] },
            schema: TableSchema(order.map { schema.fields[$0] }, metadata: metadata), rowCount: rowCount)
    }

    /// - Throws: `ReelError(.mismatch)` when the columns are not these.
    func requireFields(_ fields: [ColumnField], for subject: String?) throws {
        guard schema.fields != fields else { return }
        let names = fields.map(\.name).joined(separator: ", ")
        throw ReelError(
            .mismatch, "write a table", subject: subject,
            cause: "its columns are \(schema.fields.map(\.name).joined(separator: ", ")), not \(names) with their types"
        )
    }

    private func column(_ name: String) throws -> ColumnValues {
        if let values = self[name] { return values }
        throw Self.mismatch(
            "there is no column \(name)", remedy: "There are: \(schema.fields.map(\.name).joined(separator: ", ")).")
    }

    private func wrongType(_ name: String, _ wanted: String) -> ReelError {
        guard let index = schema.index(of: name) else { return Self.mismatch("there is no column \(name)") }
        if case .nullable = columns[index] { return Self.mismatch("the column \(name) holds nulls") }
        return Self.mismatch("the column \(name) holds \(schema.fields[index].type), not \(wanted)")
    }

    private static func mismatch(_ cause: String, remedy: String? = nil) -> ReelError {
        ReelError(.mismatch, "use a table", cause: cause, remedy: remedy)
    }
}
