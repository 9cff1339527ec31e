import CArrow
import RecordingTypes

/// Swift's columns as Arrow C data. All memory is allocated here and freed by the release callbacks, so who takes a
/// structure over needs nothing of Swift.
enum ArrowExport {
    /// A schema as a structure type with the fields as children.
    static func schema(_ schema: TableSchema) -> ArrowSchema {
        var root = node(format: "+s", name: "", nullable: false, children: schema.fields.map(field))
        if !schema.metadata.isEmpty { root.metadata = metadata(schema.metadata) }
        return root
    }

    /// The columns as one structure array. They must fit the schema (`Table` sees to it).
    /// - Throws: `ReelError` naming `subject` when text or bytes are too long for 32-bit offsets.
    static func batch(_ table: Table, for subject: String?) throws -> ArrowArray {
        do {
            return try structure(table.rowCount, table.columns)
        } catch {
            throw ReelError(
                .mismatch, "write a table", subject: subject, cause: "a column holds more than 2 GiB of text or bytes",
                remedy: "Write it in several row groups.")
        }
    }

    /// More than 2 GiB of text or bytes in one column.
    struct TooLong: Error {}

    private static func field(_ field: ColumnField) -> ArrowSchema {
        switch field.type {
        case .int64: node(format: "l", field)
        case .float32: node(format: "f", field)
        case .number(let type): node(format: type.format, field)
        case .float64: node(format: "g", field)
        case .bool: node(format: "b", field)
        case .utf8: node(format: "u", field)
        case .binary: node(format: "z", field)
        case .timestamp: node(format: "tsn:", field)
        case .fixedBinary(let size): node(format: "w:\(size)", field)
        case .byteList:
            node(format: "+l", field, [node(format: "C", name: "item", nullable: false, children: [])])
        case .list(let element): node(format: "+l", field, [Self.field(ColumnField("item", element))])
        case .fixedSizeList(let element, let size):
            node(format: "+w:\(size)", field, [Self.field(ColumnField("item", element))])
        case .structure(let fields): node(format: "+s", field, fields.map(Self.field))
        case .other(let format): node(format: format, field)
        }
    }

