import Platform
import PreviewBoard
import RecordingTypes
import Synchronization

/// Somebody who looks at a session. Called on the feed's thread, and must not block it.
protocol Watcher: AnyObject, Sendable {
    /// Pictures a second that are wanted of each camera.
    var wanted: [Int] { get }
    /// Whether it wants pictures as pixels too.
    var wantsPixels: Bool { get }
    /// JSON, some times a second.
    func show(status: [UInt8])
    /// Rows that have come since the last time.
    func show(_ rows: [PreviewReader.Row])
    /// Whether this picture of a camera may go out now: it is another one than the last, and there is room for it.
    func takes(_ sequence: Int64, of camera: Int, at now: MonotonicTime) -> Bool
    func show(_ picture: ShownPicture, of camera: Int)
    /// Nothing comes any more.
    func end()
}

extension Watcher {
    var wantsPixels: Bool { false }
}

/// Looks at a session's board, for all who watch: one thread, which sleeps while nobody does. The newest picture is the only
/// one that waits for anybody.
final class LiveFeed: Sendable {
    /// How often the board is looked at while somebody watches, and while nobody does.
    private static let busy: Duration = .milliseconds(8)
    private static let idle: Duration = .milliseconds(250)

    let description: PreviewDescription
    /// The same, as it came.
    let descriptionBytes: [UInt8]
    private let reader: Mutex<Reader>
    private let voice: PageVoice
    private let watchers = Mutex<[any Watcher]>([])
    private let wake = Semaphore()
    private let lastStatus = Mutex<[UInt8]?>(nil)

    /// One thread's: the one that `run` is called on.
    private struct Reader: ~Copyable {
        let board: PreviewReader
        var pictures: [CameraFrame?]
        var makers: [PictureMaker]
        var told: PageEvent?
        var toldAt = MonotonicTime(nanoseconds: 0)
    }

    init(_ board: consuming sending PreviewReader, voice: PageVoice, decode: ([UInt8]) throws -> PreviewDescription)
        throws
    {
        descriptionBytes = board.description
        description = try decode(descriptionBytes)
        guard description.cameras.count == board.cameraCount, description.observation.count == board.observed,
            description.action.count == board.asked
        else { throw ReelError(.damaged, "look at a session", cause: "it is described otherwise than it is") }
        self.voice = voice
        let count = board.cameraCount
        reader = Mutex(
            Reader(
                board: board, pictures: Array(repeating: nil, count: count),
                makers: try (0..<count).map { _ in try PictureMaker() }))
    }

    /// The status as it was last told.
    var status: [UInt8]? { lastStatus.withLock { $0 } }

    func add(_ watcher: any Watcher) {
        watchers.withLock { $0.append(watcher) }
        wake.post()
    }

    func remove(_ watcher: any Watcher) {
        watchers.withLock { $0.removeAll { $0 === watcher } }
        wake.post()
    }

    /// Somebody wants something else now.
    func look() { wake.post() }

    /// Goes on until the session is over, or its process gone.
    func run(asLongAs recorder: Int32) {
        reader.withLock { reader in
            while !reader.board.isClosed, Program.parentNumber == recorder {
                let watchers = watchers.withLock { $0 }
                tell(watchers, &reader)
                if !watchers.isEmpty { show(to: watchers, &reader) }
                _ = wake.wait(until: .now + (watchers.isEmpty ? Self.idle : Self.busy))
            }
            // A recorder that was killed has not said that it is over: the connections end without a word.
            guard reader.board.isClosed else { return }
            let last = watchers.withLock { $0 }
            if !last.isEmpty { show(to: last, &reader) }
            for watcher in last { watcher.end() }
        }
    }

    /// Says what is wanted, when that is another thing than before.
    private func tell(_ watchers: [any Watcher], _ reader: inout Reader) {
        var pictures = Array(repeating: 0, count: description.cameras.count)
        for watcher in watchers {
            for (camera, rate) in watcher.wanted.prefix(pictures.count).enumerated() {
                pictures[camera] = max(pictures[camera], rate)
            }
        }
        let event = PageEvent.watches(isWatched: !watchers.isEmpty, pictures: pictures)
        let now = MonotonicTime.now
        // Again now and then: a recorder that hears too much passes over some of it.
        guard event != reader.told || !watchers.isEmpty && now - reader.toldAt > .seconds(2) else { return }
        if voice.say(event) { (reader.told, reader.toldAt) = (event, now) }
    }

    private func show(to watchers: [any Watcher], _ reader: inout Reader) {
        if let status = reader.board.status() {
            lastStatus.withLock { $0 = status }
            for watcher in watchers { watcher.show(status: status) }
        }
        let rows = reader.board.rows()
        for watcher in watchers { watcher.show(rows) }
        let now = MonotonicTime.now
        for camera in reader.pictures.indices {
            if reader.board.hasPicture(of: camera), let frame = reader.board.picture(of: camera) {
                reader.pictures[camera] = frame
            }
            guard let frame = reader.pictures[camera] else { continue }
            let takers = watchers.filter { $0.takes(frame.sequence, of: camera, at: now) }
            guard !takers.isEmpty else { continue }
            let wantsPixels = takers.contains(where: \.wantsPixels)
            guard let picture = reader.makers[camera].shown(frame, withPixels: wantsPixels) else { continue }
            for taker in takers { taker.show(picture, of: camera) }
        }
    }
}
