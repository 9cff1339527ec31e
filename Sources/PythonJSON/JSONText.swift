import OrderedCollections

/// Writes JSON as Python's `json.dump(value, indent=4, ensure_ascii=False)` does, without a newline at the end.
package struct JSONText {
    private var bytes: [UInt8] = []
    private let indent: Int?

    /// UTF-8, each member on a line of its own, four spaces a level.
    package static func indented(_ value: JSONValue) -> [UInt8] {
        var text = JSONText(indent: 4)
        text.write(value, depth: 0)
        return text.bytes
    }

    /// One line, with a space after each comma and colon, as `json.dumps(value)` gives it.
    package static func line(_ value: JSONValue) -> String {
        var text = JSONText(indent: nil)
        text.write(value, depth: 0)
        return String(decoding: text.bytes, as: UTF8.self)
    }

    private init(indent: Int?) { self.indent = indent }

    private mutating func write(_ value: JSONValue, depth: Int) {
        switch value {
        case .null: add("null")
        case .bool(let value): add(value ? "true" : "false")
        case .number(let text): add(text)
        case .string(let value): write(quoted: value)
        case .array(let values):
            list(values.isEmpty, open: "[", close: "]", depth: depth) { text in
                for (position, value) in values.enumerated() {
                    text.separate(position, depth: depth + 1)
                    text.write(value, depth: depth + 1)
                }
            }
        case .object(let members):
            list(members.isEmpty, open: "{", close: "}", depth: depth) { text in
                for (position, member) in members.enumerated() {
                    text.separate(position, depth: depth + 1)
                    text.write(quoted: member.key)
                    text.add(": ")
                    text.write(member.value, depth: depth + 1)
                }
            }
        }
    }

    private mutating func list(
        _ isEmpty: Bool, open: String, close: String, depth: Int, _ body: (inout JSONText) -> Void
    ) {
        add(open)
        if !isEmpty {
            body(&self)
            startLine(depth)
        }
        add(close)
    }

    private mutating func separate(_ position: Int, depth: Int) {
        if position > 0 { add(indent == nil ? ", " : ",") }
        startLine(depth)
    }

    private mutating func startLine(_ depth: Int) {
        guard let indent else { return }
        add("\n")
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * indent))
    }

    private mutating func write(quoted string: String) {
        add("\"")
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""): add("\\\"")
            case UInt8(ascii: "\\"): add("\\\\")
            case 0x08: add("\\b")
            case 0x09: add("\\t")
            case 0x0A: add("\\n")
            case 0x0C: add("\\f")
            case 0x0D: add("\\r")
            case 0..<0x20:
                let hexadecimal = String(byte, radix: 16)
                add("\\u00" + (hexadecimal.count == 1 ? "0" : "") + hexadecimal)
            default: bytes.append(byte)
            }
        }
        add("\"")
    }

    private mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
