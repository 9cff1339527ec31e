import Synchronization

/// A signal that may come before there is anything to stop: what is to happen then is told later, and happens once.
final class DeliberateStop: Sendable {
    private struct State {
        var hasCome = false
        var action: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    var hasCome: Bool { state.withLock { $0.hasCome } }

    /// It is to stop.
    func now() {
        let action = state.withLock { state in
            state.hasCome = true
            return state.action.take()
        }
        action?()
    }

    /// Says what stops it; at once when the signal has come already.
    func onStop(_ action: @escaping @Sendable () -> Void) {
        let isLate = state.withLock { state in
            if !state.hasCome { state.action = action }
            return state.hasCome
        }
        if isLate { action() }
    }
}
