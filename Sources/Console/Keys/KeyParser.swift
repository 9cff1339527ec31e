import RecordingTypes

/// Turns a terminal's bytes into requests: letters, Esc, and arrows as CSI (`Esc [ C`) or SS3 (`Esc O C`) sequences.
///
/// A line may be slow (SSH, VNC, a serial console): the bytes of one key then come one by one, with pauses. So an Esc
/// means the key itself only when nothing that could belong to it has come for `patience`; `q` stops at once. All else
/// that a terminal sends, keys with Alt, pasted text, the mouse, its answers to questions, is passed over whole.
struct KeyParser {
    /// How long after an Esc the rest of an arrow may take. Far above a bad line's delays between two bytes of one key
    /// (some hundred milliseconds), and short enough for somebody who waits for Esc.
    static let patience: Duration = .seconds(1)

    private enum State: Equatable {
        case ground
        case escape
        /// Inside `Esc [`: whether its parameters are a terminal's private ones.
        case control(isPrivate: Bool)
        /// After `Esc O`.
        case single
        /// Bytes that belong to what came before, whatever they are: the three of an old mouse report.
        case rest(Int)
        /// Inside a string that a terminal sends, until BEL or `Esc \`.
        case string
        case stringEscape
    }

    private var state = State.ground
    /// The parameter that is being read.
    private var parameter = 0
    /// Between `Esc [ 200 ~` and `Esc [ 201 ~`: what is pasted is no key.
    private var isPasting = false
    /// How often in a row nothing came while something was being pasted.
    private var quietTimes = 0
    /// So often it may, with `patience` each: a long text on a bad line comes with pauses. After that its end mark is
    /// lost, and keys are keys again.
    static let quietTimesOfAPaste = 30

    /// Whether an Esc was seen and what follows decides its meaning.
    var isInsideSequence: Bool { state != .ground }

    /// Whether `timedOut` should be called when nothing comes for `patience`.
    var isWaiting: Bool { isInsideSequence || isPasting }

    mutating func parse(_ byte: UInt8) -> OperatorRequest? {
        quietTimes = 0
        switch state {
        case .ground:
            guard byte == Self.escape else { return isPasting ? nil : Self.letter(byte) }
            state = .escape
        case .escape: begin(byte)
        case .control(let isPrivate): return control(byte, isPrivate)
        case .single:
            state = byte == Self.escape ? .escape : .ground
            return isPasting ? nil : Self.arrow(byte)
        case .rest(let count): state = count > 1 ? .rest(count - 1) : .ground
        case .string:
            if byte == Self.escape { state = .stringEscape }
            if byte == Self.bell { state = .ground }
        case .stringEscape:
            state = .ground
            if byte != UInt8(ascii: "\\") { begin(byte) }
        }
        return nil
    }

    /// What follows an Esc.
    private mutating func begin(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "["):
            state = .control(isPrivate: false)
            parameter = 0
        case UInt8(ascii: "O"): state = .single
        case UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "]"), UInt8(ascii: "^"), UInt8(ascii: "_"):
            state = .string
        // Some terminals send an Esc before the whole sequence for Alt.
        case Self.escape: state = .escape
        // A key with Alt: none of ours.
        default: state = .ground
        }
    }

    private mutating func control(_ byte: UInt8, _ isPrivate: Bool) -> OperatorRequest? {
        switch byte {
        case Self.escape:
            state = .escape
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            parameter = min(parameter * 10 + Int(byte - UInt8(ascii: "0")), 9999)
        case UInt8(ascii: "<")...UInt8(ascii: "?"):
            state = .control(isPrivate: true)
        case 0x20..<0x40:
            parameter = 0  // Such as the semicolon in the 1;5 of Ctrl-→.
        case UInt8(ascii: "[") where parameter == 0:
            state = .rest(1)  // F1 to F5 of the Linux console.
        case UInt8(ascii: "M") where !isPrivate && parameter == 0:
            state = .rest(3)
        case 0x40...0x7E:
            state = .ground
            if byte == UInt8(ascii: "~") && parameter == 200 { isPasting = true }
            if byte == UInt8(ascii: "~") && parameter == 201 { isPasting = false }
            return isPrivate || isPasting ? nil : Self.arrow(byte)
        default:
            state = .ground
        }
        return nil
    }

    /// Nothing followed for a while.
    mutating func timedOut() -> OperatorRequest? {
        if isPasting {
            // The bytes of its end mark may have a pause between them too.
            quietTimes += 1
            if quietTimes >= Self.quietTimesOfAPaste { (state, isPasting) = (.ground, false) }
            return nil
        }
        let isEscape = state == .escape
        state = .ground
        return isEscape ? .stop : nil
    }

    private static let escape: UInt8 = 0x1B
    private static let bell: UInt8 = 0x07

    private static func arrow(_ byte: UInt8) -> OperatorRequest? {
        switch byte {
        case UInt8(ascii: "C"): .next
        case UInt8(ascii: "D"): .again
        default: nil
        }
    }

    private static func letter(_ byte: UInt8) -> OperatorRequest? {
        switch byte | 0x20 {
        case UInt8(ascii: "n"): .next
        case UInt8(ascii: "r"): .again
        case UInt8(ascii: "q"): .stop
        case UInt8(ascii: "s"): .success
        case UInt8(ascii: "f"): .failure
        case UInt8(ascii: "u"): .undo
        case UInt8(ascii: "m"): .note
        case UInt8(ascii: "p"): .page
        default: nil
        }
    }
}
