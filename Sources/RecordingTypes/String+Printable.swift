extension String {
    /// As it may stand on a terminal, whoever gave it: what would move the cursor or turn the writing round is shown as
    /// its number. Line ends stay where `keepsLines`.
    package func printable(keepsLines: Bool = false) -> String {
        func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.value {
            case 0x0A, 0x09: keepsLines
            case 0x00...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069: false
            default: true
            }
        }
        guard !unicodeScalars.allSatisfy(isHarmless) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            text += isHarmless(scalar) ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
        }
    }

    /// As it may stand on one line of a terminal.
    package var printable: String { printable() }
}
