import Platform
import RecordingTypes
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import WebServer

/// A server on a real port: what it sends, and each limit exceeded.
@Suite struct WebServerTests {
    private final class Site: WebSite {
        let file: FilePath?
        let gate = Semaphore()
        let waits: Bool
        let asked = Atomic(0)

        init(file: FilePath? = nil, waits: Bool = false) { (self.file, self.waits) = (file, waits) }

        func respond(to request: WebRequest) -> WebResponse {
            asked.add(1, ordering: .relaxed)
            if waits { gate.wait() }
            guard request.target.path == ["file"], let file, let opened = try? WebFile(file) else {
                return .text(200, "\(request.method.rawValue) \(request.target.path) \(request.body.count)")
            }
            return .file(opened, type: "video/mp4", for: request)
        }
    }

    private func serve<Result>(
        _ site: Site = Site(), limits: WebServer.Limits = WebServer.Limits(), _ body: (Int, String) throws -> Result
    ) throws -> Result {
        let server = WebServer(site: site, admission: .token(AccessToken("secret")), limits: limits)
        let port = try server.start(WebServer.Address(port: 0))
        defer { server.stop() }
        return try body(port, "Host: 127.0.0.1:\(port)\r\nAuthorization: Bearer secret\r\nConnection: close\r\n")
    }

    private func server() -> WebServer { WebServer(site: Site(), admission: .token(AccessToken("secret"))) }

    private func status(_ answer: String) -> String { String(answer.split(separator: " ").dropFirst().first ?? "") }

    /// The answer's status begins with this.
    private func expect(
        _ status: String, _ port: Int, _ request: String, at place: SourceLocation = #_sourceLocation
    ) throws {
        let answer = try RawClient.ask(port, request)
        #expect(self.status(answer).hasPrefix(status), "\(answer)", sourceLocation: place)
    }

    @Test func `an answer says that nothing from elsewhere may be run, and nobody may frame it`() throws {
        try serve { port, head in
            let answer = try RawClient.ask(port, "GET /a/b HTTP/1.1\r\n\(head)\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.hasSuffix("\r\n\r\nGET [\"a\", \"b\"] 0\n"))
            #expect(answer.contains("Content-Security-Policy: default-src 'self'"))
            #expect(answer.contains("frame-ancestors 'none'"))
            #expect(answer.contains("X-Content-Type-Options: nosniff"))
            #expect(!answer.lowercased().contains("access-control"))
        }
    }