    private static func node(format: String, _ field: ColumnField, _ children: [ArrowSchema] = []) -> ArrowSchema {
        var schema = node(format: format, name: field.name, nullable: field.nullable, children: children)
        if !field.metadata.isEmpty {
            schema.metadata = metadata(field.metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        }
        return schema
    }

    private static func node(format: String, name: String, nullable: Bool, children: [ArrowSchema]) -> ArrowSchema {
        var schema = ArrowSchema()
        schema.format = text(format)
        schema.name = text(name)
        schema.flags = nullable ? Int64(ARROW_FLAG_NULLABLE) : 0
        schema.n_children = Int64(children.count)
        schema.children = pointers(to: children)
        schema.release = releaseSchema
        return schema
    }

    /// Native-endian 32-bit count, then each key and value behind its 32-bit length.
    private static func metadata(_ entries: [(key: String, value: String)]) -> UnsafePointer<CChar>? {
        var bytes: [UInt8] = []
        func append(_ number: Int) { withUnsafeBytes(of: Int32(clamping: number)) { bytes += $0 } }
        append(entries.count)
        for text in entries.flatMap({ [$0.key, $0.value] }) {
            append(text.utf8.count)
            bytes += text.utf8
        }
        return bytes.withUnsafeBytes { UnsafePointer(copy(of: $0).assumingMemoryBound(to: CChar.self)) }
    }

    private static func array(_ values: ColumnValues) throws(TooLong) -> ArrowArray {
        switch values {
        case .int64(let values): return array(values.count, [bytes(values)])
        case .float32(let values): return array(values.count, [bytes(values)])
        case .numbers(_, let bytes): return array(values.count, [Self.bytes(bytes)])
        case .float64(let values): return array(values.count, [bytes(values)])
        case .bool(let values): return array(values.count, [bits(values)])
        case .utf8(let values): return try array(values.map(\.utf8))
        case .binary(let values): return try array(values)
        case .fixedBinary(_, let bytes): return array(values.count, [Self.bytes(bytes)])
        case .byteList(let values):
            // The same memory as bytes have, seen as a list.
            let bytes = try array(values)
            let list = array(
                values.count, [UnsafeMutableRawPointer(mutating: bytes.buffers[1]) ?? memory(0)],
                [
                    array(
                        values.reduce(0) { $0 + $1.count },
                        [UnsafeMutableRawPointer(mutating: bytes.buffers[2]) ?? memory(0)])
                ])
            bytes.buffers.deallocate()
            return list
        case .list(let offsets, let values):
            return array(offsets.count - 1, [bytes(offsets)], [try array(values)])
        case .fixedSizeList(_, let elements): return array(values.count, [], [try array(elements)])
        case .structure(let fields): return try structure(values.count, fields)
        case .nullable(let isValid, let values):
            var nullable = try array(values)
            nullable.buffers[0] = UnsafeRawPointer(bits(isValid))
            nullable.null_count = Int64(isValid.count { !$0 })
            return nullable
        }
    }

    private static func structure(_ rowCount: Int, _ fields: [ColumnValues]) throws(TooLong) -> ArrowArray {
        var children: [ArrowArray] = []
        for field in fields { children.append(try array(field)) }
        return array(rowCount, [], children)
    }

    /// Text or bytes: 32-bit offsets, then all of them in one piece.
    private static func array(_ values: [some Collection<UInt8>]) throws(TooLong) -> ArrowArray {
        var offsets: [Int32] = [0]
        offsets.reserveCapacity(values.count + 1)
        var total = 0
        for value in values {
            total += value.count
            guard let offset = Int32(exactly: total) else { throw TooLong() }
            offsets.append(offset)
        }
        let joined = memory(total)
        var position = 0
        for value in values {
            let place = UnsafeMutableRawBufferPointer(start: joined + position, count: value.count)
            place.copyBytes(from: value)
            position += value.count
        }
        return array(values.count, [bytes(offsets), joined])
    }

    /// `buffers` without the validity bits, which are left out.
    private static func array(
        _ length: Int, _ buffers: [UnsafeMutableRawPointer], _ children: [ArrowArray] = []
    ) -> ArrowArray {
        var array = ArrowArray()
        array.length = Int64(length)
        array.n_buffers = Int64(buffers.count + 1)
        array.buffers = memory((buffers.count + 1) * MemoryLayout<UnsafeRawPointer?>.stride)
            .bindMemory(to: UnsafeRawPointer?.self, capacity: buffers.count + 1)
        array.buffers[0] = nil
        for (index, buffer) in buffers.enumerated() { array.buffers[index + 1] = UnsafeRawPointer(buffer) }
        array.n_children = Int64(children.count)
        array.children = pointers(to: children)
        array.release = releaseArray
        return array
    }

    private static func pointers<Node>(
        to children: [Node]
    ) -> UnsafeMutablePointer<UnsafeMutablePointer<Node>?>? {
        guard !children.isEmpty else { return nil }
        let list = memory(children.count * MemoryLayout<UnsafeMutablePointer<Node>?>.stride)
            .bindMemory(to: UnsafeMutablePointer<Node>?.self, capacity: children.count)
        for (index, child) in children.enumerated() {
            let place = memory(MemoryLayout<Node>.stride).bindMemory(to: Node.self, capacity: 1)
            place.initialize(to: child)
            list[index] = place
        }
        return list
    }

    private static func bytes(_ values: [some BitwiseCopyable]) -> UnsafeMutableRawPointer {
        values.withUnsafeBytes(copy(of:))
    }

    /// One bit a flag, the first in the lowest bit.
    private static func bits(_ flags: [Bool]) -> UnsafeMutableRawPointer {
        var packed = [UInt8](repeating: 0, count: (flags.count + 7) / 8)
        for (index, flag) in flags.enumerated() where flag { packed[index >> 3] |= 1 << UInt8(index & 7) }
        return bytes(packed)
    }

    private static func copy(of bytes: UnsafeRawBufferPointer) -> UnsafeMutableRawPointer {
        let place = memory(bytes.count)
        if let base = bytes.baseAddress { place.copyMemory(from: base, byteCount: bytes.count) }
        return place
    }

    /// With the 0 at its end.
    private static func text(_ text: String) -> UnsafePointer<CChar> {
        text.utf8CString.withUnsafeBytes { UnsafePointer(copy(of: $0).assumingMemoryBound(to: CChar.self)) }
    }

    private static func memory(_ count: Int) -> UnsafeMutableRawPointer {
        .allocate(byteCount: max(count, 8), alignment: 8)
    }
}

/// File-scope functions: a closure would inherit the isolation of where it is written.
@c private func releaseSchema(_ schema: UnsafeMutablePointer<ArrowSchema>?) {
    guard let schema else { return }
    UnsafeMutableRawPointer(mutating: schema.pointee.format)?.deallocate()
    UnsafeMutableRawPointer(mutating: schema.pointee.name)?.deallocate()
    UnsafeMutableRawPointer(mutating: schema.pointee.metadata)?.deallocate()
    for index in 0..<Int(schema.pointee.n_children) {
        guard let child = schema.pointee.children[index] else { continue }
        child.pointee.release?(child)
        child.deallocate()
    }
    schema.pointee.children?.deallocate()
    schema.pointee.release = nil
}

@c private func releaseArray(_ array: UnsafeMutablePointer<ArrowArray>?) {
    guard let array else { return }
    for index in 0..<Int(array.pointee.n_buffers) {
        UnsafeMutableRawPointer(mutating: array.pointee.buffers[index])?.deallocate()
    }
    array.pointee.buffers?.deallocate()
    for index in 0..<Int(array.pointee.n_children) {
        guard let child = array.pointee.children[index] else { continue }
        child.pointee.release?(child)
        child.deallocate()
    }
    array.pointee.children?.deallocate()
    array.pointee.release = nil
}
