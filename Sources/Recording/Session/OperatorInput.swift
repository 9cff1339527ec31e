import Platform
package import RecordingTypes
import Synchronization

/// What the operator asked for, from keys and Ctrl-C to the control loop: flags, no lock, and a semaphore that wakes
/// the loop between two ticks.
package final class OperatorInput: Sendable {
    package typealias Request = OperatorRequest

    /// Each of these ends the session.
    static let endings: Set<Request> = [.stop, .interrupt, .terminate]

    private let pending = Atomic<UInt16>(0)
    private let requestedAt = Atomic<Int64>(0)
    private let said = Atomic<UInt16>(0)
    private let undos = Atomic<Int>(0)
    private let isWriting = Atomic<Bool>(false)
    private let words = Mutex(Words())
    private let wake = Semaphore()

    /// Notes on the take.
    private struct Words {
        /// The line that is being typed.
        var line: String?
        /// The last line that was finished.
        var note: String?
    }

    package init() {}

    /// Asks. May be called from any thread, also from one that handles signals.
    package func ask(_ request: Request) {
        switch request {
        case .success, .failure: return said.store(request.rawValue, ordering: .releasing)
        case .undo:
            undos.add(1, ordering: .relaxed)
            return
        case .note: return
        case .next, .again, .stop, .interrupt, .terminate: break
        }
        requestedAt.store(MonotonicTime.now.nanoseconds, ordering: .relaxed)
        pending.bitwiseOr(request.rawValue, ordering: .releasing)
        wake.post()
    }

    /// Hears what the operator does. May be called from any thread.
    package func hear(_ word: OperatorWord) {
        switch word {
        case .asks(let request): ask(request)
        case .types(let line): showNote(line)
        case .notes(let line): keepNote(line)
        }
    }

    /// Sleeps until the deadline or until the operator asks for something.
    func sleep(until deadline: MonotonicTime) {
        while !isPending, wake.wait(until: deadline) {}
    }

    /// Whether the operator has asked for anything that was not taken yet.
    var isPending: Bool { pending.load(ordering: .acquiring) != 0 }

    /// Whether Ctrl-C came and nobody took it.
    package var isInterrupted: Bool { pending.load(ordering: .acquiring) & Request.interrupt.rawValue != 0 }

    /// What was said of the take so far.
    var outcome: Outcome? { Self.outcome(said.load(ordering: .acquiring)) }

    /// Takes what was said of the take, which is over; what is said from now on is about the next one.
    func takeOutcome() -> Outcome? { Self.outcome(said.exchange(0, ordering: .acquiringAndReleasing)) }

    private static func outcome(_ bits: UInt16) -> Outcome? {
        switch Request(rawValue: bits) {
        case .success: .success
        case .failure: .failure
        default: nil
        }
    }

    /// How often the operator asked to drop a take since the last look.
    func takeUndos() -> Int { undos.exchange(0, ordering: .relaxed) }

    // MARK: - Notes

    /// The line that is being typed; nil when it was given up.
    func showNote(_ line: String?) {
        words.withLock { $0.line = line }
        isWriting.store(line != nil, ordering: .releasing)
    }

    /// The line is finished: it is the take's note, instead of an earlier one. An empty one takes that back.
    func keepNote(_ line: String) {
        words.withLock { $0 = Words(line: nil, note: line.allSatisfy(\.isWhitespace) ? nil : line) }
        isWriting.store(false, ordering: .releasing)
    }

    /// Whether the operator is typing. Cheap enough for a tick.
    var isTyping: Bool { isWriting.load(ordering: .acquiring) }

    /// What is typed at this moment.
    package var line: String? { words.withLock { $0.line } }

    /// Takes the note on the take, which is over.
    func takeNote() -> String? { words.withLock { $0.note.take() } }

    /// Takes all that was asked for, and when the last of it was.
    func take() -> (requests: Set<Request>, at: MonotonicTime) {
        let bits = pending.exchange(0, ordering: .acquiringAndReleasing)
        let time = MonotonicTime(nanoseconds: requestedAt.load(ordering: .relaxed))
        return (Set(Request.allCases.filter { bits & $0.rawValue != 0 }), time)
    }
}
