import ArrowTables
import RecordingTypes

extension Table {
    /// The rows of all tables one after the other. Columns are matched by name, in the order of `schema`.
    /// - Throws: `ReelError` (mismatch) when a table lacks a column or has it in another type.
    static func joined(_ tables: [Table], as schema: TableSchema) throws -> Table {
        let ordered = try tables.map { try $0.columns(of: schema) }
        return try Table(
            schema: schema,
            columns: schema.fields.indices.map { column in try ColumnValues.joined(ordered.map { $0[column] }) })
    }

    private func columns(of wanted: TableSchema) throws -> [ColumnValues] {
        if schema.fields == wanted.fields { return columns }
        return try wanted.fields.map { field in
            guard let values = self[field.name] else {
                throw ReelError(.mismatch, "join tables", cause: "one has no column \(field.name)")
            }
            return values
        }
    }

    /// The same table with some columns replaced.
    func replacing(_ replacements: [String: ColumnValues]) throws -> Table {
        try Table(
            schema: schema,
            columns: zip(schema.fields, columns).map { replacements[$0.name] ?? $1 })
    }

    /// Rows `range` of the table.
    func rows(_ range: Range<Int>) throws -> Table {
        try Table(schema: schema, columns: columns.map { $0.rows(range) })
    }
}

extension ColumnValues {
    /// All values one after the other.
    /// - Throws: `ReelError` (mismatch) when they are not of one kind.
    static func joined(_ parts: [ColumnValues]) throws -> ColumnValues {
        let mismatch = ReelError(.mismatch, "join tables", cause: "a column has different types")
        guard let first = parts.first else { throw mismatch }
        func all<Value>(_ values: (ColumnValues) -> [Value]?) throws -> [Value] {
            try parts.flatMap { part in
                guard let values = values(part) else { throw mismatch }
                return values
            }
        }
        if parts.contains(where: \.hasNulls) {
            return .nullable(
                isValid: parts.flatMap { part in
                    if case .nullable(let isValid, _) = part { return isValid }
                    return [Bool](repeating: true, count: part.count)
                },
                values: try joined(
                    parts.map { part in
                        if case .nullable(_, let values) = part { return values }
                        return part
                    }))
        }
        switch first {
        case .int64: return .int64(try all { if case .int64(let values) = $0 { values } else { nil } })
        case .float32: return .float32(try all { if case .float32(let values) = $0 { values } else { nil } })
        case .numbers(let type, _):
            return .numbers(
                type, bytes: try all { if case .numbers(type, let bytes) = $0 { bytes } else { nil } })
        case .float64: return .float64(try all { if case .float64(let values) = $0 { values } else { nil } })
        case .bool: return .bool(try all { if case .bool(let values) = $0 { values } else { nil } })
        case .utf8: return .utf8(try all { if case .utf8(let values) = $0 { values } else { nil } })
        case .binary: return .binary(try all { if case .binary(let values) = $0 { values } else { nil } })
        case .byteList: return .byteList(try all { if case .byteList(let values) = $0 { values } else { nil } })
        case .fixedBinary(let size, _):
            return .fixedBinary(
                size: size, bytes: try all { if case .fixedBinary(size, let bytes) = $0 { bytes } else { nil } })
        case .list:
            let lists = try all { part -> [([Int32], ColumnValues)]? in
                if case .list(let offsets, let values) = part { [(offsets, values)] } else { nil }
            }
            var offsets: [Int32] = [0]
            for (part, values) in lists {
                guard let start = part.first, let end = part.last, let last = offsets.last else { throw mismatch }
                guard Int(start) == 0, Int(end) == values.count else { throw mismatch }
                offsets += part.dropFirst().map { $0 + last }
            }
            return .list(offsets: offsets, values: try joined(lists.map(\.1)))
        case .fixedSizeList(let size, _):
            return .fixedSizeList(
                size: size,
                values: try joined(
                    all { if case .fixedSizeList(size, let values) = $0 { [values] } else { nil } }))
        case .structure(let fields):
            let rows = try all { part -> [[ColumnValues]]? in
                if case .structure(let values) = part, values.count == fields.count { [values] } else { nil }
            }
            return .structure(try fields.indices.map { index in try joined(rows.map { $0[index] }) })
        case .nullable: throw mismatch
        }
    }

