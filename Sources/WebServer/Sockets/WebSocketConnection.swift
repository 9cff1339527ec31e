import NIOCore
import NIOWebSocket
import RecordingTypes

/// The end of a socket's pipeline: whole messages go to who hears them, pings are answered, and the other side is asked for
/// a sign of life. Lives on its channel's event loop.
final class WebSocketConnection: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let socket: WebSocket
    private let hearer: any WebSocketHearer
    private let limits: WebServer.Limits
    private var beat: RepeatedTask?
    private var lastSign = NIODeadline.now()

    init(_ socket: WebSocket, _ hearer: any WebSocketHearer, _ limits: WebServer.Limits) {
        (self.socket, self.hearer, self.limits) = (socket, hearer, limits)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let interval = TimeAmount(limits.socketSilence / 3)
        beat = context.eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in
            let (connection, context) = bound.value
            connection.look(context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        beat?.cancel()
        hearer.closed()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        lastSign = .now()
        switch frame.opcode {
        case .text:
            let bytes = frame.unmaskedData.readableBytesView
            guard let text = String(validating: bytes, as: UTF8.self) else { return socket.close(1007, "no UTF-8") }
            hearer.hear(text)
        case .binary: hearer.hear(Array(frame.unmaskedData.readableBytesView))
        case .ping where context.channel.isWritable:
            context.writeAndFlush(
                wrapOutboundOut(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData)), promise: nil)
        case .connectionClose: socket.close()
        default: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let isTooMuch = error as? NIOWebSocketFrameAggregator.Error == .accumulatedFrameSizeIsTooLarge
        socket.close(isTooMuch ? 1009 : 1002, isTooMuch ? "too much" : "no WebSocket")
    }

    /// A side that has been silent for too long is gone.
    private func look(_ context: ChannelHandlerContext) {
        guard NIODeadline.now() - lastSign < TimeAmount(limits.socketSilence) else {
            return context.close(promise: nil)
        }
        let ping = WebSocketFrame(fin: true, opcode: .ping, data: context.channel.allocator.buffer(capacity: 0))
        context.writeAndFlush(wrapOutboundOut(ping), promise: nil)
    }
}

/// Refuses frames that are not masked, as a server must (RFC 6455, 5.1).
final class MaskedFrames: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame

    struct IsUnmasked: Error {}

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard unwrapInboundIn(data).maskKey != nil else { return context.fireErrorCaught(IsUnmasked()) }
        context.fireChannelRead(data)
    }
}
