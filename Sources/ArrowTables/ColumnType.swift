/// What one column of a table holds, as far as Reel takes it apart.
package enum ColumnType: Hashable, Sendable {
    /// 64-bit integers. Narrower and unsigned ones read as this; it is what is written.
    case int64
    case float32
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
