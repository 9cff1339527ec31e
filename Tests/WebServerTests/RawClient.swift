import NIOCore
import NIOPosix
import Platform
import Synchronization

/// Says bytes to a server and hears all that it answers, whatever sense that makes.
final class RawClient: Sendable {
    private let channel: any Channel
    private let answer: Answer

    /// Connects to a port of this machine.
    init(port: Int) throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answer = Answer()
        channel = try ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(answer))
                }
            }
            .connect(host: "127.0.0.1", port: port).wait()
        self.answer = answer
    }

    func say(_ text: String) throws { try say(Array(text.utf8)) }

    func say(_ bytes: [UInt8]) throws { try channel.writeAndFlush(channel.allocator.buffer(bytes: bytes)).wait() }

    /// What the server has said once it has closed the connection.
    func hear() throws -> String { String(decoding: hearBytes(), as: UTF8.self) }

    func hearBytes() -> [UInt8] {
        while !answer.state.withLock({ $0.isOver }) { answer.news.wait() }
        return answer.state.withLock { $0.bytes }
    }

    /// Waits until the server has said this.
    func awaitBytes(containing words: [UInt8]) {
        func isThere() -> Bool {
            answer.state.withLock { state in
                state.isOver || state.bytes.indices.contains { state.bytes[$0...].starts(with: words) }
            }
        }
        while !isThere() { answer.news.wait() }
    }

    func close() { channel.close(promise: nil) }

    /// One request, and the whole answer to it.
    static func ask(_ port: Int, _ text: String) throws -> String {
        let client = try RawClient(port: port)
        // It may close before it has read all of it.
        try? client.say(text)
        return try client.hear()
    }

    private final class Answer: Sendable {
        let state = Mutex<(bytes: [UInt8], isOver: Bool)>(([], false))
        let news = Semaphore()
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let answer: Answer

        init(_ answer: Answer) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data).readableBytesView
            answer.state.withLock { $0.bytes += bytes }
            answer.news.post()
        }

        func channelInactive(context: ChannelHandlerContext) {
            answer.state.withLock { $0.isOver = true }
            answer.news.post()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
