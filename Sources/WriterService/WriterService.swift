import Platform
import RecordingTypes
import Synchronization
package import SystemPackage

/// Lets other programs record: serves clients of docs/writer-protocol.md, one at a time.
package final class WriterService: Sendable {
    /// Where clients come from.
    package enum Door: Sendable {
        /// One connection, which the process inherited; the service ends with it.
        case connection(FileDescriptor)
        /// A Unix socket, for one client after the other.
        case path(FilePath)
    }

    private let tools: WriterTools
    private let tell: @Sendable (String) -> Void
    private let state = Mutex(State())

    private struct State {
        var listener: LocalListener?
        /// The client that is served.
        var client: LocalSocket?
        var isStopping = false
    }

    /// - Parameters:
    ///   - tools: what only the program knows.
    ///   - tell: gets lines for people.
    package init(_ tools: WriterTools, tell: @escaping @Sendable (String) -> Void) {
        self.tools = tools
        self.tell = tell
    }

    /// Serves until the connection ends, or `stop`. Blocks.
    /// - Throws: `ReelError` when there is no such connection, or the socket cannot be made.
    package func run(_ door: Door) throws {
        switch door {
        case .connection(let descriptor): serve(try LocalSocket(adopting: descriptor))
        case .path(let path):
            let listener = try LocalListener(path: path)
            if state.withLock({ state in
                state.listener = listener
                return state.isStopping
            }) {
                return
            }
            defer { state.withLock { $0.listener = nil } }
            while let client = try listener.accept() { admit(client) }
            // Who is served is told, and is safe before the process ends.
            while state.withLock({ $0.client != nil }) { (MonotonicTime.now + .milliseconds(20)).sleepUntil() }
        }
    }

    /// Ends `run` soon, from any thread: as if the client's connection were lost, so that what it has not finished is kept.
    package func stop() {
        state.withLock { state in
            state.isStopping = true
            state.listener?.stop()
            state.client?.stopReceiving()
        }
    }

    /// Serves the client on a thread of its own, unless another one is being served.
    private func admit(_ client: LocalSocket) {
        let isFree = state.withLock { state in
            guard state.client == nil else { return false }
            state.client = client
            return true
        }
        guard isFree else {
            let error = ReelError(
                .busy, "record", cause: "another program records here",
                remedy: "Start another reel writer for this one.")
            try? WriterChannel(client).send(WriterConversation.failure(error, kind: error.kind.rawValue, nil))
            return
        }
        _ = OwnThread(name: "client") { [self] in serve(client) }
    }

    private func serve(_ client: LocalSocket) {
        state.withLock { state in
            state.client = client
            if state.isStopping { client.stopReceiving() }
        }
        WriterConversation(client, tools, tell: tell).run()
        client.stopSending()
        state.withLock { $0.client = nil }
    }
}
