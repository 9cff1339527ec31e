/// How the values of a row that are no plain 32-bit floats lie in bytes: block after block, numbers in C order and
/// little-endian, a flag as a byte of 0 or 1, a text as its length in bytes (32 bits) and its UTF-8. A program that records
/// through Reel sends them so, rows.arrows holds them so, and they are taken apart when the take is published.
package struct PackedValues: Sendable {
    package let schema: RowSchema

    /// Bytes that the values of a row may have.
    package static let mostBytes = 8 << 20

    package init(_ schema: RowSchema) { self.schema = schema }

    /// Bytes of a row's values whose texts are all empty; nil when they are too many to be meant.
    package var leastBytes: Int? {
        var sum = 0
        for block in schema.blocks {
            // A shape that somebody made up may pass 64 bits.
            var size = block.dtype.byteCount ?? MemoryLayout<UInt32>.size
            for side in block.shape {
                let (product, overflows) = size.multipliedReportingOverflow(by: side)
                guard side > 0, !overflows, product <= Self.mostBytes else { return nil }
                size = product
            }
            sum += size
            guard sum <= Self.mostBytes else { return nil }
        }
        return sum
    }

    /// What of a row does not hold, and of which feature.
    package struct Flaw: Error, Equatable {
        package var feature: String
        package var cause: String
    }

    /// Where the values of each block lie in the bytes of a row, a text without its length.
    /// - Throws: `Flaw` when they are not the values of one row, all of them and nothing else.
    package func places(in bytes: [UInt8]) throws(Flaw) -> [Range<Int>] {
        var places: [Range<Int>] = []
        places.reserveCapacity(schema.blocks.count)
        var end = 0
        func take(_ count: Int, of block: ValueBlock) throws(Flaw) -> Range<Int> {
            guard count <= bytes.count - end else {
                throw Flaw(
                    feature: block.feature,
                    cause: "the row ends inside its values: \(bytes.count - end) bytes are left, not \(count)")
            }
            defer { end += count }
            return end..<end + count
        }
        for block in schema.blocks {
            if let size = block.dtype.byteCount {
                let place = try take(size * block.count, of: block)
                if block.dtype == .bool, let wrong = bytes[place].first(where: { $0 > 1 }) {
                    throw Flaw(feature: block.feature, cause: "a flag is 0 or 1, not \(wrong)")
                }
                places.append(place)
            } else {
                let length = try take(MemoryLayout<UInt32>.size, of: block)
                let place = try take(Int(Self.number(bytes[length])), of: block)
                guard String(validating: bytes[place], as: UTF8.self) != nil else {
                    throw Flaw(feature: block.feature, cause: "its text is no UTF-8")
                }
                places.append(place)
            }
        }
        guard end == bytes.count else {
            throw Flaw(
                feature: schema.blocks.last?.feature ?? "", cause: "\(bytes.count - end) bytes follow the row's values")
        }
        return places
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
