/// What a browser asks for.
package struct WebRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case patch = "PATCH"

        /// Whether it may change something.
        var changes: Bool { self == .post || self == .patch }
    }

    package let method: Method
    package let target: WebTarget
    /// By their names in lower case; the first of two that are called the same.
    package let headers: [String: String]
    /// At most `WebServer.Limits.bodyBytes`.
    package let body: [UInt8]

    package init(method: Method, target: WebTarget, headers: [String: String] = [:], body: [UInt8] = []) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }
}

/// Answers requests.
package protocol WebSite: Sendable {
    /// Called on one of the server's working threads, several at once; may block.
    func respond(to request: WebRequest) -> WebResponse

    /// Whether there is a socket at this address. Called on the thread that talks to the network: it must not block.
    func socket(for request: WebRequest) -> WebSocketAnswer
}

extension WebSite {
    package func socket(for request: WebRequest) -> WebSocketAnswer { .refused(.notFound) }
}