    @Test func `a file is sent whole, in parts, and not at all to who has it`() throws {
        let directory = try TemporaryDirectory()
        // Larger than what is sent at once.
        let bytes = (0..<(1 << 20) * 2 + 77).map { UInt8(ascii: "a") + UInt8($0 % 23) }
        try File.create(directory.file("video")).append(bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        try serve(Site(file: directory.file("video"))) { port, head in
            let whole = try RawClient.ask(port, "GET /file HTTP/1.1\r\n\(head)\r\n")
            #expect(whole.contains("Content-Length: \(bytes.count)\r\n") && whole.contains("Accept-Ranges: bytes"))
            #expect(whole.hasSuffix("\r\n\r\n\(text)"))
            let part = try RawClient.ask(port, "GET /file HTTP/1.1\r\n\(head)Range: bytes=1048570-1048580\r\n\r\n")
            #expect(status(part) == "206")
            #expect(part.contains("Content-Range: bytes 1048570-1048580/\(bytes.count)\r\n"))
            #expect(part.hasSuffix("\r\n\r\n\(String(decoding: bytes[1_048_570...1_048_580], as: UTF8.self))"))
            let beyond = try RawClient.ask(port, "GET /file HTTP/1.1\r\n\(head)Range: bytes=\(bytes.count)-\r\n\r\n")
            #expect(status(beyond) == "416" && beyond.contains("Content-Range: bytes */\(bytes.count)"))
            let first = try RawClient.ask(port, "HEAD /file HTTP/1.1\r\n\(head)\r\n")
            #expect(first.contains("Content-Length: \(bytes.count)\r\n") && first.hasSuffix("\r\n\r\n"))
            let tag = try #require(first.split(separator: "\r\n").first { $0.hasPrefix("ETag: ") }).dropFirst(6)
            let known = try RawClient.ask(port, "GET /file HTTP/1.1\r\n\(head)If-None-Match: \(tag)\r\n\r\n")
            #expect(status(known) == "304" && known.hasSuffix("\r\n\r\n"))
            let other = try RawClient.ask(
                port, "GET /file HTTP/1.1\r\n\(head)If-Range: \"other\"\r\nRange: bytes=0-1\r\n\r\n")
            #expect(status(other) == "200")
        }
    }

    @Test func `requests on one connection are answered in their order`() throws {
        try serve { port, head in
            let open = head.replacing("Connection: close\r\n", with: "")
            let answer = try RawClient.ask(
                port, "GET /1 HTTP/1.1\r\n\(open)\r\nGET /2 HTTP/1.1\r\n\(open)\r\nGET /3 HTTP/1.1\r\n\(head)\r\n")
            let bodies = answer.split(separator: "\r\n\r\n").compactMap { $0.split(separator: "\n").first }
            #expect(bodies.dropFirst() == ["GET [\"1\"] 0", "GET [\"2\"] 0", "GET [\"3\"] 0"])
        }
    }

    @Test func `a body of 64 KB is taken, a larger one is not`() throws {
        try serve { port, head in
            let post = "POST / HTTP/1.1\r\n\(head)Content-Type: application/json\r\n"
            let most = WebServer.Limits().bodyBytes
            let taken = try RawClient.ask(
                port, "\(post)Content-Length: \(most)\r\n\r\n\(String(repeating: "x", count: most))")
            #expect(taken.hasSuffix("POST [] \(most)\n"))
            let refused = try RawClient.ask(
                port, "\(post)Content-Length: \(most + 1)\r\n\r\n\(String(repeating: "x", count: most + 1))")
            #expect(status(refused) == "413")
        }
    }

    @Test func `a head with too much in it is no request`() throws {
        let site = Site()
        try serve(site) { port, head in
            let field = "X: \(String(repeating: "x", count: 9 << 10))\r\n"
            try expect("4", port, "GET / HTTP/1.1\r\n\(head)\(field)\r\n")
            let many = (0..<120).map { "X\($0): x\r\n" }.joined()
            try expect("4", port, "GET / HTTP/1.1\r\n\(head)\(many)\r\n")
            let large = (0..<5).map { "X\($0): \(String(repeating: "x", count: 4 << 10))\r\n" }.joined()
            try expect("4", port, "GET / HTTP/1.1\r\n\(head)\(large)\r\n")
            try expect("4", port, "no HTTP at all\r\n\r\n")
            #expect(site.asked.load(ordering: .relaxed) == 0)
            try expect("200", port, "GET / HTTP/1.1\r\n\(head)\r\n")
        }
    }

    @Test func `methods that are none of ours, and paths that lead out, are refused`() throws {
        let site = Site()
        try serve(site) { port, head in
            try expect("405", port, "DELETE / HTTP/1.1\r\n\(head)\r\n")
            try expect("400", port, "GET /%2e%2e/x HTTP/1.1\r\n\(head)\r\n")
            try expect("401", port, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            #expect(site.asked.load(ordering: .relaxed) == 0)
        }
    }

    @Test func `who has more connections than allowed is turned away, until one is closed`() throws {
        var limits = WebServer.Limits()
        limits.connections = 3
        try serve(limits: limits) { port, head in
            let held = try (0..<3).map { _ in try RawClient(port: port) }
            // Each is known to the server once it has answered.
            for client in held {
                try client.say("GET / HTTP/1.1\r\n\(head.replacing("Connection: close\r\n", with: ""))\r\n")
            }
            let fourth = try eventually {
                try RawClient.ask(port, "GET / HTTP/1.1\r\n\(head)\r\n")
            } until: {
                status($0) == "503"
            }
            #expect(status(fourth) == "503")
            for client in held { client.close() }
            let fifth = try eventually {
                try RawClient.ask(port, "GET / HTTP/1.1\r\n\(head)\r\n")
            } until: {
                status($0) == "200"
            }
            #expect(status(fifth) == "200")
        }
    }

    @Test func `who never ends a request is hung up on`() throws {
        var limits = WebServer.Limits()
        limits.requestTime = .milliseconds(200)
        try serve(limits: limits) { port, head in
            let unended = try RawClient.ask(port, "GET / HTTP/1.1\r\n")
            #expect(unended == "")
            // An open connection that asks for nothing more likewise.
            let open = head.replacing("Connection: close\r\n", with: "")
            try expect("200", port, "GET / HTTP/1.1\r\n\(open)\r\n")
        }
    }

    @Test func `of more requests than can wait, the further ones are told so`() throws {
        let site = Site(waits: true)
        var limits = WebServer.Limits()
        // Two are worked on, so many wait, one is too many. Each comes on a connection of its own.
        let count = 2 + RequestWork.limit + 1
        limits.connections = count
        let server = WebServer(site: site, admission: .token(AccessToken("secret")), limits: limits)
        let port = try server.start(WebServer.Address(port: 0))
        defer {
            for _ in 0..<count { site.gate.post() }
            server.stop()
        }
        let head = "Host: 127.0.0.1:\(port)\r\nAuthorization: Bearer secret\r\nConnection: close\r\n"
        let clients = try (0..<count).map { _ in try RawClient(port: port) }
        // Those that are worked on are out of the queue before the others come.
        for client in clients[..<2] { try client.say("GET / HTTP/1.1\r\n\(head)\r\n") }
        for _ in 0..<2000 where site.asked.load(ordering: .relaxed) < 2 {
            _ = Semaphore().wait(until: .now + .milliseconds(5))
        }
        for client in clients[2...] { try client.say("GET / HTTP/1.1\r\n\(head)\r\n") }
        for _ in 0..<2000 where server.refusedCount == 0 { _ = Semaphore().wait(until: .now + .milliseconds(5)) }
        #expect(server.refusedCount == 1)
        for _ in clients { site.gate.post() }
        let answers = try clients.map { status(try $0.hear()) }
        #expect(answers.filter { $0 == "503" }.count == 1)
        #expect(answers.filter { $0 == "200" }.count == count - 1)
    }

    @Test func `a port that is taken is named, and the next one is used where that is allowed`() throws {
        let (first, second, third) = (server(), server(), server())
        let port = try first.start(WebServer.Address(port: 0))
        defer { first.stop() }
        let error = try #require(throws: ReelError.self) { _ = try second.start(WebServer.Address(port: port)) }
        #expect(error.subject == "127.0.0.1:\(port)" && error.systemError == .addressInUse)
        #expect(error.remedy?.contains("use another one") == true)
        let next = try third.start(WebServer.Address(port: port, alternatives: 20))
        defer { third.stop() }
        #expect(next > port)
    }

    /// Asks again until the answer is the wanted one; how often does not matter.
    private func eventually(_ ask: () throws -> String, until isWanted: (String) -> Bool) rethrows -> String {
        var answer = try ask()
        for _ in 0..<1000 where !isWanted(answer) { answer = try ask() }
        return answer
    }
}
