import RecordingTypes
import Synchronization

/// Everything that was told in a session, in order.
final class EventLog: SessionListener {
    private let heard = Mutex<[SessionEvent]>([])

    func hear(_ event: SessionEvent) { heard.withLock { $0.append(event) } }

    var all: [SessionEvent] { heard.withLock { $0 } }
}
