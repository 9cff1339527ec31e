import RecordingTypes
import Synchronization

/// Events on their way to who shows them on a thread of his own. Overflow policy: at most `limit` wait, then the oldest
/// goes and is counted.
final class EventQueue: Sendable {
    static let limit = 64

    /// What was waiting.
    struct Batch {
        var events: [SessionEvent] = []
        /// How many went before them, because nobody came for them in time.
        var lost = 0
    }

    private let waiting = Mutex(Batch())

    /// Adds an event. Waits for nobody.
    func add(_ event: SessionEvent) {
        waiting.withLock { waiting in
            if waiting.events.count == Self.limit {
                waiting.events.removeFirst()
                waiting.lost += 1
            }
            waiting.events.append(event)
        }
    }

    /// Takes what waits.
    func take() -> Batch {
        waiting.withLock { waiting in
            defer { waiting = Batch() }
            return waiting
        }
    }
}
