/// D-Bus messages, as far as a few calls need them: calls with simple arguments go out, what comes in is taken apart with
/// every length checked. Format: the D-Bus specification, "Message Protocol".
enum DBusMessage {
    /// Longer ones are not taken: nobody who is asked here says so much.
    static let longest = 1 << 16
    /// Bytes from which a message's length can be told.
    static let prefixLength = 16

    /// These bytes are no D-Bus message.
    struct Malformed: Error {}

    // MARK: - Out

    enum Argument {
        case string(String)
        case uint32(UInt32)
        case uint64(UInt64)

        fileprivate var signature: String {
            switch self {
            case .string: "s"
            case .uint32: "u"
            case .uint64: "t"
            }
        }
    }

    /// A method to call.
    struct Call {
        var destination: String
        var path: String
        var interface: String
        var method: String
        var arguments: [Argument] = []

        /// Its bytes, little-endian.
        func encoded(serial: UInt32) -> [UInt8] {
            var body = Writer()
            for argument in arguments {
                switch argument {
                case .string(let text): body.string(text)
                case .uint32(let number): body.number(number)
                case .uint64(let number): body.number(number)
                }
            }
            // Fixed part, then the array of fields, whose elements begin at multiples of 8.
            var message = Writer()
            message.bytes = [UInt8(ascii: "l"), Kind.call.rawValue, 0, 1]
            message.number(UInt32(body.bytes.count))
            message.number(serial)
            message.number(UInt32(0))
            for (field, signature, text) in [
                (Field.path, "o", path), (.interface, "s", interface), (.member, "s", method),
                (.destination, "s", destination),
            ] {
                message.field(field, signature)
                message.string(text)
            }
            if !arguments.isEmpty {
                message.field(.signature, "g")
                message.signature(arguments.map(\.signature).joined())
            }
            let fieldsLength = UInt32(message.bytes.count - DBusMessage.prefixLength)
            withUnsafeBytes(of: fieldsLength.littleEndian) { message.bytes.replaceSubrange(12..<16, with: $0) }
            message.pad(to: 8)
            return message.bytes + body.bytes
        }
    }

    enum Kind: UInt8 {
        case call = 1
        case reply = 2
        case error = 3
        case signal = 4
    }

    fileprivate enum Field: UInt8 {
        case path = 1
        case interface = 2
        case member = 3
        case errorName = 4
        case replySerial = 5
        case destination = 6
        case sender = 7
        case signature = 8
    }

    private struct Writer {
        var bytes: [UInt8] = []

        mutating func pad(to multiple: Int) { while bytes.count % multiple != 0 { bytes.append(0) } }

        mutating func number(_ number: some FixedWidthInteger) {
            pad(to: number.bitWidth / 8)
            withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
        }

        mutating func string(_ text: String) {
            number(UInt32(text.utf8.count))
            bytes += Array(text.utf8) + [0]
        }

        mutating func signature(_ text: String) { bytes += [UInt8(text.utf8.count)] + Array(text.utf8) + [0] }

        mutating func field(_ field: Field, _ signature: String) {
            pad(to: 8)
            bytes.append(field.rawValue)
            self.signature(signature)
        }
    }

    // MARK: - In

    /// What came, as far as somebody who made calls wants to know it.
    struct Incoming: Equatable {
        /// nil for kinds that a later version of the protocol may have.
        var kind: Kind?
        /// The call that this answers.
        var replySerial: UInt32?
        var errorName: String?
        /// The body's first value, where it is a text or a number, also in a variant.
        var value: Value?

