import NIOCore
import NIOHTTP1
import NIOWebSocket
import RecordingTypes
import Synchronization

/// How a connection that begins with HTTP becomes a socket, where the site and the access allow it. Of one connection; lives
/// on its event loop.
final class SocketUpgrade {
    private let access: Access
    private let site: any WebSite
    private let limits: WebServer.Limits
    /// All of the server.
    private let sockets: SocketCount
    private var opened: (@Sendable (WebSocket) -> any WebSocketHearer)?

    init(access: Access, site: any WebSite, limits: WebServer.Limits, sockets: SocketCount) {
        (self.access, self.site, self.limits, self.sockets) = (access, site, limits, sockets)
    }

    static func isWanted(_ head: HTTPRequestHead) -> Bool {
        head.headers["upgrade"].contains { $0.lowercased() == "websocket" }
    }

    /// Who wants one and may not have it, gets this as HTTP.
    func refusal(_ head: HTTPRequestHead) -> WebResponse? {
        switch access.judge(method: .get, target: head.uri, isSocket: true, header: { head.headers[$0] }) {
        case .granted: break
        case .refused(let status, let reason): return .text(status, reason)
        case .login, .unknown: return .text(401, "Open the page first: that is how Reel knows you.")
        }
        guard head.method == .GET, let target = WebTarget(head.uri) else { return .text(400, "That is no address.") }
        guard sockets.isFree(limits.sockets) else {
            return .text(503, "\(limits.sockets) look at it already. Close one of them.")
        }
        let headers = Dictionary(
            head.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        switch site.socket(for: WebRequest(method: .get, target: target, headers: headers)) {
        case .refused(let response): return response
        case .open(let subprotocol, let opened):
            self.opened = opened
            self.subprotocol = subprotocol
            return nil
        }
    }

    private var subprotocol: String?

    func upgrader(on loop: any EventLoop) -> NIOWebSocketServerUpgrader {
        let bound = NIOLoopBound(self, eventLoop: loop)
        return NIOWebSocketServerUpgrader(maxFrameSize: limits.bodyBytes) { channel, head in
            guard bound.value.refusal(head) == nil else { return channel.eventLoop.makeSucceededFuture(nil) }
            var headers = HTTPHeaders()
            if let subprotocol = bound.value.subprotocol {
                headers.add(name: "Sec-WebSocket-Protocol", value: subprotocol)
            }
            return channel.eventLoop.makeSucceededFuture(headers)
        } upgradePipelineHandler: { channel, _ in
            channel.eventLoop.makeCompletedFuture { try bound.value.open(channel) }
        }
    }

    private func open(_ channel: any Channel) throws {
        guard let opened else { return }
        sockets.add()
        channel.closeFuture.whenComplete { [sockets] _ in sockets.remove() }
        let socket = WebSocket(channel)
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(MaskedFrames())
        try pipeline.addHandler(
            NIOWebSocketFrameAggregator(
                minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 64,
                maxAccumulatedFrameSize: limits.bodyBytes))
        try pipeline.addHandler(WebSocketConnection(socket, opened(socket), limits))
    }
}

/// How many sockets of a server are open.
final class SocketCount: Sendable {
    private let count = Atomic(0)

    var number: Int { count.load(ordering: .relaxed) }
    func isFree(_ most: Int) -> Bool { number < most }
    func add() { count.add(1, ordering: .relaxed) }
    func remove() { count.subtract(1, ordering: .relaxed) }
}
