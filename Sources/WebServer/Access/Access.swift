/// Who may ask a server for something: whoever has its token, under a name that is this machine's, from a page of its own.
///
/// The token alone would not do: browsers send cookies with requests that other sites' pages make, and a name that an
/// attacker owns can be made to mean this machine (DNS rebinding).
struct Access: Sendable {
    let admission: Admission
    /// The server's: cookies are the same for all ports of a host, so theirs is called after it.
    let port: Int
    /// Names of this machine, in lower case, beside those of the loopback; addresses in digits always may.
    let names: Set<String>

    enum Judgement: Equatable {
        case granted
        /// The token is right and in the address: it goes into a cookie, and the address loses it.
        case login(to: String, cookie: String)
        /// No token, or a wrong one.
        case unknown
        case refused(status: Int, String)
    }

    var cookieName: String { "reel-\(port)" }

    /// Judges a request by its head alone. `header` gives all values of a header, by its name in lower case. Browsers let any
    /// page open a socket to anywhere, and send the cookie with it: who wants one must say where he comes from.
    func judge(
        method: WebRequest.Method, target: String, isSocket: Bool = false, header: (String) -> [String]
    ) -> Judgement {
        let hosts = header("host")
        guard hosts.count == 1, let host = hosts.first, isOurs(host) else {
            return .refused(status: 421, "This server is not called that: use the address that it printed.")
        }
        let token: AccessToken
        switch admission {
        case .pages(let others):
            let isKnown = header("origin").allSatisfy { others.contains($0) || Self.isLoopback($0) }
            return isKnown ? .granted : .refused(status: 403, "A page from elsewhere asked for this.")
        case .token(let known): token = known
        }
        // Whoever has the token in the address may come from wherever he found it.
        if method == .get, !isSocket, let place = withoutToken(target, token) {
            return .login(to: place, cookie: "\(cookieName)=\(token.text); HttpOnly; SameSite=Strict; Path=/")
        }
        let sites = header("sec-fetch-site")
        guard sites.allSatisfy({ $0 == "same-origin" || $0 == "none" }) else {
            return .refused(status: 403, "Another site's page asked for this.")
        }
        let origins = header("origin")
        guard origins.allSatisfy({ $0 == "http://\(host)" }) else {
            return .refused(status: 403, "A page from elsewhere asked for this.")
        }
        let bearers = header("authorization").filter { $0.hasPrefix("Bearer ") }.map { String($0.dropFirst(7)) }
        guard !method.changes && !isSocket || !origins.isEmpty || !bearers.isEmpty else {
            return .refused(status: 403, "What changes something must say which page it comes from (Origin).")
        }
        if method.changes, !header("content-type").allSatisfy({ $0.hasPrefix("application/json") }) {
            return .refused(status: 415, "What changes something is JSON.")
        }
        let cookies = header("cookie").flatMap { $0.split(separator: ";") }
            .map { $0.drop { $0 == " " } }.filter { $0.hasPrefix("\(cookieName)=") }
            .map { String($0.dropFirst(cookieName.count + 1)) }
        return (bearers + cookies).contains(where: token.equals) ? .granted : .unknown
    }

    /// The target without its `t`, when that is the token.
    private func withoutToken(_ target: String, _ token: AccessToken) -> String? {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].hasPrefix("/"), !parts[0].hasPrefix("//") else { return nil }
        let words = parts[1].split(separator: "&")
        guard words.contains(where: { $0.hasPrefix("t=") && token.equals(String($0.dropFirst(2))) }) else { return nil }
        let rest = words.filter { !$0.hasPrefix("t=") }.joined(separator: "&")
        return parts[0] + (rest.isEmpty ? "" : "?\(rest)")
    }

    /// Whether a page comes from this machine.
    private static func isLoopback(_ origin: String) -> Bool {
        guard let host = ["http://", "https://"].first(where: origin.hasPrefix).map({ origin.dropFirst($0.count) })
        else {
            return false
        }
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } + "]" : host.prefix { $0 != ":" }
        return ["localhost", "127.0.0.1", "[::1]"].contains(name) && isPort(host.dropFirst(name.count))
    }

    /// Whether a Host is this machine, with whatever port: a tunnel may have another one.
    private func isOurs(_ host: String) -> Bool {
        let name: Substring
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]"), Self.isPort(host[host.index(after: end)...]) else { return false }
            let address = host[host.index(after: host.startIndex)..<end]
            return address.contains(":") && address.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        }
        name = host.prefix { $0 != ":" }
        guard Self.isPort(host.dropFirst(name.count)) else { return false }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count == 4, parts.allSatisfy({ UInt8($0) != nil }) { return true }
        return name.lowercased() == "localhost" || names.contains(name.lowercased())
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty || text.hasPrefix(":") && UInt16(text.dropFirst()) != nil
    }
}

/// Whom a server lets in.
package enum Admission: Sendable {
    /// Who has this token.
    case token(AccessToken)
    /// Whoever is no page, and pages of this machine or with one of these origins: for protocols that have no token.
    case pages(of: Set<String>)
}
