import NIOCore
import NIOWebSocket
import Synchronization

/// A connection on which both sides talk when they like. All of it may be called from any thread, and waits for nobody.
///
/// Overflow policy: when more than `mostWaiting` bytes wait for the other side, it is told that it is too slow, and is gone.
package final class WebSocket: Sendable {
    package static let mostWaiting = 32 << 20
    private let channel: any Channel
    private let waiting = Atomic(0)
    private let isClosing = Atomic(false)

    init(_ channel: any Channel) { self.channel = channel }

    /// Whether what is sent now goes out soon: what can wait should wait until it is.
    package var isReady: Bool { channel.isActive && channel.isWritable }

    package func send(_ text: String) { send(.text, channel.allocator.buffer(string: text)) }

    /// Text in UTF-8.
    package func send(text: [UInt8]) { send(.text, channel.allocator.buffer(bytes: text)) }

    package func send(_ bytes: [UInt8]) { send(.binary, channel.allocator.buffer(bytes: bytes)) }

    /// Says why, and closes. 1000 is the usual end (RFC 6455, 7.4.1).
    package func close(_ code: Int = 1000, _ reason: String = "") {
        guard !isClosing.exchange(true, ordering: .relaxed) else { return }
        var data = channel.allocator.buffer(capacity: 2 + reason.utf8.count)
        data.write(webSocketErrorCode: WebSocketErrorCode(codeNumber: code))
        data.writeString(String(reason.prefix(100)))
        let channel = channel
        channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .connectionClose, data: data)).whenComplete { _ in
            channel.close(promise: nil)
        }
        // Who takes nothing does not hold the connection.
        channel.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
    }

    private func send(_ kind: WebSocketOpcode, _ data: ByteBuffer) {
        guard !isClosing.load(ordering: .relaxed) else { return }
        let count = data.readableBytes
        guard waiting.add(count, ordering: .relaxed).newValue <= Self.mostWaiting else {
            waiting.subtract(count, ordering: .relaxed)
            return close(1008, "too slow")
        }
        channel.writeAndFlush(WebSocketFrame(fin: true, opcode: kind, data: data)).whenComplete { [self] _ in
            waiting.subtract(count, ordering: .relaxed)
        }
    }
}

/// Who gets what the other side of a `WebSocket` says. Called on the thread that talks to the network: it must not block.
package protocol WebSocketHearer: AnyObject, Sendable {
    func hear(_ text: String)
    func hear(_ bytes: [UInt8])
    /// The connection is gone.
    func closed()
}

extension WebSocketHearer {
    package func hear(_ bytes: [UInt8]) {}
}

/// What a site says to somebody who wants a socket.
package enum WebSocketAnswer: Sendable {
    /// Which of the subprotocols that were asked for it speaks, if any, and who hears on a socket that is open.
    case open(subprotocol: String?, @Sendable (WebSocket) -> any WebSocketHearer)
    case refused(WebResponse)
}
