import OrderedCollections
import RecordingTypes

/// Reads one JSON text (RFC 8259, and Python's NaN and Infinity).
package struct JSONReader {
    /// Deeper nesting is refused, so that a damaged file cannot exhaust the stack.
    private static let deepest = 200

    private let bytes: [UInt8]
    private var position = 0

    /// Reads a whole text: UTF-8, one value. `subject` is the file it comes from, for errors.
    /// - Throws: `ReelError` (damaged) that names the file and the byte where it stops making sense.
    package static func read(_ bytes: [UInt8], subject: String) throws -> JSONValue {
        var reader = JSONReader(bytes: bytes)
        do {
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
            let value = try reader.value(depth: 0)
            reader.skipSpace()
            guard reader.position == bytes.count else { throw Fault(message: "more text after the end") }
            return value
        } catch let fault as Fault {
            throw ReelError(
                .damaged, "read JSON", subject: subject, cause: "\(fault.message), at byte \(reader.position)")
        }
    }

    private struct Fault: Error {
        let message: String
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func value(depth: Int) throws -> JSONValue {
        guard depth < Self.deepest else { throw Fault(message: "nested too deeply") }
        skipSpace()
        guard let byte = peek else { throw Fault(message: "the text ends too early") }
        switch byte {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "N"): return try word("NaN", .number("NaN"))
        case UInt8(ascii: "I"): return try word("Infinity", .number("Infinity"))
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws -> JSONValue {
        position += 1
        var members = JSONObject()
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw Fault(message: "a member's name was expected") }
            let name = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw Fault(message: "a colon was expected") }
            members[name] = try value(depth: depth + 1)
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            if take(UInt8(ascii: "}")) { return .object(members) }
            throw Fault(message: "a comma or closing brace was expected")
        }
    }

    private mutating func array(depth: Int) throws -> JSONValue {
        position += 1
        var values: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(values) }
        while true {
            values.append(try value(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            if take(UInt8(ascii: "]")) { return .array(values) }
            throw Fault(message: "a comma or closing bracket was expected")
        }
    }

    private mutating func number() throws -> JSONValue {
        let start = position
        if peek == UInt8(ascii: "-"), bytes.dropFirst(start + 1).starts(with: "Infinity".utf8) {
            position += "-Infinity".utf8.count
            return .number("-Infinity")
        }
        while let byte = peek, "+-.0123456789eE".utf8.contains(byte) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        // Swift reads more than JSON allows (hexadecimal, "+1"), but only in other characters or at the start.
        guard !text.hasPrefix("+"), !text.hasPrefix("."), Double(text) != nil else {
            position = start
            throw Fault(message: "a value was expected")
        }
        return .number(text)
    }

    private mutating func string() throws -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else { throw Fault(message: "not UTF-8") }
                return string
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw Fault(message: "a control character stands inside a string")
            default: text.append(byte)
            }
        }
        throw Fault(message: "a string does not end")
    }

    private mutating func escape(into text: inout [UInt8]) throws {
        guard let byte = peek else { throw Fault(message: "a string does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if code & 0xFC00 == 0xD800, bytes.dropFirst(position).starts(with: [0x5C, 0x75]) {
                position += 2
                code = 0x10000 + (code & 0x3FF) << 10 + (try hexadecimal()) & 0x3FF
            }
            // Half a surrogate pair has no UTF-8; it becomes the replacement character.
            text.append(contentsOf: String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
        default: throw Fault(message: "an unknown escape stands inside a string")
        }
    }

    private mutating func hexadecimal() throws -> UInt32 {
        let digits = String(decoding: bytes.dropFirst(position).prefix(4), as: UTF8.self)
        guard digits.utf8.count == 4, !digits.hasPrefix("+"), !digits.hasPrefix("-"),
            let code = UInt32(digits, radix: 16)
        else { throw Fault(message: "four hexadecimal digits were expected") }
        position += 4
        return code
    }

    private mutating func word(_ text: String, _ value: JSONValue) throws -> JSONValue {
        guard bytes.dropFirst(position).starts(with: text.utf8) else { throw Fault(message: "a value was expected") }
        position += text.utf8.count
        return value
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }
}
