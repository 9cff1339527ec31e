import Platform
import RecordingTypes
import Synchronization

/// What became of the episodes that a program records: told by the threads of the intake and of the encoder process, waited for
/// by the one that serves the program.
final class ProgramEpisodes: Sendable {
    struct State {
        /// Rows of an episode that are with the kernel, from when the writer has said until it was asked.
        var writtenRows: [Int: Int] = [:]
        /// Ended, and not yet whole on the disk.
        var unsealed: Set<Int> = []
        /// Kept, neither in the dataset yet nor set aside: bytes in the spool.
        var waiting: [Int: Int] = [:]
        /// What went wrong, for who asks next.
        var troubles: [String] = []
        /// Nothing more is encoded.
        var hasGivenUp = false

        var backlog: Int { waiting.values.reduce(0, +) }
    }

    private let state = Mutex(State())
    /// Posted with every change.
    let changed = Semaphore()

    func withLock<Result: Sendable>(_ body: (inout State) -> Result) -> Result { state.withLock { body(&$0) } }

    func change(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
        changed.post()
    }

    func note(_ event: IntakeEvent) {
        switch event {
        case .written(let take, let rows): change { $0.writtenRows[take] = rows }
        case .stored(let take, _, let bytes):
            change { state in
                if state.waiting[take] != nil { state.waiting[take] = bytes }
            }
        case .saved(let take): change { $0.unsealed.remove(take) }
        case .unsafe(let take, let cause):
            change { state in
                state.unsealed.remove(take)
                state.waiting[take] = nil
                state.troubles.append("an episode is not safe: \(cause). reel recover brings back what there is of it.")
            }
        case .cutShort(_, let cause): change { $0.troubles.append("an episode was cut short: \(cause)") }
        // How long the disk lasts says nothing where the backlog is bounded.
        case .judged, .diskIsFilling, .diskMinutes: break
        }
    }

    func note(_ event: EncoderEvent) {
        switch event {
        case .published(let take, _, _, _), .removed(let take): change { $0.waiting[take] = nil }
        case .incomplete(let take, let message): change { $0.troubles.append("take \(take): \(message)") }
        case .failed(let take, let message):
            change { state in
                state.waiting[take] = nil
                state.troubles.append("take \(take) is not encoded: \(message)")
            }
        case .setAside(let take, let message):
            change { state in
                state.waiting[take] = nil
                state.troubles.append("take \(take) was set aside: \(message)")
            }
        case .progress, .encoded, .idle: break
        }
    }

    func note(_ trouble: EncoderProcess.Trouble) {
        change { state in
            state.troubles.append(trouble.message)
            if trouble.isGivenUp { state.hasGivenUp = true }
        }
    }
}
