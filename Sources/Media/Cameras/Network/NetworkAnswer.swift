import CFFmpeg
import RecordingTypes

/// What an address gives, judged by what the server calls it and by its first bytes.
enum NetworkAnswer {
    private static let protocols = ["http", "https", "tcp"]
    private static let formats = ["mpjpeg", "mjpeg", "jpeg_pipe"]
    private static let mediaTypes = [
        "image/jpeg", "image/jpg", "image/pjpeg", "video/mjpeg", "video/x-mjpeg", "video/x-motion-jpeg", "video/x-jpeg",
        "video/jpeg",
    ]

    /// Whether it is worth looking: not where FFmpeg was told that it is something else.
    static func mayBeJPEGs(_ url: String, format: String?) -> Bool {
        guard let name = avio_find_protocol_name(url), protocols.contains(String(cString: name)) else { return false }
        return format.map(formats.contains) ?? true
    }

    /// Whether JPEGs come, one after another, with or without multipart around them.
    /// - Throws: `ReelError` when it is a page for people.
    static func isJPEGs(_ input: NetworkInput, format: String?) throws -> Bool {
        let type = input.mediaType
        if format != nil || type.map({ $0.hasPrefix("multipart/") || mediaTypes.contains($0) }) ?? false {
            // A server may call a page what it likes, but this it would not call a page.
            if type != "text/html" { return true }
        }
        let start = input.peek(4)
        // A JPEG, or multipart's boundary.
        if start.starts(with: [0xFF, 0xD8, 0xFF]) || start.starts(with: Array("--".utf8)) { return true }
        if type == "text/html" || type == "application/json" {
            throw ReelError(
                .unavailable, "open a camera",
                cause: type == "text/html" ? "a web page is there, no pictures" : "text is there, no pictures",
                remedy: "Give the address of the pictures in it (in a browser: open the picture in a tab of its own), "
                    + "with user and password where the page asks for them.")
        }
        return false
    }

    /// - Throws: `ReelError(.usage)` for an option that neither a protocol nor FFmpeg's own reader of JPEGs has.
    static func requireKnown(_ options: [String]) throws {
        let classes = [avformat_get_class()] + formats.compactMap { InputFormat.named($0)?.pointee.priv_class }
        for option in options {
            let isKnown = classes.contains { known in
                var known = known
                return av_opt_find(&known, option, nil, 0, AV_OPT_SEARCH_FAKE_OBJ) != nil
            }
            if !isKnown {
                throw ReelError(.usage, "open a camera", cause: "its format has no option \(option)")
            }
        }
    }
}
