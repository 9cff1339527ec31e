/// Keeps passwords and tokens of addresses out of everything that others may read: messages, logs, reports, and files
/// that go with a dataset.
package enum URLCredentials {
    /// What stands where a credential was.
    private static let mark: [UInt8] = Array("***".utf8)

    /// A text (an address, a message, a whole command line) with `***` for the user and the password of every address in
    /// it, for the values of queries and options that sound like secrets, and for what follows "Authorization:".
    package static func hidden(in text: String) -> String {
        var bytes = Array(text.utf8)
        hideUsers(&bytes)
        hideSecrets(&bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: - user:password@

    /// An address is written by people: a password may hold `@`, `#`, `?` and `/` without their being escaped. So what
    /// counts is the last `@` before the path; and where what looks like a port is none, the last one of the address.
    private static func hideUsers(_ bytes: inout [UInt8]) {
        var place = 0
        while let start = find("://", in: bytes, from: place, until: bytes.count) {
            place = start + 3
            let end = bytes[place...].firstIndex(where: endsAddress) ?? bytes.count
            var at = endOfUser(in: bytes[place..<end])
            if at == nil, !isHost(authority(of: bytes[place..<end])) {
                // The password holds a quote.
                let last = bytes[end...].firstIndex { $0 <= UInt8(ascii: " ") } ?? bytes.count
                at = endOfUser(in: bytes[place..<last])
            }
            guard let at else { continue }
            bytes.replaceSubrange(place..<at, with: mark)
            place += mark.count
        }
    }

    /// Where an address has its user and password, in UTF-8 and without the `@`; nil when it has none.
    package static func userInfo(in address: String) -> Range<Int>? {
        let bytes = Array(address.utf8)
        guard let scheme = find("://", in: bytes, from: 0, until: bytes.count) else { return nil }
        return endOfUser(in: bytes[(scheme + 3)...]).map { scheme + 3..<$0 }
    }

    /// An address with `***` for its user and password, and for the secrets in its query.
    package static func hidden(inAddress address: String) -> String {
        guard let user = userInfo(in: address) else { return hidden(in: address) }
        var bytes = Array(address.utf8)
        bytes.replaceSubrange(user, with: mark)
        return hidden(in: String(decoding: bytes, as: UTF8.self))
    }

    /// Where the `@` after the user is, in an address without its scheme.
    private static func endOfUser(in address: ArraySlice<UInt8>) -> Int? {
        let authority = authority(of: address)
        // A password may hold a slash behind an @ of its own.
        if let at = authority.lastIndex(of: UInt8(ascii: "@")), isHost(authority[(at + 1)...]) { return at }
        return isHost(authority) ? nil : address.lastIndex(of: UInt8(ascii: "@"))
    }

    private static func authority(of address: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        address.prefix { $0 != UInt8(ascii: "/") }
    }

    /// "camera.local", "10.0.0.7:554", "[fe80::1]:80"; not "bob:pa".
    private static func isHost(_ bytes: ArraySlice<UInt8>) -> Bool {
        if bytes.first == UInt8(ascii: "[") { return true }
        let name = bytes.prefix { $0 != UInt8(ascii: ":") }
        guard !name.contains(where: { $0 < 0x80 && !isNamePart($0) && $0 != UInt8(ascii: ".") }) else { return false }
        return bytes[name.endIndex...].dropFirst().allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func endsAddress(_ byte: UInt8) -> Bool {
        byte <= UInt8(ascii: " ") || [UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`")].contains(byte)
    }

    // MARK: - password=…, Authorization: …

    /// Parts of names whose values are secret where `=` follows, as cameras and servers call them ("loginpas",
    /// "X-Amz-Signature").
    private static let secretParts = [
        "pass", "pwd", "psw", "loginpas", "token", "secret", "auth", "apikey", "api_key", "api-key", "accesskey",
        "access_key", "signature", "credential", "cookie",
    ]
    /// Whole names, in queries alone.
    private static let queryNames = [
        "user", "usr", "username", "login", "key", "sig", "sid", "pw", "loginuse", "session",
    ]
    /// Whole names, where `:` follows: in mappings, and in HTTP's header lines.
    private static let keys = [
        "password", "passwd", "passphrase", "pwd", "token", "access_token", "secret", "api_key", "apikey",
    ]

    /// `name=value` and `name: value`, in queries, in mappings, in HTTP's header lines.
    private static func hideSecrets(_ bytes: inout [UInt8]) {
        var place = 0
        while place < bytes.count {
            guard isNamePart(bytes[place]) else {
                place += 1
                continue
            }
            let end = bytes[place...].firstIndex { !isNamePart($0) } ?? bytes.count
            let isInQuery = place > 0 && "?&;#".utf8.contains(bytes[place - 1])
            guard let value = value(of: place..<end, in: bytes, isInQuery: isInQuery) else {
                place = end
                continue
            }
            bytes.replaceSubrange(value, with: mark)
            place = value.lowerBound + mark.count
        }
    }

    /// Where the value of a secret name is; nil when the name is none, or nothing is given for it.
    private static func value(of name: Range<Int>, in bytes: [UInt8], isInQuery: Bool) -> Range<Int>? {
        let word = String(decoding: bytes[name], as: UTF8.self).lowercased()
        let isHeader = ["authorization", "proxy-authorization", "cookie", "set-cookie"].contains(word)
        var start = name.upperBound
        if start < bytes.count, quotes.contains(bytes[start]) { start += 1 }
        guard start < bytes.count else { return nil }
        switch bytes[start] {
        case UInt8(ascii: "="):
            guard secretParts.contains(where: word.contains) || (isInQuery && queryNames.contains(word)) else {
                return nil
            }
        case UInt8(ascii: ":"):
            guard isHeader || keys.contains(word) else { return nil }
        default: return nil
        }
        let isAssigned = bytes[start] == UInt8(ascii: "=")
        start += 1
        while start < bytes.count, bytes[start] == UInt8(ascii: " ") { start += 1 }
        guard start < bytes.count else { return nil }
        let end: Int
        if quotes.contains(bytes[start]) {
            let quote = bytes[start]
            start += 1
            end = bytes[start...].firstIndex(of: quote) ?? bytes.count
        } else if isHeader && !isAssigned {
            // "Basic YWxh…": to the end of the line or of what quotes it.
            end =
                bytes[start...].firstIndex { $0 < UInt8(ascii: " ") || quotes.contains($0) || $0 == UInt8(ascii: "\\") }
                ?? bytes.count
        } else {
            end = bytes[start...].firstIndex { endsAddress($0) || endsValue($0, isInQuery: isInQuery) } ?? bytes.count
        }
        return start < end ? start..<end : nil
    }

    private static let quotes = Array("\"'".utf8)

    private static func endsValue(_ byte: UInt8, isInQuery: Bool) -> Bool {
        isInQuery ? byte == UInt8(ascii: "&") : ",;})&".utf8.contains(byte)
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func find(_ text: StaticString, in bytes: [UInt8], from start: Int, until end: Int) -> Int? {
        let count = text.utf8CodeUnitCount
        guard end - start >= count else { return nil }
        return text.withUTF8Buffer { pattern in
            (start...(end - count)).first { place in bytes[place..<(place + count)].elementsEqual(pattern) }
        }
    }
}
