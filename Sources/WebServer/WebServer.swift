import NIOCore
import NIOHTTP1
import NIOPosix
package import RecordingTypes
import Synchronization
import SystemPackage

/// Serves a site over HTTP on this machine: one thread for the network, two that answer. It knows nothing of robots.
package final class WebServer: Sendable {
    /// What nobody may exceed.
    package struct Limits: Sendable {
        package var connections = 32
        /// Of a request.
        package var bodyBytes = 64 << 10
        /// Of the fields of its head, each and together.
        package var fieldBytes = 8 << 10
        package var headBytes = 16 << 10
        package var fields = 100
        /// Sockets, which are among the connections.
        package var sockets = 8
        /// Without a sign of life of the other side; it is asked for one three times as often.
        package var socketSilence = Duration.seconds(45)
        /// For a whole request, or until the next one.
        package var requestTime = Duration.seconds(60)
        /// For reading an answer, or the next megabyte of one.
        package var sendTime = Duration.seconds(60)

        package init() {}
    }

    /// Where it listens.
    package struct Address: Sendable {
        /// An address in digits, or a name of this machine.
        package var host: String
        /// The port, and how many others are tried when it is taken; 0 is any.
        package var port: Int
        package var alternatives: Int

        package init(host: String = "127.0.0.1", port: Int, alternatives: Int = 0) {
            (self.host, self.port, self.alternatives) = (host, port, alternatives)
        }
    }

    private let admission: Admission
    private let site: any WebSite
    private let limits: Limits
    private let work = RequestWork(threads: 2)
    private let wrongTokens = WrongTokens()
    private let connections = Atomic(0)
    private let sockets = SocketCount()
    private let running = Mutex<(group: MultiThreadedEventLoopGroup, listeners: [any Channel])?>(nil)

    /// One that does not listen yet.
    package init(site: any WebSite, admission: Admission, limits: Limits = Limits()) {
        (self.site, self.admission, self.limits) = (site, admission, limits)
    }

    /// Begins to listen. `names` are what this machine is called, where others may reach it.
    /// - Returns: The port.
    /// - Throws: `ReelError` naming the address.
    package func start(_ address: Address, names: Set<String> = []) throws(ReelError) -> Int {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let names = Set(
            names.union([address.host]).union(names.map { "\($0).local" }).map { $0.lowercased() })
        do {
            let first = try listen(address, names: names, group)
            let port = first.localAddress?.port ?? address.port
            var listeners = [first]
            if address.host == "127.0.0.1" {
                // "localhost" may mean either.
                do {
                    listeners.append(try bind("::1", port, names: names, group))
                } catch {
                    // Where there is no IPv6, nobody misses it.
                }
            }
            work.start()
            running.withLock { $0 = (group, listeners) }
            return port
        } catch {
            group.shutdownGracefully { _ in }
            throw error
        }
    }

    /// Closes everything, and waits for what is being answered.
    package func stop() {
        guard let (group, listeners) = running.withLock({ $0.take() }) else { return }
        for listener in listeners { listener.close(promise: nil) }
        work.stop()
        do { try group.syncShutdownGracefully() } catch { return }
    }

    /// Requests that were refused because too many waited for an answer.
    package var refusedCount: Int { work.refused }

    /// Sockets that are open.
    package var socketCount: Int { sockets.number }

    /// How many are connected.
    package var connectionCount: Int { connections.load(ordering: .relaxed) }

    private func listen(
        _ address: Address, names: Set<String>, _ group: MultiThreadedEventLoopGroup
    ) throws(ReelError) -> any Channel {
        var failure: any Error = ChannelError.inappropriateOperationForState
        for port in address.port...(address.port + address.alternatives) {
            do {
                return try bind(address.host, port, names: names, group)
            } catch {
                failure = error
                guard (error as? IOError)?.errnoCode == Errno.addressInUse.rawValue else { break }
            }
        }
        let place = "\(address.host):\(address.port)"
        guard let error = failure as? IOError else {
            throw ReelError(.unavailable, "listen", subject: place, cause: "\(failure)")
        }
        let errno = Errno(rawValue: error.errnoCode)
        throw ReelError(
            errno, "listen", subject: place,
            remedy: errno == .addressInUse ? "Another program has the port: use another one." : nil)
    }

    private func bind(
        _ host: String, _ port: Int, names: Set<String>, _ group: MultiThreadedEventLoopGroup
    ) throws -> any Channel {
        let channel = try ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 64 << 10, high: 256 << 10))
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture { try set(channel, names: names) }
            }
            .bind(host: host, port: port).wait()
        return channel
    }

    private func set(_ channel: any Channel, names: Set<String>) throws {
        guard connections.add(1, ordering: .relaxed).newValue <= limits.connections else {
            connections.subtract(1, ordering: .relaxed)
            let words = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            channel.writeAndFlush(channel.allocator.buffer(string: words)).whenComplete { _ in
                channel.close(promise: nil)
            }
            return
        }
        channel.closeFuture.whenComplete { [self] _ in connections.subtract(1, ordering: .relaxed) }
        var decoding = NIOHTTPDecoderLimitConfiguration()
        decoding.maxHeaderFieldSize = limits.fieldBytes
        decoding.maxHeaderListSize = limits.headBytes
        decoding.maxHeaderFieldCount = limits.fields
        let access = Access(admission: admission, port: channel.localAddress?.port ?? 0, names: names)
        let upgrade = SocketUpgrade(access: access, site: site, limits: limits, sockets: sockets)
        let connection = HTTPConnection(
            access: access, site: site, work: work, wrongTokens: wrongTokens, limits: limits, upgrade: upgrade)
        let bound = NIOLoopBound(connection, eventLoop: channel.eventLoop)
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withPipeliningAssistance: true,
            withServerUpgrade: (
                upgraders: [upgrade.upgrader(on: channel.eventLoop)],
                completionHandler: { $0.pipeline.syncOperations.removeHandler(bound.value, promise: nil) }
            ), withErrorHandling: true, withOutboundHeaderValidation: true, withEncoderConfiguration: .init(),
            withDecoderLimitConfiguration: decoding)
        try channel.pipeline.syncOperations.addHandler(connection)
    }
}
