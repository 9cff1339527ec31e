import RecordingTypes

/// An address as people type it.
enum NetworkAddress {
    /// The protocols whose user and password FFmpeg takes percent-encoded.
    private static let schemes = ["http", "https", "rtsp", "rtsps"]

    /// The address with what may not stand in a user or a password percent-encoded: `http://bob:p@ss/w#rd@camera/` works.
    /// Sequences like %40 stay, so that an address that is right already does not change.
    static func encoded(_ address: String) -> String {
        guard let scheme = address.firstRange(of: "://"),
            schemes.contains(address[..<scheme.lowerBound].lowercased()),
            let user = URLCredentials.userInfo(in: address)
        else { return address }
        var result = Array(address.utf8.prefix(user.lowerBound))
        let bytes = Array(address.utf8)
        var isPassword = false
        for place in user {
            let byte = bytes[place]
            switch byte {
            case UInt8(ascii: ":") where !isPassword:
                isPassword = true
                result.append(byte)
            case UInt8(ascii: "%") where isHex(bytes, place + 1) && isHex(bytes, place + 2): result.append(byte)
            case _ where isPlain(byte): result.append(byte)
            default: result += Array("%".utf8) + hex(byte)
            }
        }
        result += bytes[user.upperBound...]
        return String(decoding: result, as: UTF8.self)
    }

    /// RFC 3986's userinfo, without the colon.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~!$&'()*+,;=".utf8.contains(byte)
        }
    }

    private static func isHex(_ bytes: [UInt8], _ place: Int) -> Bool {
        place < bytes.count && Character(UnicodeScalar(bytes[place])).isHexDigit
    }

    private static func hex(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
