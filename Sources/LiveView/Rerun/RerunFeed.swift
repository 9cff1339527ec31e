import Platform
import PreviewBoard
import RecordingTypes
import Subprocess
import Synchronization
import SystemPackage

/// Shows a session in Rerun's viewer: starts it and writes to its standard input. What the viewer is not ready for does not
/// pile up: of each camera the newest picture waits, and of the rows a bounded number; then the oldest go and are counted.
final class RerunFeed: Watcher {
    private static let mostRate = 15
    private static let mostRows = 3000
    /// Rows are told together, so often.
    private static let rowsInterval: Duration = .milliseconds(100)

    private let feed: LiveFeed
    private let voice: PageVoice
    private let program: FilePath
    private let state: Mutex<State>
    private let news: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)

    private struct State {
        var rows: [PreviewReader.Row] = []
        var rowsTakenAt = MonotonicTime(nanoseconds: 0)
        var lostRows = 0
        var pictures: [ShownPicture?]
        var sent: [(sequence: Int64, at: MonotonicTime)?]
        var isOver = false
    }

    init(_ feed: LiveFeed, voice: PageVoice, program: FilePath) {
        (self.feed, self.voice, self.program) = (feed, voice, program)
        let count = feed.description.cameras.count
        state = Mutex(State(pictures: Array(repeating: nil, count: count), sent: Array(repeating: nil, count: count)))
        news = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Starts the viewer. It stays when the session is over.
    func start() {
        feed.add(self)
        Task.detached { [self] in
            do {
                var options = PlatformOptions()
                // Who ends the session wants to look at what came.
                options.createSession = true
                let ending = try await run(
                    .path(program), arguments: ["-"], platformOptions: options, input: .inputWriter, output: .discarded,
                    error: .discarded
                ) { try await write(to: $0.standardInputWriter) }
                if !state.withLock({ $0.isOver }) { voice.say(.notes("rerun has ended: \(ending.terminationStatus)")) }
            } catch {
                if !state.withLock({ $0.isOver }) { voice.say(.notes("rerun has ended: \(error)")) }
            }
            feed.remove(self)
        }
    }

    /// Says that nothing comes any more.
    func finish() {
        state.withLock { $0.isOver = true }
        news.continuation.finish()
    }

    private func write(to input: StandardInputWriter) async throws {
        var stream = RerunStream(recording: "reel-\(WallClock.nanoseconds)")
        _ = try await input.write(stream.beginning())
        for await _ in news.stream {
            let (rows, pictures) = state.withLock { state in
                let now = MonotonicTime.now
                var rows: [PreviewReader.Row] = []
                if now - state.rowsTakenAt >= Self.rowsInterval {
                    (rows, state.rows, state.rowsTakenAt) = (state.rows, [], now)
                }
                defer { state.pictures = state.pictures.map { _ in nil } }
                return (rows, state.pictures)
            }
            for message in try messages(of: rows, &stream) { _ = try await input.write(message) }
            for (camera, picture) in zip(feed.description.cameras, pictures) {
                guard let picture else { continue }
                _ = try await input.write(stream.picture("observation.\(camera.name)", jpeg: picture.jpeg))
            }
        }
        try await input.finish()
    }

    private func messages(of rows: [PreviewReader.Row], _ stream: inout RerunStream) throws -> [[UInt8]] {
        guard !rows.isEmpty else { return [] }
        let wall = rows.map(\.head.wall)
        var messages: [[UInt8]] = []
        for (index, name) in feed.description.observation.enumerated() {
            messages.append(
                try stream.scalars("observation.\(name)", rows.map { Double($0.observation[index]) }, at: wall))
        }
        for (index, name) in feed.description.action.enumerated() {
            messages.append(try stream.scalars("action.\(name)", rows.map { Double($0.action[index]) }, at: wall))
        }
        return messages
    }

    // MARK: What is shown

    var wanted: [Int] { feed.description.cameras.map { _ in Self.mostRate } }

    func show(status: [UInt8]) {}

    func show(_ rows: [PreviewReader.Row]) {
        let isTime = state.withLock { state in
            let all = state.rows + rows
            state.lostRows += max(0, all.count - Self.mostRows)
            state.rows = all.suffix(Self.mostRows)
            return !all.isEmpty && MonotonicTime.now - state.rowsTakenAt >= Self.rowsInterval
        }
        if isTime { news.continuation.yield() }
    }

    func takes(_ sequence: Int64, of camera: Int, at now: MonotonicTime) -> Bool {
        state.withLock { state in
            // One that waits is as good as on its way: the viewer is not ready.
            guard !state.isOver, state.pictures[camera] == nil else { return false }
            guard let sent = state.sent[camera] else { return true }
            return sent.sequence != sequence && (now - sent.at).nanoseconds >= 750_000_000 / Int64(Self.mostRate)
        }
    }

    func show(_ picture: ShownPicture, of camera: Int) {
        state.withLock { state in
            state.pictures[camera] = picture
            state.sent[camera] = (picture.frame.sequence, .now)
        }
        news.continuation.yield()
    }

    func end() { finish() }
}
