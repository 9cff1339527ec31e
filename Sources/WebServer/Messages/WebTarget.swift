/// What of an address comes after the host: where in the site, and with what.
package struct WebTarget: Hashable, Sendable {
    /// The names of the path, decoded: ["api", "episodes", "3"]; empty for "/".
    package let path: [String]
    /// By name, decoded; the first of two that are called the same.
    package let query: [String: String]

    /// Nil for what is no path of names: one that goes up ("..", also encoded), has a "/" or NUL inside a name, or is no UTF-8.
    package init?(_ text: String) {
        guard text.hasPrefix("/") else { return nil }
        let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)[0]
            .split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var path: [String] = []
        for part in parts[0].split(separator: "/") {
            guard let name = Self.decoded(part), name != ".", name != "..", !name.contains("/"), !name.contains("\0")
            else { return nil }
            path.append(name)
        }
        var query: [String: String] = [:]
        for part in parts.count > 1 ? parts[1].split(separator: "&") : [] {
            let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(words[0]), let value = Self.decoded(words.count > 1 ? words[1] : "") else {
                return nil
            }
            if query[name] == nil { query[name] = value }
        }
        (self.path, self.query) = (path, query)
    }

    /// Without percent signs (RFC 3986, 2.1).
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(value(ofDigit:)),
                let low = rest.popFirst().flatMap(value(ofDigit:))
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func value(ofDigit byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
