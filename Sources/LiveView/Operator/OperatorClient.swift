import Foundation
import Platform
import PreviewBoard
import RecordingTypes
import Synchronization
import WebServer

/// One page that looks at a session. It says which pictures it wants and which it has drawn: of each camera at most
/// `mostUnseen` are on their way, and when it is ready for another one, that is the newest. So a slow page or network costs
/// nobody anything, and what it shows is never old.
final class OperatorClient: Watcher, WebSocketHearer {
    private static let mostUnseen = 2
    private static let rowsInterval: Duration = .milliseconds(100)
    /// A page that says nothing about its pictures for so long is gone.
    private static let patience: Duration = .seconds(10)
    private static let mostRate = 60
    /// Commands a second; the rest is refused.
    private static let mostCommands = 10

    private let socket: WebSocket
    private let feed: LiveFeed
    private let voice: PageVoice
    private let state: Mutex<State>

    private struct Camera {
        /// Pictures a second.
        var rate = 0
        var unseen = 0
        var lastSent: Int64?
        var sentAt = MonotonicTime(nanoseconds: 0)
        var count: UInt32 = 0
    }

    private struct State {
        var cameras: [Camera]
        var rows: [PreviewReader.Row] = []
        var rowsSentAt = MonotonicTime(nanoseconds: 0)
        var second = MonotonicTime(nanoseconds: 0)
        var commands = 0
        /// What it writes of a note, and of which take: given up when it goes.
        var writing: PageCommand?
    }

    init(_ socket: WebSocket, _ feed: LiveFeed, _ voice: PageVoice) {
        (self.socket, self.feed, self.voice) = (socket, feed, voice)
        state = Mutex(State(cameras: Array(repeating: Camera(), count: feed.description.cameras.count)))
    }

