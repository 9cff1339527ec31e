import RecordingTypes
import Synchronization

/// Counts requests with a wrong token: after some within a minute each is answered late, so that guessing takes for ever.
final class WrongTokens: Sendable {
    static let allowed = 10
    static let delay = Duration.seconds(1)
    private static let minute = Duration.seconds(60)
    private let times = Mutex<[MonotonicTime]>([])

    /// Notes one, and gives back how long its answer waits.
    func note(at now: MonotonicTime) -> Duration {
        times.withLock { times in
            times.removeAll { now - $0 > Self.minute }
            // More need not be remembered.
            if times.count <= Self.allowed { times.append(now) }
            return times.count > Self.allowed ? Self.delay : .zero
        }
    }
}
