import RecordingTypes
import Testing

@testable import WebServer

/// Who may ask: whoever has the token, under a name of this machine, from a page of its own.
@Suite struct AccessTests {
    private static let token = AccessToken("0123456789abcdef0123456789abcdef")
    private let access = Access(admission: .token(token), port: 7336, names: ["arm", "arm.local"])

    private func judge(
        _ method: WebRequest.Method, _ target: String, _ headers: [(String, String)],
        host: String? = "127.0.0.1:7336"
    ) -> Access.Judgement {
        let all = headers + (host.map { [("host", $0)] } ?? [])
        return access.judge(method: method, target: target) { name in all.filter { $0.0 == name }.map(\.1) }
    }

    private func judge(_ headers: [(String, String)], host: String? = "127.0.0.1:7336") -> Access.Judgement {
        judge(.get, "/api/dataset", headers, host: host)
    }

    private let cookie = ("cookie", "a=1; reel-7336=\(token.text); b=2")

    @Test func `the token is a cookie of the port, or a bearer's`() {
        #expect(judge([cookie]) == .granted)
        #expect(judge([("authorization", "Bearer \(Self.token.text)")]) == .granted)
        for wrong in [
            ("cookie", "reel-7335=\(Self.token.text)"), ("cookie", "reel-7336="),
            ("cookie", "reel-7336=\(Self.token.text)0"),
            ("cookie", "reel-7336=\(Self.token.text.dropLast())"), ("authorization", "Basic \(Self.token.text)"),
            ("authorization", "Bearer "), ("x-token", Self.token.text),
        ] {
            #expect(judge([wrong]) == .unknown, "\(wrong)")
        }
    }

    @Test func `an address with the token leads to the same one without it`() {
        let cookie = "reel-7336=\(Self.token.text); HttpOnly; SameSite=Strict; Path=/"
        #expect(judge(.get, "/?t=\(Self.token.text)", []) == .login(to: "/", cookie: cookie))
        #expect(
            judge(.get, "/a?x=1&t=\(Self.token.text)&y=2", [("sec-fetch-site", "cross-site")])
                == .login(to: "/a?x=1&y=2", cookie: cookie))
        #expect(judge(.get, "/?t=0", []) == .unknown)
        #expect(judge(.get, "/?t=", []) == .unknown)
        // "//elsewhere" would be another host.
        #expect(judge(.get, "//elsewhere/?t=\(Self.token.text)", []) == .unknown)
    }

    @Test(arguments: [
        "127.0.0.1:7336", "127.0.0.1", "localhost:7336", "LOCALHOST:7336", "[::1]:7336", "[::1]", "192.168.3.4:7336",
        "arm:7336",
        "Arm.local:9000", "localhost:1234",
    ])
    func `names of this machine are let in`(host: String) {
        #expect(judge([cookie], host: host) == .granted)
    }

    @Test(arguments: [
        "evil.example", "evil.example:7336", "127.0.0.1.evil.example", "localhost.evil.example:7336", "[evil]:7336", "",
        "127.0.0.1:port", "127.0.0.256", "[::1]evil", "armada",
    ])
    func `other names are not: they may be made to mean this machine`(host: String) {
        guard case .refused(421, _) = judge([cookie], host: host) else { Issue.record("let in"); return }
    }

    @Test func `one host is said, neither none nor two`() {
        guard case .refused(421, _) = judge([cookie], host: nil) else { Issue.record("none"); return }
        guard case .refused(421, _) = judge([cookie, ("host", "localhost")]) else { Issue.record("two"); return }
    }

    @Test func `pages of other sites get nothing, whatever they send`() {
        let bearer = ("authorization", "Bearer \(Self.token.text)")
        for headers in [
            [cookie, ("origin", "http://evil.example")], [bearer, ("origin", "null")],
            [cookie, ("origin", "https://127.0.0.1:7336")], [cookie, ("origin", "http://localhost:7336")],
            [cookie, ("origin", "http://127.0.0.1:7337")], [cookie, ("sec-fetch-site", "cross-site")],
            [cookie, ("sec-fetch-site", "same-site")],
        ] {
            guard case .refused(403, _) = judge(headers) else { Issue.record("\(headers)"); continue }
        }
        #expect(judge([cookie, ("origin", "http://127.0.0.1:7336"), ("sec-fetch-site", "same-origin")]) == .granted)
        #expect(judge([cookie, ("sec-fetch-site", "none")]) == .granted)
    }

    @Test func `what changes something says where it comes from, and is JSON`() {
        let (origin, json) = (("origin", "http://127.0.0.1:7336"), ("content-type", "application/json"))
        #expect(judge(.post, "/", [cookie, origin, json]) == .granted)
        #expect(judge(.patch, "/", [("authorization", "Bearer \(Self.token.text)"), json]) == .granted)
        guard case .refused(403, _) = judge(.post, "/", [cookie, json]) else { Issue.record("no origin"); return }
        guard case .refused(415, _) = judge(.post, "/", [cookie, origin, ("content-type", "text/plain")]) else {
            Issue.record("a form")
            return
        }
        #expect(judge(.post, "/?t=\(Self.token.text)", [origin, json]) == .unknown)
    }

    @Test func `after ten wrong tokens in a minute answers are late`() {
        let (wrong, start) = (WrongTokens(), MonotonicTime(nanoseconds: 0))
        for second in 0..<10 { #expect(wrong.note(at: start + .seconds(second)) == .zero) }
        #expect(wrong.note(at: start + .seconds(10)) == .seconds(1))
        #expect(wrong.note(at: start + .seconds(11)) == .seconds(1))
        #expect(wrong.note(at: start + .seconds(120)) == .zero)
    }
}
