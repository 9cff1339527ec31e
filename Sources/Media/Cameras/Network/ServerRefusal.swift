import CFFmpeg

/// What to do about a server that gives no pictures.
enum ServerRefusal {
    /// The remedy for one of FFmpeg's codes; nil for what is none of HTTP's.
    static func remedy(for code: Int32) -> String? {
        switch code {
        case reel_averror_http_unauthorized:
            // Not as an address: what hides credentials would hide these.
            "Put USER:PASSWORD@ in the address, right before its host."
        case reel_averror_http_forbidden:
            "It knows the user and does not let it, or too many look already: try the address in a browser."
        case reel_averror_http_not_found:
            "There is no such path: look up the one of its MJPEG stream, and try it in a browser."
        case reel_averror_http_other, reel_averror_http_bad_request:
            "Try the address in a browser: it must show moving pictures."
        case reel_averror_http_server:
            "The camera itself has trouble: try the address in a browser, and start the camera anew."
        default: nil
        }
    }
}
