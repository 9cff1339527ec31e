import RecordingTypes

/// What comes from the keyboard: keys that ask for something, and the letters of a note while one is open.
struct KeyReader {
    private let hear: (OperatorWord) -> Void
    private var parser = KeyParser()
    private var note: NoteLine?

    /// - Parameter hear: gets what the keys mean.
    init(hear: @escaping (OperatorWord) -> Void) { self.hear = hear }

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
            hear(.types(line.text))
        case .finished:
            note = nil
            hear(.notes(line.text))
        }
    }

    private mutating func act(_ request: OperatorRequest) {
        if note != nil {
            // Esc alone gives the line up; an arrow means nothing in it.
            guard request == .stop else { return }
            note = nil
            hear(.types(nil))
        } else if request == .note {
            note = NoteLine()
            hear(.types(""))
        } else {
            hear(.asks(request))
        }
    }
}