    /// Greets, and watches.
    func begin() {
        socket.send(text: Array(#"{"t":"hello","description":"#.utf8) + feed.descriptionBytes + [UInt8(ascii: "}")])
        if let status = feed.status { show(status: status) }
        feed.add(self)
    }

    // MARK: What is shown

    var wanted: [Int] { state.withLock { $0.cameras.map(\.rate) } }

    func show(status: [UInt8]) {
        guard socket.isReady else { return }
        socket.send(text: Array(#"{"t":"status","status":"#.utf8) + status + [UInt8(ascii: "}")])
    }

    func show(_ rows: [PreviewReader.Row]) {
        let now = MonotonicTime.now
        let bytes = state.withLock { state -> [UInt8]? in
            // Half a minute is more than is plotted.
            state.rows = (state.rows + rows).suffix(BoardRows.most)
            guard now - state.rowsSentAt >= Self.rowsInterval, !state.rows.isEmpty, socket.isReady else { return nil }
            state.rowsSentAt = now
            defer { state.rows = [] }
            return BoardRows.bytes(of: state.rows)
        }
        if let bytes { socket.send(bytes) }
    }

    func takes(_ sequence: Int64, of camera: Int, at now: MonotonicTime) -> Bool {
        let (isWanted, isStuck) = state.withLock { state -> (Bool, Bool) in
            let camera = state.cameras[camera]
            guard camera.rate > 0, camera.lastSent != sequence else { return (false, false) }
            if camera.unseen >= Self.mostUnseen { return (false, now - camera.sentAt > Self.patience) }
            // A little early is better than a whole picture late.
            let interval = 1_000_000_000 / Int64(camera.rate)
            return ((now - camera.sentAt).nanoseconds >= interval - interval / 4, false)
        }
        if isStuck { socket.close(1008, "no picture was drawn for 10 s") }
        return isWanted && socket.isReady
    }

    func show(_ picture: ShownPicture, of camera: Int) {
        let now = MonotonicTime.now
        let count = state.withLock { state -> UInt32 in
            state.cameras[camera].unseen += 1
            state.cameras[camera].lastSent = picture.frame.sequence
            state.cameras[camera].sentAt = now
            state.cameras[camera].count &+= 1
            return state.cameras[camera].count
        }
        var message: [UInt8] = [1, UInt8(truncatingIfNeeded: camera)]
        message.add(UInt16(truncatingIfNeeded: picture.frame.width))
        message.add(UInt16(truncatingIfNeeded: picture.frame.height))
        message.add(UInt16(0))
        message.add(count)
        message.add(UInt32(truncatingIfNeeded: picture.frame.sequence))
        message.add(UInt64(bitPattern: picture.frame.capturedAt.nanoseconds))
        message.add(UInt64(bitPattern: now.nanoseconds))
        socket.send(message + picture.jpeg)
    }

    func end() { socket.close(1001, "the session is over") }

    // MARK: What it says

    private struct Message: Decodable {
        var t: String
        var pictures: [Int]?
        var camera: Int?
        var count: UInt32?
        var sent: Double?
        var command: PageCommand?
    }

    func hear(_ text: String) {
        let message: Message
        do {
            message = try JSONDecoder().decode(Message.self, from: Data(text.utf8))
        } catch {
            return socket.close(1008, "that is no message of the page")
        }
        switch (message.t, message.pictures, message.camera, message.command) {
        case ("watch", let pictures?, _, _): watch(pictures)
        case ("got", _, let camera?, _): got(camera, message.count ?? 0)
        case ("do", _, _, let command?): ask(command)
        case ("clock", _, _, _):
            let now = Double(MonotonicTime.now.nanoseconds) / 1e6
            socket.send("{\"t\":\"clock\",\"sent\":\(message.sent ?? 0),\"now\":\(now)}")
        default: socket.close(1008, "that is no message of the page")
        }
    }

    private func watch(_ pictures: [Int]) {
        state.withLock { state in
            for camera in state.cameras.indices {
                let rate = pictures.indices.contains(camera) ? pictures[camera] : 0
                // What waited in a page that nobody saw is forgotten.
                if state.cameras[camera].rate == 0 { state.cameras[camera].unseen = 0 }
                state.cameras[camera].rate = min(max(0, rate), Self.mostRate)
            }
        }
        feed.look()
    }

    /// It has drawn the picture with this number, and all before it.
    private func got(_ camera: Int, _ count: UInt32) {
        state.withLock { state in
            guard state.cameras.indices.contains(camera) else { return }
            let ahead = state.cameras[camera].count &- count
            state.cameras[camera].unseen = min(state.cameras[camera].unseen, Int(min(ahead, 1000)))
        }
    }

    private func ask(_ asked: PageCommand) {
        var command = asked
        // What the recorder takes: a longer line would be no line to it.
        command.text = asked.text.map { String($0.prefix(500)) }
        let isTooMuch = state.withLock { state in
            let now = MonotonicTime.now
            if now - state.second > .seconds(1) { (state.second, state.commands) = (now, 0) }
            state.commands += 1
            if command.what == .types { state.writing = command.text == nil ? nil : command }
            if command.what == .note { state.writing = nil }
            return state.commands > Self.mostCommands
        }
        if isTooMuch || !voice.say(.asks(command)) {
            socket.send("{\"t\":\"refused\",\"id\":\(command.id),\"why\":\"too much at once\"}")
        }
    }

    func closed() {
        feed.remove(self)
        // The reset does not wait for a note that nobody writes any more.
        if var command = state.withLock({ $0.writing.take() }) {
            command.text = nil
            voice.say(.asks(command))
        }
    }
}

/// Rows as a page gets them: `u8 2, u8 cameras, u16 rows, u16 values`, and for each row `f64 seconds, i32 row, i32 take,
/// u32 is late`, per camera `u32 picture`, then the values as `f32`; little-endian.
enum BoardRows {
    static let most = 1024

    static func bytes(of rows: [PreviewReader.Row]) -> [UInt8] {
        guard let first = rows.first else { return [] }
        var bytes: [UInt8] = [2, UInt8(truncatingIfNeeded: first.sequences.count)]
        bytes.add(UInt16(truncatingIfNeeded: rows.count))
        bytes.add(UInt16(truncatingIfNeeded: first.observation.count + first.action.count))
        for row in rows {
            bytes.add((Double(row.head.time.nanoseconds) / 1e9).bitPattern)
            bytes.add(Int32(truncatingIfNeeded: row.head.index))
            bytes.add(Int32(truncatingIfNeeded: row.head.take))
            bytes.add(UInt32(row.head.isLate ? 1 : 0))
            for sequence in row.sequences { bytes.add(UInt32(truncatingIfNeeded: sequence)) }
            for value in row.observation { bytes.add(value.bitPattern) }
            for value in row.action { bytes.add(value.bitPattern) }
        }
        return bytes
    }
}

extension [UInt8] {
    /// Adds a number, its low end first.
    mutating func add(_ number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { self += $0 }
    }
}
