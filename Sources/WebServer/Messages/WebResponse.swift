/// What the server answers.
package struct WebResponse: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        /// This part of a file.
        case file(WebFile, Range<Int>)

        var count: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .file(_, let part): part.count
            }
        }
    }

    /// 200, 404 and so on (RFC 9110, 15).
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: Body

    package init(_ status: Int, type: String, _ body: [UInt8], headers: [(name: String, value: String)] = []) {
        self.status = status
        self.headers = [("Content-Type", type), ("Cache-Control", "no-cache")] + headers
        self.body = .bytes(body)
    }

    /// JSON in UTF-8.
    package static func json(_ bytes: [UInt8], status: Int = 200) -> WebResponse {
        WebResponse(status, type: "application/json", bytes)
    }

    /// A line for a person.
    package static func text(_ status: Int, _ line: String) -> WebResponse {
        WebResponse(status, type: "text/plain; charset=utf-8", Array("\(line)\n".utf8))
    }

    /// A page that leads to another one. After a redirect, a browser that comes from elsewhere would not send the cookie.
    static func leading(to place: String, cookie: String) -> WebResponse {
        let escaped = place.reduce(into: "") { text, letter in
            switch letter {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            default: text.append(letter)
            }
        }
        let page = "<!doctype html><meta http-equiv=\"refresh\" content=\"0; url=\(escaped)\"><title>Reel</title>\n"
        return WebResponse(200, type: "text/html; charset=utf-8", Array(page.utf8), headers: [("Set-Cookie", cookie)])
    }

    package static var notFound: WebResponse { .text(404, "There is nothing here.") }

    /// Bytes that a browser may keep as long as they are called `tag`; 304 when it has them.
    package static func tagged(_ tag: String, type: String, _ bytes: [UInt8], for request: WebRequest) -> WebResponse {
        let quoted = "\"\(tag)\""
        if request.headers["if-none-match"] == quoted { return unchanged(quoted) }
        return WebResponse(200, type: type, bytes, headers: [("ETag", quoted)])
    }

    /// A file, or the part of it that is asked for (RFC 9110, 14). A browser may keep it for a day: its address must change
    /// when the file does.
    package static func file(_ file: WebFile, type: String, for request: WebRequest) -> WebResponse {
        if request.headers["if-none-match"] == file.tag { return unchanged(file.tag) }
        var response = WebResponse(200, type: type, [])
        response.headers = [
            ("Content-Type", type), ("Cache-Control", "private, max-age=86400, immutable"), ("ETag", file.tag),
            ("Accept-Ranges", "bytes"),
        ]
        let size = file.byteCount
        // Of a file that has changed meanwhile a part makes no sense.
        let isSame = request.headers["if-range"].map { $0 == file.tag } ?? true
        switch isSame ? ByteRange(request.headers["range"], of: size) : .whole {
        case .whole:
            response.body = .file(file, 0..<size)
        case .part(let part):
            response.status = 206
            response.headers.append(("Content-Range", "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(size)"))
            response.body = .file(file, part)
        case .unsatisfiable:
            response = .text(416, "The file has \(size) bytes.")
            response.headers.append(("Content-Range", "bytes */\(size)"))
        }
        return response
    }

    private static func unchanged(_ tag: String) -> WebResponse {
        var response = WebResponse(304, type: "text/plain", [])
        response.headers = [("ETag", tag)]
        return response
    }
}
