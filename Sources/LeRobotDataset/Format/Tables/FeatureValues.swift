import ArrowTables
package import RecordingTypes

/// The values of one feature in an episode's rows, as the take has them: row after row, in C order.
package enum FeatureValues: Hashable, Sendable {
    /// One behind the other, little-endian; a flag is a byte.
    case numbers(ValueType, [UInt8])
    case strings([String])

    /// Of 32-bit floats.
    package init(_ floats: [Float]) { self = .numbers(.float32, floats.withUnsafeBytes { Array($0) }) }

    /// None yet, of a type.
    package init(of type: ValueType) { self = type == .string ? .strings([]) : .numbers(type, []) }

    /// Takes the values of the next row, as they lie in it.
    package mutating func append(_ bytes: ArraySlice<UInt8>) {
        switch self {
        case .numbers(let type, var values):
            // Without this the bytes would be copied with each row.
            self = .strings([])
            values += bytes
            self = .numbers(type, values)
        case .strings(var values):
            self = .strings([])
            values.append(String(decoding: bytes, as: UTF8.self))
            self = .strings(values)
        }
    }

    var type: ValueType {
        switch self {
        case .numbers(let type, _): type
        case .strings: .string
        }
    }

    var count: Int {
        switch self {
        case .numbers(let type, let bytes): bytes.count / (type.byteCount ?? 1)
        case .strings(let values): values.count
        }
    }

    // MARK: - As a column

    /// Some rows as the column that LeRobot has for a feature of this shape: plain for [1], lists of one length for a
    /// vector, and for more dimensions lists in lists.
    func column(shape: [Int], rows: Range<Int>) -> ColumnValues {
        let width = shape.reduce(1, *)
        let elements = elements(rows.lowerBound * width..<rows.upperBound * width)
        if shape == [1] { return elements }
        if shape.count == 1 { return .fixedSizeList(size: width, values: elements) }
        var column = elements
        for (depth, side) in shape.enumerated().reversed() {
            let lists = rows.count * shape[..<depth].reduce(1, *)
            column = .list(offsets: (0...lists).map { Int32($0 * side) }, values: column)
        }
        return column
    }

    private func elements(_ range: Range<Int>) -> ColumnValues {
        guard case .numbers(let type, let bytes) = self else {
            guard case .strings(let values) = self else { return .utf8([]) }
            return .utf8(Array(values[range]))
        }
        let size = type.byteCount ?? 1
        let part = bytes[range.lowerBound * size..<range.upperBound * size]
        return switch type {
        case .float32: .float32(Self.values(part))
        case .float64: .float64(Self.values(part))
        case .int64: .int64(Self.values(part))
        case .bool: .bool(part.map { $0 != 0 })
        case .int8: .numbers(.int8, bytes: Array(part))
        case .uint8: .numbers(.uint8, bytes: Array(part))
        case .int16: .numbers(.int16, bytes: Array(part))
        case .uint16: .numbers(.uint16, bytes: Array(part))
        case .int32: .numbers(.int32, bytes: Array(part))
        case .uint32: .numbers(.uint32, bytes: Array(part))
        case .uint64: .numbers(.uint64, bytes: Array(part))
        case .float16: .numbers(.float16, bytes: Array(part))
        case .string: .utf8([])
        }
    }

    private static func values<Value: BitwiseCopyable>(_ bytes: ArraySlice<UInt8>) -> [Value] {
        let count = bytes.count / MemoryLayout<Value>.size
        return [Value](unsafeUninitializedCapacity: count) { place, filled in
            bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(place).copyMemory(from: $0) }
            filled = count
        }
    }

    // MARK: - Statistics

    /// Statistics of `rows` rows of this shape, as LeRobot takes them: over all but the last dimension, in float32 where
    /// numpy promotes the type to it, else in float64. Nil for text.
    ///
    /// One difference: of an episode of one frame LeRobot keeps every value of an array of more dimensions apart, and
    /// cannot take that together with longer episodes; here its shape is always the last dimension.
    func statistics(shape: [Int], rows: Int) -> FeatureStatistics? {
        guard case .numbers(let type, let bytes) = self, let width = shape.last, width > 0 else { return nil }
        let all = bytes[...]
        var result =
            switch type {
            case .float32: NumericStatistics.of(Self.values(all) as [Float], width: width)
            case .float16:
                NumericStatistics.of(
                    (Self.values(all) as [UInt16]).map { Float(Float16(bitPattern: $0)) }, width: width)
            case .bool, .uint8: NumericStatistics.of(all.map { Float($0) }, width: width)
            case .int8: NumericStatistics.of((Self.values(all) as [Int8]).map { Float($0) }, width: width)
            case .int16: NumericStatistics.of((Self.values(all) as [Int16]).map { Float($0) }, width: width)
            case .uint16: NumericStatistics.of((Self.values(all) as [UInt16]).map { Float($0) }, width: width)
            case .float64: NumericStatistics.of(Self.values(all) as [Double], width: width)
            case .int32: NumericStatistics.of((Self.values(all) as [Int32]).map { Double($0) }, width: width)
            case .uint32: NumericStatistics.of((Self.values(all) as [UInt32]).map { Double($0) }, width: width)
            case .int64: NumericStatistics.of((Self.values(all) as [Int64]).map { Double($0) }, width: width)
            case .uint64: NumericStatistics.of((Self.values(all) as [UInt64]).map { Double($0) }, width: width)
            case .string: NumericStatistics.of([0.0], width: 1)
            }
        // LeRobot counts frames, whatever lies in one.
        result.count = rows
        return result
    }
}

extension FeatureValues {
    /// The Arrow type of such a column.
    static func type(of values: ColumnValues) -> ColumnType {
        switch values {
        case .float32: .float32
        case .float64: .float64
        case .bool: .bool
        case .utf8: .utf8
        case .numbers(let type, _): .number(type)
        case .fixedSizeList(let size, let elements): .fixedSizeList(type(of: elements), size)
        case .list(_, let elements): .list(type(of: elements))
        case .structure: .structure([ColumnField("bytes", .binary), ColumnField("path", .utf8)])
        default: .int64
        }
    }
}
