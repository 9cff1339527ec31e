import Foundation
import Platform
package import RecordingTypes
import Subprocess
import Synchronization
package import SystemPackage

/// The encoder process as the recorder sees it: commands go in, events come out, and it is started again when it dies.
///
/// Commands wait in a stream whose length is bounded by the takes of the session: four commands a take.
package final class EncoderProcess: Sendable {
    private enum Line: Sendable {
        case command(EncoderCommand)
        case close
    }

    private let executable: FilePath
    private let arguments: [String]
    private let onEvent: @Sendable (EncoderEvent) -> Void
    private let state = Mutex(State())
    private let ended = Semaphore()

    private struct State {
        var lines: AsyncStream<Line>.Continuation?
        var isFinishing = false
        var isClosed = false
        var restarts = 0
        var process: pid_t?
        var deaths: [String] = []
    }

    private static let restartLimit = 10

    /// Describes the process; `start` runs it.
    ///
    /// `onEvent` is called on one of Swift's threads, in the order of the events; it must not block.
    package init(executable: FilePath, arguments: [String], onEvent: @escaping @Sendable (EncoderEvent) -> Void) {
        self.executable = executable
        self.arguments = arguments
        self.onEvent = onEvent
    }

    package func start() {
        Task.detached { [self] in
            await runUntilClosed()
            ended.post()
        }
    }

    package func send(_ command: EncoderCommand) {
        state.withLock { state in
            if command == .finish { state.isFinishing = true }
            // A process that is being restarted reads the spool itself; only `finish` must be said again.
            _ = state.lines?.yield(.command(command))
        }
    }

    /// Lets the process end when its work is done, and waits for it.
    package func close() {
        state.withLock { state in
            state.isClosed = true
            _ = state.lines?.yield(.close)
        }
        ended.wait()
    }

    /// Ends the process at once. Its takes stay in the spool, whole.
    package func abandon() {
        let process = state.withLock { state in
            state.isClosed = true
            return state.process
        }
        if let process { kill(process, SIGTERM) }
        close()
    }

    /// How it died, each time it did.
    package var deaths: [String] { state.withLock { $0.deaths } }

    private func runUntilClosed() async {
        while true {
            let ending = await runOnce()
            let again = state.withLock { state in
                if state.isClosed { return false }
                state.deaths.append(ending)
                state.restarts += 1
                return state.restarts <= Self.restartLimit
            }
            if !again { break }
            // A process that dies at once must not be started thousands of times.
            try? await Task.sleep(for: .milliseconds(300))
        }
        state.withLock { $0.lines = nil }
        onEvent(.idle)
    }

    private func runOnce() async -> String {
        let (lines, continuation) = AsyncStream.makeStream(of: Line.self, bufferingPolicy: .unbounded)
        state.withLock { state in
            state.lines = continuation
            if state.isFinishing { continuation.yield(.command(.finish)) }
            if state.isClosed { continuation.yield(.close) }
        }
        var options = PlatformOptions()
        options.processGroupID = 0  // The terminal's Ctrl-C is for the recorder alone.
        do {
            let result = try await run(
                .path(executable), arguments: Arguments(arguments), platformOptions: options, input: .inputWriter,
                output: .sequence, error: .currentStandardError
            ) { execution in
                self.state.withLock { $0.process = execution.processIdentifier.value }
                async let writing: Void = Self.write(lines, to: execution.standardInputWriter)
                for try await line in execution.standardOutput.strings() {
                    if let event = try? JSONDecoder().decode(EncoderEvent.self, from: Data(line.utf8)) {
                        self.onEvent(event)
                    }
                }
                continuation.finish()
                await writing
            }
            state.withLock { $0.process = nil }
            return "\(result.terminationStatus)"
        } catch {
            continuation.finish()
            state.withLock { $0.process = nil }
            return "\(error)"
        }
    }

    private static func write(_ lines: AsyncStream<Line>, to input: StandardInputWriter) async {
        for await line in lines {
            guard case .command(let command) = line else { break }
            guard let data = try? JSONEncoder().encode(command) else { continue }
            guard (try? await input.write(Array(data) + [UInt8(ascii: "\n")])) != nil else { break }
        }
        try? await input.finish()
    }
}
