import Platform
package import RecordingTypes
import Synchronization

/// What the operator asked for, from keys, pages and Ctrl-C to the control loop: flags, no lock, and a semaphore that wakes
/// the loop between two ticks.
package final class OperatorInput: Sendable {
    package typealias Request = OperatorRequest

    /// What somebody means who asks from afar: his word counts as long as this goes on, and no longer. A key means whatever
    /// goes on when it arrives.
    package struct Aim: Hashable, Sendable {
        package var take: Int
        package var phase: SessionSnapshot.Phase

        package init(take: Int, phase: SessionSnapshot.Phase) { (self.take, self.phase) = (take, phase) }

        /// Takes that fit beside a phase; what is said from afar may name any number.
        fileprivate static let takes = 0..<1 << 29

        fileprivate var code: UInt64 {
            UInt64(UInt32(truncatingIfNeeded: take << 3 | (SessionSnapshot.Phase.allCases.firstIndex(of: phase) ?? 0)))
        }

        /// No phase: it is over, and the next has not begun. There are fewer than eight.
        fileprivate static let between: UInt64 = 7
    }

    /// Each of these ends the session.
    static let endings: Set<Request> = [.stop, .interrupt, .terminate]

    /// From the low end, 16 bits each: what was asked by keys, and with an aim; then the code of what goes on.
    private let pending = Atomic<UInt64>(0)
    private static let aimedShift: UInt64 = 16
    private static let goesOnShift: UInt64 = 32
    private static let requests: UInt64 = 0xFFFF_FFFF
    private let requestedAt = Atomic<Int64>(0)
    /// The outcome, and from bit 16 on the take that it was said of, plus one; 0 for whichever it is.
    private let said = Atomic<UInt64>(0)
    private let undos = Atomic<Int>(0)
    private let aimedUndos = Atomic<Int>(0)
    private let isWriting = Atomic<Bool>(false)
    private let words = Mutex(Words())
    private let wake = Semaphore()

    /// Notes on the take.
    private struct Words {
        /// The line that is being typed.
        var line: String?
        /// The take that it is about, where somebody writes it afar.
        var lineTake: Int?
        /// The last line that was finished, and the take that it is about; nil for whichever it is.
        var note: String?
        var take: Int?
    }

    package init() {}

    /// Asks. May be called from any thread, also from one that handles signals.
    package func ask(_ request: Request) {
        switch request {
        case .success, .failure: return said.store(UInt64(request.rawValue), ordering: .releasing)
        case .undo:
            undos.add(1, ordering: .relaxed)
            return
        case .note, .page: return
        case .next, .again, .stop, .interrupt, .terminate: break
        }
        requestedAt.store(MonotonicTime.now.nanoseconds, ordering: .relaxed)
        pending.bitwiseOr(UInt64(request.rawValue), ordering: .releasing)
        wake.post()
    }

    // MARK: - With an aim

    /// Another phase begins. What was asked of the one before with an aim, and came too late for it, is forgotten; but to
    /// stop means the same in every phase.
    /// - Returns: whether anything was forgotten.
    @discardableResult
    func enter(_ aim: Aim) -> Bool {
        words.withLock { words in
            // A note that somebody writes afar is about one take; the reset of another does not wait for it.
            if let take = words.lineTake, take != aim.take { dropLine(&words) }
        }
        return change(to: aim.code)
    }

    /// The phase is over: whoever aims at it is too late from now on. Nobody shall be told that something is done which is
    /// then forgotten, and no way of an arm to its leader shall be cut short by what was meant for the take before.
    /// - Returns: whether anything was forgotten.
    @discardableResult
    func leave() -> Bool { change(to: Aim.between) }

    private func change(to code: UInt64) -> Bool {
        let isUndoLost = aimedUndos.exchange(0, ordering: .relaxed) > 0
        var old = pending.load(ordering: .relaxed)
        while true {
            let aimed = (old >> Self.aimedShift) & 0xFFFF
            let carried = aimed & UInt64(Request.stop.rawValue)
            let (isDone, found) = pending.compareExchange(
                expected: old, desired: code << Self.goesOnShift | old & 0xFFFF | carried,
                ordering: .acquiringAndReleasing)
            if isDone { return aimed & ~carried != 0 || isUndoLost }
            old = found
        }
    }

    /// Nobody looks any more: a note that was written there is given up.
    func nobodyWrites() { words.withLock { words in if words.lineTake != nil { dropLine(&words) } } }

    private func dropLine(_ words: inout Words) {
        (words.line, words.lineTake) = (nil, nil)
        isWriting.store(false, ordering: .releasing)
    }

    /// Hears what somebody wants who says of what. From any thread.
    /// - Returns: false when that is over; nothing has happened then.
    package func hear(_ word: OperatorWord, aimedAt aim: Aim) -> Bool {
        guard Aim.takes.contains(aim.take) else { return false }
        guard case .asks(let request) = word else {
            // Given up is given up, whatever goes on.
            if word == .types(nil) {
                nobodyWrites()
                return true
            }
            guard goesOn(aim) else { return false }
            switch word {
            case .notes(let line): keepNote(line, take: aim.take)
            case .types(let line): showNote(line, take: aim.take)
            case .asks: break
            }
            return true
        }
        switch request {
        case .success, .failure:
            guard goesOn(aim) else { return false }
            // Should the take be decided about in this moment, this is about no other.
            said.store(UInt64(request.rawValue) | UInt64(aim.take + 1) << 16, ordering: .releasing)
            return true
        case .undo:
            guard goesOn(aim) else { return false }
            aimedUndos.add(1, ordering: .relaxed)
            return true
        case .note, .page: return goesOn(aim)
        case .next, .again, .stop, .interrupt, .terminate: return ask(request, aim)
        }
    }

    private func goesOn(_ aim: Aim) -> Bool {
        pending.load(ordering: .acquiring) >> Self.goesOnShift == aim.code
    }

    private func ask(_ request: Request, _ aim: Aim) -> Bool {
        requestedAt.store(MonotonicTime.now.nanoseconds, ordering: .relaxed)
        var old = pending.load(ordering: .acquiring)
        while old >> Self.goesOnShift == aim.code {
            let (isDone, found) = pending.compareExchange(
                expected: old, desired: old | UInt64(request.rawValue) << Self.aimedShift,
                ordering: .acquiringAndReleasing)
            if isDone {
                wake.post()
                return true
            }
            old = found
        }
        return false
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
    var isPending: Bool { pending.load(ordering: .acquiring) & Self.requests != 0 }

    /// Whether Ctrl-C came and nobody took it.
    package var isInterrupted: Bool { pending.load(ordering: .acquiring) & UInt64(Request.interrupt.rawValue) != 0 }

    /// What was said of the take so far.
    var outcome: Outcome? { Self.outcome(said.load(ordering: .acquiring)) }

    /// Takes what was said of a take, which is over; what is said from now on is about the next one.
    func takeOutcome(of take: Int) -> Outcome? {
        let bits = said.exchange(0, ordering: .acquiringAndReleasing)
        return bits >> 16 == 0 || bits >> 16 == UInt64(take + 1) ? Self.outcome(bits) : nil
    }

    private static func outcome(_ bits: UInt64) -> Outcome? {
        switch Request(rawValue: UInt16(truncatingIfNeeded: bits)) {
        case .success: .success
        case .failure: .failure
        default: nil
        }
    }

    /// How often the operator asked to drop a take since the last look.
    func takeUndos() -> Int {
        undos.exchange(0, ordering: .relaxed) + aimedUndos.exchange(0, ordering: .relaxed)
    }

    // MARK: - Notes

    /// The line that is being typed; nil when it was given up.
    func showNote(_ line: String?, take: Int? = nil) {
        words.withLock { ($0.line, $0.lineTake) = (line, take) }
        isWriting.store(line != nil, ordering: .releasing)
    }

    /// The line is finished: it is the take's note, instead of an earlier one. An empty one takes that back.
    func keepNote(_ line: String, take: Int? = nil) {
        words.withLock { $0 = Words(line: nil, note: line.allSatisfy(\.isWhitespace) ? nil : line, take: take) }
        isWriting.store(false, ordering: .releasing)
    }

    /// Whether the operator is typing. Cheap enough for a tick.
    var isTyping: Bool { isWriting.load(ordering: .acquiring) }

    /// What is typed at this moment.
    package var line: String? { words.withLock { $0.line } }

    /// The note on the take, so far.
    package var note: String? { words.withLock { $0.note } }

    /// Takes the note on a take, which is over.
    func takeNote(on take: Int) -> String? {
        words.withLock { words in
            let note = words.note.take()
            return words.take.map { $0 == take } ?? true ? note : nil
        }
    }

    /// Takes all that was asked for, and when the last of it was.
    func take() -> (requests: Set<Request>, at: MonotonicTime) {
        let taken = pending.bitwiseAnd(~Self.requests, ordering: .acquiringAndReleasing).oldValue
        let bits = UInt16(truncatingIfNeeded: taken | taken >> Self.aimedShift)
        let time = MonotonicTime(nanoseconds: requestedAt.load(ordering: .relaxed))
        return (Set(Request.allCases.filter { bits & $0.rawValue != 0 }), time)
    }
}