    private var hasNulls: Bool {
        if case .nullable = self { return true }
        return false
    }

    /// Values of rows `range`.
    func rows(_ range: Range<Int>) -> ColumnValues {
        switch self {
        case .int64(let values): .int64(Array(values[range]))
        case .float32(let values): .float32(Array(values[range]))
        case .float64(let values): .float64(Array(values[range]))
        case .numbers(let type, let bytes):
            .numbers(
                type, bytes: Array(bytes[range.lowerBound * type.byteCount..<range.upperBound * type.byteCount]))
        case .bool(let values): .bool(Array(values[range]))
        case .utf8(let values): .utf8(Array(values[range]))
        case .binary(let values): .binary(Array(values[range]))
        case .byteList(let values): .byteList(Array(values[range]))
        case .fixedBinary(let size, let bytes):
            .fixedBinary(size: size, bytes: Array(bytes[range.lowerBound * size..<range.upperBound * size]))
        case .list(let offsets, let values):
            .list(
                offsets: (range.lowerBound...range.upperBound).map { offsets[$0] - offsets[range.lowerBound] },
                values: values.rows(Int(offsets[range.lowerBound])..<Int(offsets[range.upperBound])))
        case .fixedSizeList(let size, let values):
            .fixedSizeList(size: size, values: values.rows(range.lowerBound * size..<range.upperBound * size))
        case .structure(let fields): .structure(fields.map { $0.rows(range) })
        case .nullable(let isValid, let values): .nullable(isValid: Array(isValid[range]), values: values.rows(range))
        }
    }
}

extension ColumnType {
    /// The type of `ColumnValues.doubled`; nil for anything but numbers and lists of them.
    var doubled: ColumnType? {
        switch self {
        case .int64, .float32, .float64: .float64
        case .list(let element), .fixedSizeList(let element, _): element.doubled.map { .list($0) }
        default: nil
        }
    }
}

extension ColumnValues {
    /// The same numbers in double precision, in lists of any length where they are in lists.
    var doubled: ColumnValues? {
        switch self {
        case .int64(let values): .float64(values.map(Double.init))
        case .float32(let values): .float64(values.map(Double.init))
        case .float64: self
        case .list(let offsets, let values): values.doubled.map { .list(offsets: offsets, values: $0) }
        case .fixedSizeList(let size, let values):
            values.doubled.map { .list(offsets: (0...count).map { Int32($0 * size) }, values: $0) }
        case .nullable(let isValid, let values): values.doubled.map { .nullable(isValid: isValid, values: $0) }
        default: nil
        }
    }

    /// One row of a column of this type, and it is null; nil for types that are not taken apart.
    static func null(_ type: ColumnType) -> ColumnValues? {
        zeros(type, count: 1).map { .nullable(isValid: [false], values: $0) }
    }

    private static func zeros(_ type: ColumnType, count: Int) -> ColumnValues? {
        switch type {
        case .int64, .timestamp: .int64([Int64](repeating: 0, count: count))
        case .float32: .float32([Float](repeating: 0, count: count))
        case .float64: .float64([Double](repeating: 0, count: count))
        case .number(let type): .numbers(type, bytes: [UInt8](repeating: 0, count: count * type.byteCount))
        case .bool: .bool([Bool](repeating: false, count: count))
        case .utf8: .utf8([String](repeating: "", count: count))
        case .binary: .binary([[UInt8]](repeating: [], count: count))
        case .byteList: .byteList([[UInt8]](repeating: [], count: count))
        case .fixedBinary(let size): .fixedBinary(size: size, bytes: [UInt8](repeating: 0, count: count * size))
        case .list(let element):
            zeros(element, count: 0).map { .list(offsets: [Int32](repeating: 0, count: count + 1), values: $0) }
        case .fixedSizeList(let element, let size):
            zeros(element, count: count * size).map { .fixedSizeList(size: size, values: $0) }
        case .structure(let fields): structure(fields, count: count)
        case .other: nil
        }
    }

    private static func structure(_ fields: [ColumnField], count: Int) -> ColumnValues? {
        let values = fields.compactMap { zeros($0.type, count: count) }
        return values.count == fields.count ? .structure(values) : nil
    }
}
