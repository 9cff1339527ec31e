import Platform
import RecordingTypes
import Synchronization
import Testing

@testable import WebServer

/// Sockets: who gets one, what may be said on it, and what ends it.
@Suite struct WebSocketTests {
    /// Says everything back, and counts who is gone.
    private final class Site: WebSite {
        let gone = Semaphore()

        func respond(to request: WebRequest) -> WebResponse { .text(200, "no socket") }

        func socket(for request: WebRequest) -> WebSocketAnswer {
            guard request.target.path == ["echo"] else { return .refused(.text(404, "There is no socket here.")) }
            return .open(subprotocol: request.headers["sec-websocket-protocol"]) { [self] in Echo($0, self) }
        }
    }

    private final class Echo: WebSocketHearer {
        private let socket: WebSocket
        private let site: Site

        init(_ socket: WebSocket, _ site: Site) { (self.socket, self.site) = (socket, site) }

        func hear(_ text: String) { text == "bye" ? socket.close(1000, "bye") : socket.send("<\(text)>") }
        func hear(_ bytes: [UInt8]) { socket.send(bytes + [0]) }
        func closed() { site.gone.post() }
    }

    private func serve(
        limits: WebServer.Limits = WebServer.Limits(), _ body: (Int, String, Site) throws -> Void
    ) throws {
        let site = Site()
        let server = WebServer(site: site, admission: .token(AccessToken("secret")), limits: limits)
        let port = try server.start(WebServer.Address(port: 0))
        defer { server.stop() }
        let head =
            "Host: 127.0.0.1:\(port)\r\nAuthorization: Bearer secret\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        try body(port, head, site)
    }

    /// Frames as bytes: most are no text.
    private func bytes(_ first: UInt8, _ data: [UInt8], isMasked: Bool = true) -> [UInt8] {
        let mask: UInt8 = isMasked ? 0x80 : 0
        let length: [UInt8] =
            data.count < 126
            ? [mask | UInt8(data.count)] : [mask | 126, UInt8(data.count >> 8), UInt8(data.count & 0xFF)]
        // A mask of zeros changes nothing.
        return [first] + length + (isMasked ? [0, 0, 0, 0] : []) + data
    }

    /// All that comes until the server closes.
    private func talk(_ port: Int, _ head: String, _ frames: [[UInt8]], at target: String = "/echo") throws -> [UInt8] {
        let client = try RawClient(port: port)
        try client.say("GET \(target) HTTP/1.1\r\n\(head)\r\n")
        for frame in frames { try? client.say(frame) }
        return client.hearBytes()
    }

    private func body(_ answer: [UInt8]) -> [UInt8] {
        let end = answer.indices.first { answer[$0...].starts(with: Array("\r\n\r\n".utf8)) }
        return end.map { Array(answer[($0 + 4)...]) } ?? []
    }

    private func text(_ answer: [UInt8]) -> String { String(decoding: answer, as: UTF8.self) }

    private let bye = Array("bye".utf8)

    @Test func `what is said is heard, whole, also in parts`() throws {
        try serve { port, head, site in
            let answer = try talk(
                port, head,
                [
                    bytes(0x81, Array("hello".utf8)), bytes(0x01, Array("one ".utf8)), bytes(0x89, [1]),
                    bytes(0x80, Array("text".utf8)), bytes(0x82, [7]), bytes(0x81, bye),
                ])
            #expect(text(answer).hasPrefix("HTTP/1.1 101 "))
            let said: [UInt8] =
                [0x81, 7] + Array("<hello>".utf8) + [0x8A, 1, 1] + [0x81, 10] + Array("<one text>".utf8) + [
                    0x82, 2, 7, 0,
                ]
            #expect(body(answer).starts(with: said))
            #expect(Array(body(answer).dropFirst(said.count)) == [0x88, 5, 0x03, 0xE8] + bye)
            #expect(site.gone.wait(until: .now + .seconds(20)))
        }
    }

    @Test func `a subprotocol is told`() throws {
        try serve { port, head, _ in
            let answer = try talk(port, head + "Sec-WebSocket-Protocol: one\r\n", [bytes(0x81, bye)])
            #expect(text(answer).contains("Sec-WebSocket-Protocol: one\r\n"))
        }
    }

