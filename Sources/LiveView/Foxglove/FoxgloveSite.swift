import Foundation
import OrderedCollections
import Platform
import PreviewBoard
import PythonJSON
import RecordingTypes
import Synchronization
import WebServer

/// Foxglove's WebSocket server, as LeRobot's `--display_mode=foxglove` has it: the same topics and schemas.
final class FoxgloveSite: WebSite {
    /// What clients call the protocol: the messages are the same, and old ones know the second name alone.
    private static let names = ["foxglove.sdk.v1", "foxglove.websocket.v1"]
    private let feed: LiveFeed
    private let isCompressed: Bool
    private let session = String(WallClock.nanoseconds / 1_000_000)

    init(_ feed: LiveFeed, isCompressed: Bool) { (self.feed, self.isCompressed) = (feed, isCompressed) }

    func respond(to request: WebRequest) -> WebResponse {
        .text(404, "This is for Foxglove: open a connection to it there (Foxglove WebSocket).")
    }

    func socket(for request: WebRequest) -> WebSocketAnswer {
        let asked = (request.headers["sec-websocket-protocol"] ?? "").split(separator: ",")
            .map { String($0.drop { $0 == " " }) }
        guard request.target.path.isEmpty else { return .refused(.notFound) }
        guard let name = Self.names.first(where: asked.contains) else {
            return .refused(.text(400, "The subprotocol must be \(Self.names.joined(separator: " or "))."))
        }
        return .open(subprotocol: name) { [feed, isCompressed, session] socket in
            let client = FoxgloveClient(socket, feed, isCompressed: isCompressed)
            client.begin(session: session)
            return client
        }
    }
}

/// One Foxglove that looks. It gets what it has subscribed to, of each topic the newest when it is ready for it.
private final class FoxgloveClient: Watcher, WebSocketHearer {
    /// Pictures a second: as JPEGs, and as pixels, which are many.
    private static let mostRate = (jpeg: 30, pixels: 15)

    private let socket: WebSocket
    private let feed: LiveFeed
    private let channels: [FoxgloveChannel]
    private let isCompressed: Bool
    private let state: Mutex<State>

    private struct State {
        /// By the channel: the client's own number for it.
        var subscriptions: [Int: UInt32] = [:]
        var sent: [(sequence: Int64, at: MonotonicTime)?]
    }

    var wantsPixels: Bool { !isCompressed }

    init(_ socket: WebSocket, _ feed: LiveFeed, isCompressed: Bool) {
        (self.socket, self.feed, self.isCompressed) = (socket, feed, isCompressed)
        channels = FoxgloveChannel.all(of: feed.description)
        state = Mutex(State(sent: Array(repeating: nil, count: feed.description.cameras.count)))
    }

    func begin(session: String) {
        send([
            "op": .string("serverInfo"), "name": .string("reel"), "capabilities": .array([]),
            "metadata": .object(["fg-library": .string("reel/\(feed.description.version)")]),
            "sessionId": .string(session),
        ])
        let channels = channels.map { $0.json(isCompressed: isCompressed) }
        send(["op": .string("advertise"), "channels": .array(channels)])
        feed.add(self)
    }

    private func send(_ message: JSONObject) { socket.send(JSONText.line(.object(message))) }

    private func subscription(_ content: FoxgloveChannel.Content) -> UInt32? {
        guard let channel = channels.first(where: { $0.content == content }) else { return nil }
        return state.withLock { $0.subscriptions[channel.id] }
    }

    // MARK: What is shown

    var wanted: [Int] {
        feed.description.cameras.indices.map { camera in
            guard subscription(.camera(camera)) != nil else { return 0 }
            return isCompressed ? Self.mostRate.jpeg : Self.mostRate.pixels
        }
    }

    func show(status: [UInt8]) {}

    func show(_ rows: [PreviewReader.Row]) {
        let (observation, action) = (subscription(.observation), subscription(.action))
        for row in rows where socket.isReady {
            if let observation {
                let scalars = FoxgloveMessages.scalars(feed.description.observation, row.observation)
                socket.send(FoxgloveMessages.data(scalars, subscription: observation, at: row.head.wall))
            }
            if let action {
                let scalars = FoxgloveMessages.scalars(feed.description.action, row.action)
                socket.send(FoxgloveMessages.data(scalars, subscription: action, at: row.head.wall))
            }
        }
    }

    func takes(_ sequence: Int64, of camera: Int, at now: MonotonicTime) -> Bool {
        guard socket.isReady, subscription(.camera(camera)) != nil else { return false }
        guard let sent = state.withLock({ $0.sent[camera] }) else { return true }
        let rate = isCompressed ? Self.mostRate.jpeg : Self.mostRate.pixels
        // A little early is better than a whole picture late.
        return sent.sequence != sequence && (now - sent.at).nanoseconds >= 750_000_000 / Int64(rate)
    }

    func show(_ picture: ShownPicture, of camera: Int) {
        guard let subscription = subscription(.camera(camera)) else { return }
        let (frame, name, now) = (picture.frame, feed.description.cameras[camera].name, MonotonicTime.now)
        let wall = WallClock.nanoseconds - (now - frame.capturedAt).nanoseconds
        let payload: [UInt8]
        if isCompressed {
            payload = FoxgloveMessages.image(jpeg: picture.jpeg, camera: name, at: wall)
        } else if let pixels = picture.pixels {
            payload = FoxgloveMessages.image(
                pixels: pixels, width: frame.width, height: frame.height, camera: name, at: wall)
        } else {
            return
        }
        state.withLock { $0.sent[camera] = (frame.sequence, now) }
        socket.send(FoxgloveMessages.data(payload, subscription: subscription, at: wall))
    }

    func end() { socket.close(1001, "the session is over") }

    func closed() { feed.remove(self) }

    // MARK: What it says

    private struct Message: Decodable {
        struct Subscription: Decodable {
            var id: UInt32
            var channelId: Int
        }

        var op: String
        var subscriptions: [Subscription]?
        var subscriptionIds: [UInt32]?
    }

    func hear(_ text: String) {
        let message: Message
        do {
            message = try JSONDecoder().decode(Message.self, from: Data(text.utf8))
        } catch {
            return tell("that is no message of the protocol")
        }
        switch (message.op, message.subscriptions, message.subscriptionIds) {
        case ("subscribe", let subscriptions?, _):
            state.withLock { state in
                for one in subscriptions where channels.contains(where: { $0.id == one.channelId }) {
                    state.subscriptions[one.channelId] = one.id
                }
            }
            feed.look()
        case ("unsubscribe", _, let ids?):
            state.withLock { state in state.subscriptions = state.subscriptions.filter { !ids.contains($0.value) } }
            feed.look()
        default: tell("\(message.op.prefix(40)) is not there: Reel only shows")
        }
    }

    func hear(_ bytes: [UInt8]) { tell("nothing can be published here: Reel only shows") }

    private func tell(_ words: String) {
        send(["op": .string("status"), "level": .integer(1), "message": .string(words)])
    }
}
