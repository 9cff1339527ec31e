/// One line that the operator types, byte by byte.
struct NoteLine {
    /// What a byte came to.
    enum Step: Equatable { case goesOn, finished }

    /// More than this is not taken.
    static let byteLimit = 400

    private var bytes: [UInt8] = []

    /// What is typed so far; a letter of several bytes shows when it is whole.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Takes a byte: Enter finishes, Backspace takes the last letter back, Ctrl-U all.
    mutating func type(_ byte: UInt8) -> Step {
        switch byte {
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"): return .finished
        case 0x7F, 0x08: bytes = Array(text.dropLast().utf8)
        case 0x15: bytes = []
        case 0..<0x20: break
        default: if bytes.count < Self.byteLimit { bytes.append(byte) }
        }
        return .goesOn
    }
}
