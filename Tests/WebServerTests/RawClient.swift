import NIOCore
import NIOPosix

/// Says bytes to a server and hears all that it answers, whatever sense that makes.
final class RawClient: Sendable {
    private let channel: any Channel
    private let answer: EventLoopPromise<String>

    /// Connects to a port of this machine.
    init(port: Int) throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answer = loop.makePromise(of: String.self)
        channel = try ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(answer))
                }
            }
            .connect(host: "127.0.0.1", port: port).wait()
        self.answer = answer
    }

    func say(_ text: String) throws { try channel.writeAndFlush(channel.allocator.buffer(string: text)).wait() }

    /// What the server has said once it has closed the connection.
    func hear() throws -> String { try answer.futureResult.wait() }

    func close() { channel.close(promise: nil) }

    /// One request, and the whole answer to it.
    static func ask(_ port: Int, _ text: String) throws -> String {
        let client = try RawClient(port: port)
        // It may close before it has read all of it.
        try? client.say(text)
        return try client.hear()
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let answer: EventLoopPromise<String>
        private var text = ""

        init(_ answer: EventLoopPromise<String>) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            text += bytes.readString(length: bytes.readableBytes) ?? ""
        }

        func channelInactive(context: ChannelHandlerContext) { answer.succeed(text) }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
