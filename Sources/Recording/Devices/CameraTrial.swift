import Platform
package import RecordingTypes
import Synchronization

/// What a camera really gives while others are open too.
package struct CameraTrial: Sendable {
    package var name: String
    package var format: CameraFormat
    /// Pictures a second as they came.
    package var picturesPerSecond: Double
    /// Of one picture as it came, on average.
    package var bytesPerPicture: Double

    /// Opens the cameras side by side, as a session does, watches them, and closes them.
    /// - Parameters:
    ///   - cameras: closed ones.
    ///   - time: how long they are watched.
    /// - Returns: what each gave, in their order.
    /// - Throws: the first one's `ReelError`.
    package static func run(_ cameras: [any Camera], for time: Duration) throws -> [CameraTrial] {
        defer { for camera in cameras { camera.close() } }
        let formats = try open(cameras)
        var watches = cameras.map { Watch(first: $0.newest()) }
        let end = MonotonicTime.now + time
        while MonotonicTime.now < end {
            for (index, camera) in cameras.enumerated() {
                if let failure = camera.failure { throw failure }
                watches[index].look(at: camera.newest())
            }
            (MonotonicTime.now + .milliseconds(2)).sleepUntil()
        }
        return zip(cameras, zip(formats, watches)).map { camera, found in
            CameraTrial(
                name: camera.name, format: found.0, picturesPerSecond: found.1.rate,
                bytesPerPicture: Double(found.1.bytes) / Double(max(1, found.1.seen)))
        }
    }

    /// Opens cameras, each on a thread of its own, since they warm up.
    /// - Throws: the first one's error.
    static func open(_ cameras: [any Camera]) throws -> [CameraFormat] {
        let results = Mutex<[Int: Result<CameraFormat, any Error>]>([:])
        let done = Semaphore()
        for (index, camera) in cameras.enumerated() {
            _ = OwnThread(name: "open \(camera.name)") {
                let result = Result { try camera.open() }
                results.withLock { $0[index] = result }
                done.post()
            }
        }
        for _ in cameras { done.wait() }
        return try results.withLock { opened in
            try cameras.indices.compactMap { try opened[$0]?.get() }
        }
    }

    /// One camera's pictures so far.
    private struct Watch {
        private let first: CameraFrame?
        private var last: CameraFrame?
        private(set) var bytes = 0
        private(set) var seen = 0

        init(first: CameraFrame?) {
            self.first = first
            last = first
        }

        mutating func look(at newest: CameraFrame?) {
            guard let newest, newest.sequence != last?.sequence else { return }
            bytes += newest.byteCount
            seen += 1
            last = newest
        }

        /// Between the first picture and the last, which a look that came late does not change.
        var rate: Double {
            guard let first, let last, last.capturedAt > first.capturedAt else { return 0 }
            return Double(last.sequence - first.sequence) / (last.capturedAt - first.capturedAt).seconds
        }
    }
}
