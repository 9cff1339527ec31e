import Foundation
import Platform
package import PreviewBoard
package import RecordingTypes
import Synchronization
import SystemPackage

/// Shows a session to others: the newest pictures and the status go to a board, as long as somebody looks, and what
/// somebody asks for comes back. All of it happens on a thread of its own; without anybody who looks that thread sleeps.
///
/// Rows go to the board from the control loop itself.
package final class Preview: SessionListener {
    package let board: PreviewBoard
    private let cameras: [any Camera]
    private let look: @Sendable () -> PreviewStatus
    private let words: @Sendable (SessionEvent) -> String?
    private let input: OperatorInput?
    private let wake = Semaphore()
    private let ended = Semaphore()
    private let state: Mutex<State>

    private struct State {
        var isWatched = false
        /// Nanoseconds between two pictures of each camera; nil for none.
        var intervals: [Int64?]
        var isClosing = false
        var isStarted = false
        var notes: [PreviewStatus.Note] = []
        var answers: [PreviewStatus.Answer] = []
        var verdict: PreviewStatus.Verdict?
        var noteCount = 0
        /// There is something to tell at once.
        var isNew = false
    }

    /// So many of the newest are shown.
    private static let mostNotes = 8
    private static let mostAnswers = 32
    /// Uncompressed pictures are large: a board gets so many a second at most.
    private static let mostUncompressed = 15
    private static let mostPictures = 60
    /// How often cameras are looked at, and how often it is looked whether the phase has changed.
    private static let tick: Duration = .milliseconds(12)
    private static let phaseInterval: Duration = .milliseconds(36)
    private static let statusInterval: Duration = .milliseconds(100)

    /// Makes the board; `start` shows something on it.
    /// - Parameters:
    ///   - description: of what is looked at.
    ///   - cameras: which are open, in the description's order.
    ///   - input: gets what is asked for; nil where nothing can be.
    ///   - look: a look at the session; its notes, answers, verdict and badges are added here.
    ///   - words: the line that the terminal shows of an event, nil for none.
    /// - Throws: `ReelError` when the system has no memory to share.
    package init(
        _ description: PreviewDescription, cameras: [any Camera], input: OperatorInput?,
        look: @escaping @Sendable () -> PreviewStatus, words: @escaping @Sendable (SessionEvent) -> String?
    ) throws {
        board = try PreviewBoard(
            description: Array(try JSONEncoder().encode(description)), observed: description.observation.count,
            asked: description.action.count, pictureCapacities: zip(cameras, description.cameras).map(Self.capacity))
        (self.cameras, self.input, self.look, self.words) = (cameras, input, look, words)
        state = Mutex(State(intervals: Array(repeating: nil, count: cameras.count)))
    }

    /// A JPEG has a byte a pixel at the very most; other pictures are all alike.
    private static func capacity(_ camera: any Camera, _ description: PreviewDescription.Camera) -> Int {
        let pixels = max(128 << 10, description.width * description.height)
        return description.isJPEG ? pixels : camera.newest()?.byteCount ?? 4 * pixels
    }

    package func start() {
        state.withLock { $0.isStarted = true }
        _ = OwnThread(name: "preview") { [self] in
            showUntilClosed()
            ended.post()
        }
    }

    /// Shows the last of it, and says that nothing comes any more.
    package func close() {
        let isStarted = state.withLock { state in
            state.isClosing = true
            return state.isStarted
        }
        guard isStarted else { return board.close() }
        wake.post()
        ended.wait()
    }

    // MARK: What happens

    package func hear(_ event: SessionEvent) {
        let line = event.isAddress ? nil : words(event)
        state.withLock { state in
            if case .takeJudged(let take, let findings) = event {
                state.verdict = PreviewStatus.Verdict(take: take, findings: findings.map(\.words))
                state.isNew = true
            }
        }
        if let line { note(line) }
    }

    private func note(_ line: String) {
        state.withLock { state in
            state.noteCount += 1
            state.notes = state.notes.suffix(Self.mostNotes - 1) + [PreviewStatus.Note(id: state.noteCount, text: line)]
            state.isNew = true
        }
    }

    /// What the page process wants to be shown: it may ask for nonsense.
    package func watch(_ isWatched: Bool, pictures: [Int]) {
        if !isWatched { input?.nobodyWrites() }
        state.withLock { state in
            state.isWatched = isWatched
            for (index, camera) in cameras.enumerated() {
                let wanted = isWatched && pictures.indices.contains(index) ? pictures[index] : 0
                let most = camera.newest()?.pixelFormat == .mjpeg ? Self.mostPictures : Self.mostUncompressed
                state.intervals[index] = wanted > 0 ? 1_000_000_000 / Int64(min(wanted, most)) : nil
            }
            state.isNew = true
        }
        wake.post()
    }

    /// Does what somebody asks for at a page, if what he means still goes on.
    package func hear(_ command: PageCommand) {
        let refusal = refusal(of: command)
        state.withLock { state in
            state.answers =
                state.answers.suffix(Self.mostAnswers - 1)
                + [PreviewStatus.Answer(id: command.id, refusal: refusal)]
            state.isNew = true
        }
        wake.post()
    }

    private func refusal(of command: PageCommand) -> String? {
        guard let input else { return "nothing is recorded" }
        let now = look()
        guard [.recording, .resetting, .waiting].contains(command.phase) else {
            return "there is nothing to do that to"
        }
        let text = String((command.text ?? "").printable.prefix(500))
        let word: OperatorWord =
            switch command.what {
            case .next: .asks(.next)
            case .again: .asks(.again)
            case .stop: .asks(.stop)
            case .undo: .asks(.undo)
            case .success: .asks(.success)
            case .failure: .asks(.failure)
            case .note: .notes(text)
            case .types: .types(command.text == nil ? nil : text)
            }
        let aim = OperatorInput.Aim(take: command.take, phase: command.phase)
        if input.hear(word, aimedAt: aim) { return nil }
        return "that is over: now it is take \(now.take), \(now.phase.rawValue)"
    }

    // MARK: The thread

    /// What is known of a camera's pictures.
    private struct Seen {
        var sequence: Int64 = -1
        var shownAt = MonotonicTime(nanoseconds: 0)
        /// Of the last picture that differed from the one before it, and when it came.
        var checksum: UInt32 = 0
        var changedAt = MonotonicTime(nanoseconds: 0)
        var isFrozen = false
        var isTooLarge = false
    }

    private func showUntilClosed() {
        var seen = Array(repeating: Seen(), count: cameras.count)
        var (told, looked) = (MonotonicTime(nanoseconds: 0), MonotonicTime(nanoseconds: 0))
        var last: (phase: SessionSnapshot.Phase, take: Int)?
        while true {
            let (isWatched, isClosing, intervals, isNew) = state.withLock { state in
                defer { state.isNew = false }
                return (state.isWatched, state.isClosing, state.intervals, state.isNew)
            }
            if isClosing { break }
            guard isWatched else {
                wake.wait()
                continue
            }
            for index in cameras.indices { show(index, interval: intervals[index], &seen[index]) }
            let now = MonotonicTime.now
            defer { _ = wake.wait(until: now + Self.tick) }
            guard isNew || now - looked >= Self.phaseInterval else { continue }
            looked = now
            let status = look()
            if isNew || now - told >= Self.statusInterval || last.map({ $0 != (status.phase, status.take) }) ?? true {
                tell(status, seen)
                (told, last) = (now, (status.phase, status.take))
            }
        }
        var end = look()
        end.phase = .over
        tell(end, seen)
        board.close()
    }

    private func show(_ index: Int, interval: Int64?, _ seen: inout Seen) {
        let now = MonotonicTime.now
        // A little early is better than a whole picture late.
        guard let interval, (now - seen.shownAt).nanoseconds >= interval - interval / 4,
            let frame = cameras[index].newest(), frame.sequence != seen.sequence
        else { return }
        board.show(frame, of: index)
        if board.tooLarge[index] == 1, !seen.isTooLarge {
            seen.isTooLarge = true
            note("the pictures of camera \(cameras[index].name.printable) are too large to be shown here")
        }
        var checksum = Checksum()
        for plane in frame.planes { checksum.update(plane.bytes) }
        // One that is opened anew counts from 0 again.
        if checksum.value != seen.checksum || frame.sequence < seen.sequence {
            (seen.checksum, seen.changedAt) = (checksum.value, now)
        }
        seen.isFrozen = now - seen.changedAt > .milliseconds(500)
        (seen.sequence, seen.shownAt) = (frame.sequence, now)
    }

    private func tell(_ status: PreviewStatus, _ seen: [Seen]) {
        var status = status
        for index in status.cameras.indices where seen.indices.contains(index) && seen[index].isFrozen {
            status.cameras[index].badge = status.cameras[index].badge ?? .frozen
        }
        state.withLock { state in
            (status.notes, status.answers, status.verdict) = (state.notes, state.answers, state.verdict)
        }
        do { board.tell(Array(try JSONEncoder().encode(status))) } catch { return }
    }
}
