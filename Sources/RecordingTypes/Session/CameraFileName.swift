/// What a camera's files are called in a take's directory and where the encoder works.
///
/// A camera may be called whatever LeRobot takes: "wrist.right", "Front cam", "..", "vorne_ä". Not every disk takes that for
/// a file, and to some of them `Top` is `top`. So only a plain name is the file's too; any other one is made plain, and
/// told from its neighbours by the camera's place in the session behind a dot, which plain names do not have.
enum CameraFileName {
    private static let longestPlainName = 100
    private static let longestSlug = 40

    /// Without an ending: "front", "wrist-right.01".
    static func stem(for camera: String, at index: Int) -> String {
        isPlain(camera) ? camera : "\(slug(camera)).\(index < 10 ? "0" : "")\(index)"
    }

    private static func isPlain(_ name: String) -> Bool {
        !name.hasPrefix("-") && (1...longestPlainName).contains(name.utf8.count)
            && name.utf8.allSatisfy { isPlain($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
        default: false
        }
    }

    /// What is plain in it, so that people know it again.
    private static func slug(_ name: String) -> String {
        let words = name.lowercased().utf8.split { !isPlain($0) }
        let slug = words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "-").prefix(longestSlug)
        return slug.isEmpty ? "camera" : String(slug)
    }
}
