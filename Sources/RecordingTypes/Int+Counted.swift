extension Int {
    /// So many of something, in words.
    /// - Parameters:
    ///   - one: what one of them is called; words that follow it may be there too ("take waits").
    ///   - many: what others are called; `one` with an s where that is right.
    /// - Returns: "1 take", "3 takes", "0 takes".
    package func counted(_ one: String, _ many: String? = nil) -> String {
        "\(self) \(self == 1 ? one : many ?? one + "s")"
    }
}
