import NIOCore
import NIOHTTP1
import NIOWebSocket
import Platform
import RecordingTypes

/// One browser's connection: judges each request by its head, has the site answer on a working thread, and sends. Lives on
/// its channel's event loop.
final class HTTPConnection: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// So much of a file is sent at once: for each part a slow reader has its time anew.
    private static let slice = 1 << 20

    private let access: Access
    private let site: any WebSite
    private let work: RequestWork
    private let wrongTokens: WrongTokens
    private let limits: WebServer.Limits
    private let upgrade: SocketUpgrade
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var isTooLarge = false
    /// Closes the connection when the other side takes too long over a request, or over reading an answer.
    private var patience: Scheduled<Void>?

    init(
        access: Access, site: any WebSite, work: RequestWork, wrongTokens: WrongTokens, limits: WebServer.Limits,
        upgrade: SocketUpgrade
    ) {
        self.access = access
        self.site = site
        self.work = work
        self.wrongTokens = wrongTokens
        self.limits = limits
        self.upgrade = upgrade
    }

    func channelActive(context: ChannelHandlerContext) {
        wait(limits.requestTime, context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        patience?.cancel()
        context.fireChannelInactive()
    }

    /// The connection has become a socket.
    func handlerRemoved(context: ChannelHandlerContext) { patience?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            (body, isTooLarge) = ([], false)
        case .body(let bytes):
            if body.count + bytes.readableBytes > limits.bodyBytes {
                // The rest of it is read and forgotten, as far as there is time.
                (body, isTooLarge) = ([], true)
            } else if !isTooLarge {
                body += bytes.readableBytesView
            }
        case .end:
            guard let head else { return }
            self.head = nil
            patience?.cancel()
            answer(head, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The request comes here as well, and is answered.
        if error is NIOWebSocketUpgradeError { return }
        context.close(promise: nil)
    }

    // MARK: Answering

    private func answer(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard let method = WebRequest.Method(rawValue: head.method.rawValue) else {
            return send(.text(405, "There is no way to do that here."), to: head, context)
        }
        if SocketUpgrade.isWanted(head) {
            let response = upgrade.refusal(head) ?? .text(400, "That is no way to ask for a socket.")
            return send(response, to: head, context)
        }
        if isTooLarge { return send(.text(413, "That is more than anybody may say at once."), to: head, context) }
        switch access.judge(method: method, target: head.uri, header: { head.headers[$0] }) {
        case .granted: break
        case .login(let place, let cookie):
            return send(.leading(to: place, cookie: cookie), to: head, context)
        case .unknown:
            let response = WebResponse.text(
                401, "Use the address that reel printed, with its ?t=…: that is how it knows you.")
            let delay = wrongTokens.note(at: .now)
            guard delay > .zero else { return send(response, to: head, context) }
            return later(context, after: delay) { $0.send(response, to: head, $1) }
        case .refused(let status, let reason):
            return send(.text(status, reason), to: head, context)
        }
        guard let target = WebTarget(head.uri) else {
            return send(.text(400, "That is no address."), to: head, context)
        }
        let headers = Dictionary(
            head.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        let request = WebRequest(method: method, target: target, headers: headers, body: body)
        body = []
        let (site, bound, loop) = (site, NIOLoopBound((self, context), eventLoop: context.eventLoop), context.eventLoop)
        let isTaken = work.add {
            let response = site.respond(to: request)
            loop.execute {
                let (connection, context) = bound.value
                if context.channel.isActive { connection.send(response, to: head, context) }
            }
        }
        if !isTaken { send(.text(503, "Too much is asked at once. Try it again."), to: head, context) }
    }

    private func later(
        _ context: ChannelHandlerContext, after delay: Duration,
        _ action: @escaping @Sendable (HTTPConnection, ChannelHandlerContext) -> Void
    ) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: TimeAmount(delay)) {
            let (connection, context) = bound.value
            if context.channel.isActive { action(connection, context) }
        }
    }

    /// Closes the connection when it has not been told otherwise by then.
    private func wait(_ time: Duration, _ context: ChannelHandlerContext) {
        patience?.cancel()
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        patience = context.eventLoop.scheduleTask(in: TimeAmount(time)) { bound.value.close(promise: nil) }
    }

    // MARK: Sending

    private func send(_ response: WebResponse, to request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        var headers = HTTPHeaders(response.headers.map { ($0.name, $0.value) } + Self.safety)
        // Who asked for something too large may still be sending it.
        let keepsOpen = request.isKeepAlive && response.status != 413
        if response.status != 304 { headers.add(name: "Content-Length", value: String(response.body.count)) }
        headers.add(name: "Connection", value: keepsOpen ? "keep-alive" : "close")
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: response.status), headers: headers)
        wait(limits.sendTime, context)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        guard request.method != .HEAD, response.status != 304 else { return end(keepsOpen, context) }
        switch response.body {
        case .bytes(let bytes):
            context.write(
                wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: bytes)))), promise: nil)
            end(keepsOpen, context)
        case .file(let file, let part): send(file, part, keepsOpen, context)
        }
    }

    private func send(_ file: WebFile, _ part: Range<Int>, _ keepsOpen: Bool, _ context: ChannelHandlerContext) {
        guard !part.isEmpty else { return end(keepsOpen, context) }
        let now = part.prefix(Self.slice)
        let rest = now.upperBound..<part.upperBound
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.body(.fileRegion(file.region(now))))).whenComplete { result in
            let (connection, context) = bound.value
            guard case .success = result else { return context.close(promise: nil) }
            connection.wait(connection.limits.sendTime, context)
            connection.send(file, rest, keepsOpen, context)
        }
    }

    private func end(_ keepsOpen: Bool, _ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { result in
            let (connection, context) = bound.value
            guard keepsOpen, case .success = result else { return context.close(promise: nil) }
            connection.wait(connection.limits.requestTime, context)
        }
    }

    /// What every answer says to browsers: nothing from elsewhere is run, shown or told, and nobody frames this.
    private static let safety = [
        (
            "Content-Security-Policy",
            "default-src 'self'; img-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
                + "form-action 'none'"
        ),
        ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "same-origin"), ("Cross-Origin-Opener-Policy", "same-origin"),
    ]
}

extension TimeAmount {
    init(_ duration: Duration) { self = .nanoseconds(Int64(duration / .nanoseconds(1))) }
}
