import CArrow
import RecordingTypes

/// Arrow C data as Swift's columns. The shim validates every batch in full before it gets here, so that lengths and
/// offsets lie within their buffers; the interface itself cannot say how long a buffer is.
enum ArrowImport {
    /// The fields and metadata of a schema, which the caller still owns.
    static func schema(_ schema: ArrowSchema) -> TableSchema {
        TableSchema(children(of: schema).map(field), metadata: metadata(schema.metadata))
    }

    /// A validated batch as a table; the caller still owns both. `read` is what `schema` gave for the same schema.
    /// - Throws: `ReelError(.mismatch)` when a column has a type that Reel does not take apart.
    static func table(_ batch: ArrowArray, schema: ArrowSchema, read: TableSchema) throws -> Table {
        let columns = try fields(batch, schema, first: Int(batch.offset), count: Int(batch.length))
        return Table(validated: columns, schema: read, rowCount: Int(batch.length))
    }

    private static func field(_ schema: ArrowSchema) -> ColumnField {
        ColumnField(name(schema), type(schema), nullable: schema.flags & Int64(ARROW_FLAG_NULLABLE) != 0)
    }

    private static func name(_ schema: ArrowSchema) -> String { schema.name.map { String(cString: $0) } ?? "" }

    private static func format(_ schema: ArrowSchema) -> String {
        schema.dictionary == nil ? schema.format.map { String(cString: $0) } ?? "" : "dictionary"
    }

    private static func type(_ schema: ArrowSchema) -> ColumnType {
        let format = format(schema)
        let children = children(of: schema)
        switch format {
        case "c", "C", "s", "S", "i", "I", "l", "L": return .int64
        case "f", "e": return .float32
        case "g": return .float64
        case "b": return .bool
        case "u", "U": return .utf8
        case "z", "Z": return .binary
        case "+s" where !children.isEmpty: return .structure(children.map(field))
        case "+l" where children.count == 1, "+L" where children.count == 1: return .list(type(children[0]))
        default:
            guard let size = listSize(format), children.count == 1 else { return .other(format: format) }
            return .fixedSizeList(type(children[0]), size)
        }
    }

    private static func listSize(_ format: String) -> Int? {
        guard format.hasPrefix("+w:"), let size = Int(format.dropFirst(3)), size > 0 else { return nil }
        return size
    }

    private static func children(of schema: ArrowSchema) -> [ArrowSchema] {
        (0..<Int(schema.n_children)).compactMap { schema.children[$0]?.pointee }
    }

    /// Native-endian 32-bit count, then each key and value behind its 32-bit length.
    private static func metadata(_ encoded: UnsafePointer<CChar>?) -> [(key: String, value: String)] {
        guard var position = UnsafeRawPointer(encoded) else { return [] }
        func number() -> Int {
            defer { position += 4 }
            return Int(position.loadUnaligned(as: Int32.self))
        }
        func text() -> String {
            let count = number()
            defer { position += count }
            return String(decoding: UnsafeRawBufferPointer(start: position, count: count), as: UTF8.self)
        }
        return (0..<number()).map { _ in (key: text(), value: text()) }
    }

    /// The children of a structure, rows `first..<first + count` of each.
    private static func fields(
        _ array: ArrowArray, _ schema: ArrowSchema, first: Int, count: Int
    ) throws -> [ColumnValues] {
        let schemas = children(of: schema)
        guard Int(array.n_children) == schemas.count else {
            throw refusal("\(array.n_children) columns for \(schemas.count) fields")
        }
        return try schemas.enumerated().map { index, schema in
            guard let child = array.children[index] else { throw refusal("the column \(name(schema)) is missing") }
            return try values(child.pointee, schema, first: first, count: count)
        }
    }

    /// Rows `first..<first + count` of an array, not counting its own offset.
    private static func values(
        _ array: ArrowArray, _ schema: ArrowSchema, first: Int, count: Int
    ) throws -> ColumnValues {
        let start = first + Int(array.offset)
        guard first >= 0, count >= 0, first + count <= Int(array.length) else {
            throw refusal("rows \(first) to \(first + count) of a column of \(array.length)")
        }
        let values = try present(array, schema, first: first, start: start, count: count)
        guard array.null_count != 0, array.n_buffers > 0, let bits = array.buffers[0] else { return values }
        let isValid = flags(bits, start, count)
        return isValid.allSatisfy { $0 } ? values : .nullable(isValid: isValid, values: values)
    }

