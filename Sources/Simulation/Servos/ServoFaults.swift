import RecordingTypes

/// What goes wrong on a simulated servo bus, by the number of the reply; the same for the same seed.
package struct ServoFaults: Hashable, Sendable {
    package var seed: UInt64 = 1
    /// One reply in so many is not sent; 0 none.
    package var losesOneIn = 0
    /// One reply in so many has a flipped bit.
    package var flipsOneIn = 0
    /// Before one reply in so many come bytes that belong to nothing.
    package var noiseOneIn = 0
    /// This motor stops answering after this many of its replies.
    package var dropsOff: (id: UInt8, after: Int)?
    /// This motor complains of overload, and gives way, after this many of its replies.
    package var overloads: (id: UInt8, after: Int)?

    package init() {}

    /// Nothing goes wrong.
    package static let none = ServoFaults()

    /// Reads "lose=50,flip=20,noise=10,drop=3@100,overload=6@200,seed=7".
    /// - Throws: `ReelError(.usage)` that shows how it is written.
    package init(_ text: String) throws {
        self.init()
        for part in text.split(separator: ",") {
            let words = part.split(separator: "=")
            let numbers = words.last?.split(separator: "@").map { Int($0) } ?? []
            guard words.count == 2, let first = numbers.first ?? nil, first >= 0 else { throw Self.misread(text) }
            switch (words[0], numbers.count) {
            case ("seed", 1): seed = UInt64(first)
            case ("lose", 1): losesOneIn = first
            case ("flip", 1): flipsOneIn = first
            case ("noise", 1): noiseOneIn = first
            case ("drop", 2), ("overload", 2):
                guard let id = UInt8(exactly: first), let after = numbers[1] else { throw Self.misread(text) }
                if words[0] == "drop" { dropsOff = (id, after) } else { overloads = (id, after) }
            default: throw Self.misread(text)
            }
        }
    }

    private static func misread(_ text: String) -> ReelError {
        ReelError(
            .usage, "read the simulated arm's faults", subject: text, cause: "not fault=number",
            remedy: "Write them like lose=50,flip=20,noise=10,drop=3@100,overload=6@200,seed=7.")
    }

    package static func == (left: Self, right: Self) -> Bool { left.values == right.values }

    package func hash(into hasher: inout Hasher) { hasher.combine(values) }

    private var values: [Int] {
        [
            Int(bitPattern: UInt(seed)), losesOneIn, flipsOneIn, noiseOneIn, Int(dropsOff?.id ?? 0),
            dropsOff?.after ?? -1, Int(overloads?.id ?? 0), overloads?.after ?? -1,
        ]
    }
}
