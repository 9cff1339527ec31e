import Platform
package import RecordingTypes

/// The operator's keys from the terminal, without X11: → or n, ← or r, Esc or q (LeRobot 0.6.1's keys), and Reel's own.
/// Nothing when standard input is no terminal; the session then runs by its times alone.
package final class Keyboard {
    private let typed: TypedInput
    private var thread: OwnThread?

    /// - Parameter hear: gets what the keys mean, on a thread of the keyboard's.
    package init?(hear: @escaping @Sendable (OperatorWord) -> Void) {
        guard let typed = TypedInput() else { return nil }
        self.typed = typed
        thread = OwnThread(name: "keyboard") { Self.read(typed, hear) }
    }

    /// Gives the terminal back as it was.
    package func close() {
        guard let thread = thread.take() else { return }
        typed.wake()
        thread.join()
        typed.restore()
    }

    private static func read(_ typed: TypedInput, _ hear: @escaping (OperatorWord) -> Void) {
        var keys = KeyReader(hear: hear)
        var buffer = [UInt8](repeating: 0, count: 64)
        while true {
            switch typed.read(into: &buffer, patience: keys.isWaiting ? KeyParser.patience : nil) {
            case .bytes(let count): for byte in buffer[..<count] { keys.read(byte) }
            case .quiet: keys.timedOut()
            case .over: return
            }
        }
    }
}