    @Test func `who breaks the protocol is told how, and is gone`() throws {
        try serve { port, head, site in
            func expect(_ code: Int, _ frames: [[UInt8]], at place: SourceLocation = #_sourceLocation) throws {
                let said = body(try talk(port, head, frames))
                let found = said.count >= 4 && said[0] == 0x88 ? Int(said[2]) << 8 | Int(said[3]) : nil
                #expect(found == code, sourceLocation: place)
            }
            let large = Array(repeating: UInt8(ascii: "x"), count: 40_000)
            try expect(1002, [bytes(0x81, Array("hello".utf8), isMasked: false)])
            try expect(1009, [bytes(0x01, large), bytes(0x80, large)])
            try expect(1009, [[0x81, 0xFF, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]])
            try expect(1007, [bytes(0x81, [0xFF, 0xFE])])
            try expect(1002, [bytes(0x09, [1])])
            try expect(1002, [bytes(0x80, [1])])
            try expect(1002, Array(repeating: bytes(0x01, []), count: 3))
            try expect(1002, [bytes(0x01, [])] + Array(repeating: bytes(0x00, []), count: 100))
            for _ in 0..<8 { #expect(site.gone.wait(until: .now + .seconds(20))) }
        }
    }

    @Test func `who may not have one is told why, as HTTP`() throws {
        try serve { port, head, _ in
            func expect(
                _ status: String, _ head: String, at target: String = "/echo",
                _ place: SourceLocation = #_sourceLocation
            ) throws {
                let answer = text(try talk(port, head + "Connection: close\r\n", [], at: target))
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), sourceLocation: place)
            }
            try expect("401", head.replacing("secret", with: "wrong"))
            let cookie = head.replacing("Authorization: Bearer secret", with: "Cookie: reel-\(port)=secret")
            try expect("403", cookie)
            try expect("403", head + "Origin: http://evil.example\r\n")
            try expect("421", head.replacing("127.0.0.1:\(port)", with: "evil.example"))
            try expect("404", head, at: "/elsewhere")
            try expect("400", head, at: "/../echo")
            try expect("400", head.replacing("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", with: ""))
            try expect("400", head.replacing("Version: 13", with: "Version: 8"))
        }
    }

    @Test func `of more sockets than there may be the next one is refused, until one is gone`() throws {
        var limits = WebServer.Limits()
        limits.sockets = 2
        try serve(limits: limits) { port, head, site in
            let clients = try (0..<2).map { _ in try RawClient(port: port) }
            for client in clients {
                try client.say("GET /echo HTTP/1.1\r\n\(head)\r\n")
                try client.say(bytes(0x81, Array("x".utf8)))
                client.awaitBytes(containing: Array("<x>".utf8))
            }
            let refused = text(try talk(port, head + "Connection: close\r\n", []))
            #expect(refused.hasPrefix("HTTP/1.1 503 "))
            clients[0].close()
            #expect(site.gone.wait(until: .now + .seconds(20)))
            let taken = text(try talk(port, head, [bytes(0x81, bye)]))
            #expect(taken.hasPrefix("HTTP/1.1 101 "))
            clients[1].close()
        }
    }

    @Test func `one that gives no sign of life is closed`() throws {
        var limits = WebServer.Limits()
        limits.socketSilence = .milliseconds(90)
        try serve(limits: limits) { port, head, site in
            let answer = try talk(port, head, [])
            // It was asked for one.
            #expect(body(answer).starts(with: [0x89, 0]))
            #expect(site.gone.wait(until: .now + .seconds(20)))
        }
    }

    @Test func `without a token, pages of this machine and those that are named may have one, and who is no page`() {
        let access = Access(admission: .pages(of: ["https://app.foxglove.dev"]), port: 8765, names: [])
        func judge(_ headers: [(String, String)], host: String = "127.0.0.1:8765") -> Access.Judgement {
            let all = headers + [("host", host)]
            return access.judge(method: .get, target: "/", isSocket: true) { name in
                all.filter { $0.0 == name }.map(\.1)
            }
        }
        for origin in [
            "https://app.foxglove.dev", "http://localhost:8080", "http://127.0.0.1", "http://[::1]:5",
            "https://localhost",
        ] {
            #expect(judge([("origin", origin)]) == .granted, "\(origin)")
        }
        #expect(judge([]) == .granted)
        for origin in [
            "https://evil.example", "http://localhost.evil.example", "null", "http://127.0.0.1.evil.example",
            "http://localhost:x", "https://app.foxglove.dev.evil.example", "file://",
        ] {
            #expect(judge([("origin", origin)]) != .granted, "\(origin)")
        }
        #expect(judge([], host: "evil.example") != .granted)
    }
}