    /// The values as if none were null. `start` counts from the start of the buffers.
    private static func present(
        _ array: ArrowArray, _ schema: ArrowSchema, first: Int, start: Int, count: Int
    ) throws -> ColumnValues {
        let format = format(schema)
        func buffer(_ index: Int) -> UnsafeRawPointer? { index < array.n_buffers ? array.buffers[index] : nil }
        switch format {
        case "c": return .int64(try widened(buffer(1), Int8.self, start, count))
        case "C": return .int64(try widened(buffer(1), UInt8.self, start, count))
        case "s": return .int64(try widened(buffer(1), Int16.self, start, count))
        case "S": return .int64(try widened(buffer(1), UInt16.self, start, count))
        case "i": return .int64(try widened(buffer(1), Int32.self, start, count))
        case "I": return .int64(try widened(buffer(1), UInt32.self, start, count))
        case "l": return .int64(numbers(buffer(1), start, count))
        case "L": return .int64(try widened(buffer(1), UInt64.self, start, count))
        case "e":
            let halves: [UInt16] = numbers(buffer(1), start, count)
            return .float32(halves.map { Float(Float16(bitPattern: $0)) })
        case "f": return .float32(numbers(buffer(1), start, count))
        case "g": return .float64(numbers(buffer(1), start, count))
        case "b": return .bool(buffer(1).map { flags($0, start, count) } ?? [])
        case "u", "U":
            let offsets = try offsets(buffer(1), wide: format == "U", start, count)
            return .utf8(slices(buffer(2), offsets) { String(decoding: $0, as: UTF8.self) })
        case "z", "Z":
            let offsets = try offsets(buffer(1), wide: format == "Z", start, count)
            return .binary(slices(buffer(2), offsets) { Array($0) })
        case "+l", "+L":
            let offsets = try offsets(buffer(1), wide: format == "+L", start, count)
            guard let begin = offsets.first, let end = offsets.last else { break }
            let elements = try element(array, schema, first: Int(begin), count: Int(end - begin))
            return .list(offsets: try offsets.map { try narrowed($0 - begin) }, values: elements)
        case "+s" where array.n_children > 0:
            return .structure(try fields(array, schema, first: start, count: count))
        default:
            guard let size = listSize(format) else { break }
            // A flipped size times a flipped count may pass 64 bits.
            let (begin, overflow) = start.multipliedReportingOverflow(by: size)
            let (length, overflowing) = count.multipliedReportingOverflow(by: size)
            guard !overflow, !overflowing else { break }
            return .fixedSizeList(size: size, values: try element(array, schema, first: begin, count: length))
        }
        throw refusal("the column \(name(schema)) has a type that Reel does not read (Arrow format \(format))")
    }

    private static func element(
        _ array: ArrowArray, _ schema: ArrowSchema, first: Int, count: Int
    ) throws -> ColumnValues {
        guard array.n_children == 1, let child = array.children[0], let childSchema = children(of: schema).first else {
            throw refusal("the list \(name(schema)) has no element")
        }
        return try values(child.pointee, childSchema, first: first, count: count)
    }

    private static func numbers<Number: BitwiseCopyable>(
        _ buffer: UnsafeRawPointer?, _ start: Int, _ count: Int
    ) -> [Number] {
        guard let buffer, count > 0 else { return [] }
        let stride = MemoryLayout<Number>.stride
        return [Number](unsafeUninitializedCapacity: count) { place, filled in
            UnsafeMutableRawBufferPointer(place)
                .copyMemory(from: UnsafeRawBufferPointer(start: buffer + start * stride, count: count * stride))
            filled = count
        }
    }

    private static func widened<Number: FixedWidthInteger & BitwiseCopyable>(
        _ buffer: UnsafeRawPointer?, _ type: Number.Type, _ start: Int, _ count: Int
    ) throws -> [Int64] {
        let narrow: [Number] = numbers(buffer, start, count)
        return try narrow.map { number in
            guard let wide = Int64(exactly: number) else { throw refusal("\(number) does not fit into 64 bits") }
            return wide
        }
    }

    private static func flags(_ bits: UnsafeRawPointer, _ start: Int, _ count: Int) -> [Bool] {
        (start..<start + count).map { bits.load(fromByteOffset: $0 >> 3, as: UInt8.self) >> UInt8($0 & 7) & 1 != 0 }
    }

    /// One more than `count`. An array of no rows may come without its offsets.
    private static func offsets(
        _ buffer: UnsafeRawPointer?, wide: Bool, _ start: Int, _ count: Int
    ) throws -> [Int64] {
        guard buffer != nil, count > 0 else { return [0] }
        return wide ? numbers(buffer, start, count + 1) : try widened(buffer, Int32.self, start, count + 1)
    }

    private static func slices<Value>(
        _ buffer: UnsafeRawPointer?, _ offsets: [Int64], _ make: (UnsafeRawBufferPointer) -> Value
    ) -> [Value] {
        zip(offsets, offsets.dropFirst()).map { begin, end in
            guard let buffer, end > begin else { return make(UnsafeRawBufferPointer(start: nil, count: 0)) }
            return make(UnsafeRawBufferPointer(start: buffer + Int(begin), count: Int(end - begin)))
        }
    }

    private static func narrowed(_ offset: Int64) throws -> Int32 {
        guard let narrow = Int32(exactly: offset) else { throw refusal("a list of more than 2^31 values") }
        return narrow
    }

    private static func refusal(_ cause: String) -> ReelError { ReelError(.mismatch, "read a table", cause: cause) }
}
