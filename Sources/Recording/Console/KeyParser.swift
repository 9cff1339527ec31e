/// Turns a terminal's bytes into requests: letters, Esc, and arrows as CSI (`Esc [ C`) or SS3 (`Esc O C`) sequences.
struct KeyParser {
    private enum State { case ground, escape, sequence }
    private var state = State.ground

    /// Whether an Esc was seen and what follows decides its meaning.
    var isInsideSequence: Bool { state != .ground }

    mutating func parse(_ byte: UInt8) -> OperatorInput.Request? {
        switch (state, byte) {
        case (.ground, 0x1B):
            state = .escape
            return nil
        case (.ground, _):
            return Self.letter(byte)
        case (.escape, UInt8(ascii: "[")), (.escape, UInt8(ascii: "O")):
            state = .sequence
            return nil
        case (.escape, 0x1B):
            return .stop
        case (.escape, _):
            state = .ground
            return .stop
        case (.sequence, 0x40...0x7E):
            state = .ground
            return switch byte {
            case UInt8(ascii: "C"): .next
            case UInt8(ascii: "D"): .again
            default: nil
            }
        case (.sequence, _):
            return nil  // A parameter such as the 1;5 of Ctrl-→.
        }
    }

    /// Nothing followed for a while.
    mutating func timedOut() -> OperatorInput.Request? {
        let wasEscape = state == .escape
        state = .ground
        return wasEscape ? .stop : nil
    }

    private static func letter(_ byte: UInt8) -> OperatorInput.Request? {
        switch byte | 0x20 {
        case UInt8(ascii: "n"): .next
        case UInt8(ascii: "r"): .again
        case UInt8(ascii: "q"): .stop
        case UInt8(ascii: "s"): .success
        case UInt8(ascii: "f"): .failure
        case UInt8(ascii: "u"): .undo
        case UInt8(ascii: "m"): .note
        default: nil
        }
    }
}
