/// What comes from the keyboard: keys that ask for something, and the letters of a note while one is open.
struct KeyReader {
    private let input: OperatorInput
    private var parser = KeyParser()
    private var note: NoteLine?

    init(input: OperatorInput) { self.input = input }

    /// Whether `timedOut` should be called when nothing comes for `KeyParser.patience`.
    var isWaiting: Bool { parser.isWaiting }

    mutating func read(_ byte: UInt8) {
        if note != nil, byte != 0x1B, !parser.isInsideSequence {
            write(byte)
        } else if let request = parser.parse(byte) {
            act(request)
        }
    }

    /// Nothing followed for a while.
    mutating func timedOut() { if let request = parser.timedOut() { act(request) } }

    private mutating func write(_ byte: UInt8) {
        guard var line = note else { return }
        switch line.type(byte) {
        case .goesOn:
            note = line
            input.showNote(line.text)
        case .finished:
            note = nil
            input.keepNote(line.text)
        }
    }

    private mutating func act(_ request: OperatorInput.Request) {
        if note != nil {
            // Esc alone gives the line up; an arrow means nothing in it.
            guard request == .stop else { return }
            note = nil
            input.showNote(nil)
        } else if request == .note {
            note = NoteLine()
            input.showNote("")
        } else {
            input.ask(request)
        }
    }
}