        /// - Parameter bytes: one whole message.
        /// - Throws: `Malformed`.
        init(_ bytes: [UInt8]) throws(Malformed) {
            guard try DBusMessage.length(of: bytes) == bytes.count else { throw Malformed() }
            kind = Kind(rawValue: bytes[1])
            var reader = Reader(bytes: bytes, isLittleEndian: bytes[0] == UInt8(ascii: "l"), position: 12)
            var signature = ""
            let end = try reader.length() + DBusMessage.prefixLength
            while reader.position < end {
                try reader.skip(to: 8)
                let field = Field(rawValue: try reader.byte())
                let value = try reader.value(of: try reader.signature())
                switch (field, value) {
                case (.replySerial, .number(let serial)): replySerial = UInt32(exactly: serial)
                case (.errorName, .text(let name)): errorName = name
                case (.signature, .text(let text)): signature = text
                default: break
                }
            }
            guard reader.position == end else { throw Malformed() }
            try reader.skip(to: 8)
            value = signature.isEmpty ? nil : try reader.firstValue(of: signature)
        }
    }

    enum Value: Equatable {
        case text(String)
        /// Of any integral type.
        case number(Int128)
    }

    /// A message's whole length, from its first bytes; nil when that takes more of them.
    /// - Throws: `Malformed`, also for a message that is too long to be taken.
    static func length(of bytes: [UInt8]) throws(Malformed) -> Int? {
        guard let first = bytes.first else { return nil }
        guard first == UInt8(ascii: "l") || first == UInt8(ascii: "B") else { throw Malformed() }
        guard bytes.count >= prefixLength else { return nil }
        guard bytes[3] == 1 else { throw Malformed() }
        var reader = Reader(bytes: bytes, isLittleEndian: first == UInt8(ascii: "l"), position: 4)
        let body = try reader.length()
        reader.position = 12
        let fields = try reader.length()
        let length = prefixLength + (fields + 7) / 8 * 8 + body
        guard length <= longest else { throw Malformed() }
        return length
    }

    private struct Reader {
        let bytes: [UInt8]
        let isLittleEndian: Bool
        var position: Int

        /// Skips the bytes before the next multiple.
        mutating func skip(to multiple: Int) throws(Malformed) {
            position = (position + multiple - 1) / multiple * multiple
            guard position <= bytes.count else { throw Malformed() }
        }

        mutating func byte() throws(Malformed) -> UInt8 {
            guard position < bytes.count else { throw Malformed() }
            defer { position += 1 }
            return bytes[position]
        }

        mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) throws(Malformed) -> Number {
            let width = type.bitWidth / 8
            try skip(to: width)
            guard position + width <= bytes.count else { throw Malformed() }
            var number = Number.zero
            for index in 0..<width {
                let byte = bytes[position + (isLittleEndian ? width - 1 - index : index)]
                number = number << 8 | Number(truncatingIfNeeded: byte)
            }
            position += width
            return number
        }

        /// Of what follows.
        mutating func length() throws(Malformed) -> Int { Int(try number(UInt32.self)) }

        /// A text of this length, and the zero after it.
        private mutating func text(_ length: Int) throws(Malformed) -> String {
            guard length < bytes.count - position, bytes[position + length] == 0 else { throw Malformed() }
            defer { position += length + 1 }
            return String(decoding: bytes[position..<position + length], as: UTF8.self)
        }

        mutating func signature() throws(Malformed) -> String { try text(Int(try byte())) }

        /// A value of one simple type; others cannot be skipped without knowing them, and nobody sends them here.
        mutating func value(of signature: String) throws(Malformed) -> Value {
            switch signature {
            case "s", "o": .text(try text(try length()))
            case "g": .text(try self.signature())
            case "y": .number(Int128(try byte()))
            case "n": .number(Int128(try number(Int16.self)))
            case "q": .number(Int128(try number(UInt16.self)))
            case "i": .number(Int128(try number(Int32.self)))
            case "u", "b", "h": .number(Int128(try number(UInt32.self)))
            case "x": .number(Int128(try number(Int64.self)))
            case "t": .number(Int128(try number(UInt64.self)))
            default: throw Malformed()
            }
        }

        /// The body's first value, nil where it is none of the simple types.
        mutating func firstValue(of signature: String) throws(Malformed) -> Value? {
            guard let first = signature.first else { return nil }
            if first == "v" {
                let inner = try self.signature()
                return inner.count == 1 && inner != "v" && inner != "d" ? try value(of: inner) : nil
            }
            return "sogynqiubhxt".contains(first) ? try value(of: String(first)) : nil
        }
    }
}
