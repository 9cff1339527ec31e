/// The values of one column: flat storage, nothing boxed per value.
package enum ColumnValues: Hashable, Sendable {
    case int64([Int64])
    case float32([Float])
    /// One behind the other, little-endian.
    case numbers(NumberType, bytes: [UInt8])
    case float64([Double])
    case bool([Bool])
    case utf8([String])
    case binary([[UInt8]])
    /// Row i holds `bytes[i * size..<(i + 1) * size]`; `size` is 1 and up.
    case fixedBinary(size: Int, bytes: [UInt8])
    case byteList([[UInt8]])
    /// Row i holds `values[offsets[i]..<offsets[i + 1]]`; one offset more than rows, never falling.
    indirect case list(offsets: [Int32], values: ColumnValues)
    /// Row i holds `values[i * size..<(i + 1) * size]`; `size` is 1 and up.
    indirect case fixedSizeList(size: Int, values: ColumnValues)
    /// One entry a field of the structure, at least one, all of the same length.
    indirect case structure([ColumnValues])
    /// Values of which some are null (those are whatever they are, mostly zero). Only there when a null really is.
    indirect case nullable(isValid: [Bool], values: ColumnValues)

    /// Rows.
    package var count: Int {
        switch self {
        case .int64(let values): values.count
        case .float32(let values): values.count
        case .numbers(let type, let bytes): bytes.count / type.byteCount
        case .float64(let values): values.count
        case .bool(let values): values.count
        case .utf8(let values): values.count
        case .binary(let values): values.count
        case .fixedBinary(let size, let bytes): size > 0 ? bytes.count / size : 0
        case .byteList(let values): values.count
        case .list(let offsets, _): max(offsets.count - 1, 0)
        case .fixedSizeList(let size, let values): size > 0 ? values.count / size : 0
        case .structure(let fields): fields.first?.count ?? 0
        case .nullable(_, let values): values.count
        }
    }

    /// What keeps these values from being a column of `type`, or nil when nothing does.
    func mismatch(with type: ColumnType, nullable: Bool) -> String? {
        switch (self, type) {
        case (.int64, .int64), (.float32, .float32), (.float64, .float64), (.bool, .bool), (.utf8, .utf8),
            (.binary, .binary), (.int64, .timestamp), (.byteList, .byteList):
            return nil
        case (.numbers(let type, let bytes), .number(let expected)):
            guard type == expected else { return "its numbers are \(type), not \(expected)" }
            return bytes.count % type.byteCount == 0 ? nil : "\(bytes.count) bytes are no whole numbers of \(type)"
        case (.fixedBinary(let size, let bytes), .fixedBinary(let expected)):
            guard size == expected, size > 0 else { return "its rows have \(size) bytes, not \(expected)" }
            return bytes.count % size == 0 ? nil : "\(bytes.count) bytes are no whole rows of \(size)"
        case (.list(let offsets, let values), .list(let element)):
            guard let first = offsets.first, let last = offsets.last, first >= 0, Int(last) <= values.count,
                zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 })
            else { return "its list offsets do not fit its \(values.count) values" }
            return values.mismatch(with: element, nullable: true)
        case (.fixedSizeList(let size, let values), .fixedSizeList(let element, let expected)):
            guard size == expected, size > 0 else { return "its lists have \(size) values, not \(expected)" }
            guard values.count % size == 0 else { return "\(values.count) values are no whole lists of \(size)" }
            return values.mismatch(with: element, nullable: true)
        case (.structure(let values), .structure(let fields)):
            guard let first = values.first, values.count == fields.count else {
                return "it has \(values.count) fields, not \(fields.count)"
            }
            for (value, field) in zip(values, fields) {
                guard value.count == first.count else {
                    return "\(field.name) has \(value.count) rows, not \(first.count)"
                }
                if let problem = value.mismatch(with: field.type, nullable: field.nullable) {
                    return "\(field.name): \(problem)"
                }
            }
            return nil
        case (.nullable(let isValid, let values), _):
            guard nullable || isValid.allSatisfy({ $0 }) else { return "it holds nulls, which it must not" }
            guard isValid.count == values.count else { return "\(isValid.count) flags for \(values.count) values" }
            if case .nullable = values { return "its nulls are marked twice" }
            return values.mismatch(with: type, nullable: true)
        default:
            return "its values are not of type \(type)"
        }
    }
}
