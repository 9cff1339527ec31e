/// What whoever may use a page has: 128 random bits in an address that was printed on the terminal.
package struct AccessToken: Sendable {
    /// 32 hexadecimal digits, or what the user chose.
    package let text: String

    /// A new one, from the system's random numbers.
    package init() {
        let digits = Array("0123456789abcdef")
        text = String((0..<32).map { _ in digits[Int.random(in: 0..<16)] })
    }

    package init(_ text: String) { self.text = text }

    /// Whether `other` is the same, in a time that does not tell how much of it is.
    func equals(_ other: String) -> Bool {
        let (own, theirs) = (Array(text.utf8), Array(other.utf8))
        var difference: UInt8 = own.count == theirs.count ? 0 : 1
        for (place, byte) in theirs.enumerated() { difference |= byte ^ own[place % own.count] }
        return difference == 0
    }
}
