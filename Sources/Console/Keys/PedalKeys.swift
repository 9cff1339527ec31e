package import RecordingTypes

/// What the keys of a foot pedal mean.
package struct PedalKeys: Equatable, Sendable {
    /// As it was given.
    package let text: String
    private var requests: [UInt16: OperatorRequest]

    /// The left, the middle and the right one of a pedal as it is sold: a, b and c. One with a single key sends b.
    package static let usual = "KEY_A=again,KEY_B=next,KEY_C=stop"

    /// Words for what may be asked for with a foot.
    private static let words: [String: OperatorRequest] = [
        "next": .next, "again": .again, "stop": .stop, "success": .success, "failure": .failure, "undo": .undo,
    ]

    /// Reads "KEY_A=again,KEY_B=next"; a key may be a number, too.
    /// - Throws: `ReelError(.usage)` naming the word that means nothing.
    package init(_ text: String) throws(ReelError) {
        self.text = text
        requests = [:]
        guard !text.isEmpty else {
            throw ReelError(
                .usage, "read the keys of a pedal", cause: "there are none", remedy: "As in \(Self.usual).")
        }
        for part in text.split(separator: ",") {
            let words = part.split(separator: "=", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
            guard words.count == 2, let key = Self.key(words[0]), let request = Self.words[words[1]] else {
                throw ReelError(
                    .usage, "read the keys of a pedal", subject: text, cause: "\(part) means nothing",
                    remedy: "As in \(Self.usual). A key does: \(Self.words.keys.sorted().joined(separator: ", ")).")
            }
            requests[key] = request
        }
    }

    /// What a key asks for; nil for one that was not named.
    package func request(of key: UInt16) -> OperatorRequest? { requests[key] }

    /// The kernel's number of a key: input-event-codes.h has them in the order in which they lie on the keyboard.
    private static func key(_ name: String) -> UInt16? {
        if let number = UInt16(name) { return number }
        let others: [String: UInt16] = [
            "ESC": 1, "BACKSPACE": 14, "TAB": 15, "ENTER": 28, "SPACE": 57, "F11": 87, "F12": 88,
            "UP": 103, "PAGEUP": 104, "LEFT": 105, "RIGHT": 106, "DOWN": 108, "PAGEDOWN": 109,
        ]
        guard name.hasPrefix("KEY_") else { return nil }
        let word = String(name.dropFirst(4))
        if let other = others[word] { return other }
        let rows: [(first: UInt16, keys: [String])] = [
            (2, "1234567890".map(String.init)), (16, "QWERTYUIOP".map(String.init)), (30, "ASDFGHJKL".map(String.init)),
            (44, "ZXCVBNM".map(String.init)), (59, (1...10).map { "F\($0)" }),
        ]
        for row in rows {
            if let place = row.keys.firstIndex(of: word) { return row.first + UInt16(place) }
        }
        return nil
    }
}
