/// What one column of a table holds, as far as Reel takes it apart.
package enum ColumnType: Hashable, Sendable {
    /// 64-bit integers. Narrower and unsigned ones read as this; it is what is written.
    case int64
    case float32
    /// Numbers of another width. Written alone; they read as `int64`, or `float32`.
    case number(NumberType)
    case float64
    case bool
    /// Text, of either offset width when read.
    case utf8
    /// Bytes, of either offset width when read.
    case binary
    /// Nanoseconds since 1970, without a time zone; the values are `.int64`.
    case timestamp
    /// Bytes, so many in each row. Written alone.
    case fixedBinary(Int)
    /// Bytes as lists of 8-bit numbers. Written alone.
    case byteList
    /// Lists of any length.
    indirect case list(ColumnType)
    /// Lists that all have the same length, 1 and up.
    indirect case fixedSizeList(ColumnType, Int)
    /// Named values side by side, at least one.
    case structure([ColumnField])
    /// A type that Reel does not take apart, by its Arrow C data format string. Such a column can be copied from file
    /// to file (`ParquetWriter.copyRowGroup`), and neither read nor written otherwise.
    case other(format: String)
}

/// A number that is neither a 64-bit integer nor a float of 32 or 64 bits.
package enum NumberType: Hashable, Sendable {
    case int8, uint8, int16, uint16, int32, uint32, uint64, float16

    /// Bytes of one.
    package var byteCount: Int {
        switch self {
        case .int8, .uint8: 1
        case .int16, .uint16, .float16: 2
        case .int32, .uint32: 4
        case .uint64: 8
        }
    }

    /// As Arrow's C data interface calls it.
    var format: String {
        switch self {
        case .int8: "c"
        case .uint8: "C"
        case .int16: "s"
        case .uint16: "S"
        case .int32: "i"
        case .uint32: "I"
        case .uint64: "L"
        case .float16: "e"
        }
    }
}
