import Foundation
import Platform
package import RecordingTypes
import Subprocess
import Synchronization
package import SystemPackage

/// The encoder process as the recorder sees it: commands go in, events come out, and it is started again when it dies,
/// or when it hangs and is killed for that.
///
/// Commands wait in a stream whose length is bounded by the takes of the session: four commands a take.
package final class EncoderProcess: Sendable {
    private enum Line: Sendable {
        case command(EncoderCommand)
        case close
    }

    private let executable: FilePath
    private let arguments: [String]
    private let log: ProcessLog
    private let onEvent: @Sendable (EncoderEvent) -> Void
    private let onTrouble: @Sendable (Trouble) -> Void
    private let state: Mutex<State>
    private let ended = Semaphore()

    private struct State {
        var lines: AsyncStream<Line>.Continuation?
        var isFinishing = false
        /// What was kept by some moment is not to wait for the schedule; a process that is started anew hears it again.
        var encodesWaiting = false
        /// Takes to be dropped of which nothing was heard yet.
        var dropping: Set<Int> = []
        /// It runs no more and is not started again.
        var isOver = false
        var isClosed = false
        var process: pid_t?
        /// It is to end at once, also one that is just being started.
        var isUnwanted = false
        var watch: EncoderWatch
        /// Why it was killed, where it was.
        var hang: String?
        var deaths: [String] = []
        /// Deaths since it last brought a take to an end.
        var deathsInARow = 0
    }

    /// What went wrong with the process.
    package struct Trouble: Sendable {
        /// For people.
        package var message: String
        /// It is not started again: what waits is for `reel encode`.
        package var isGivenUp: Bool
    }

    /// Deaths without one take done, after which it is not started again. A take that kills it is set aside after two.
    private static let deathLimit = 6
    /// Before it is started again; each time in a row it doubles.
    private let restartPause: Duration
    /// How often it is looked at.
    private let lookInterval: Duration

    /// Describes the process; `start` runs it.
    /// - Parameters:
    ///   - executable: the program.
    ///   - arguments: its arguments.
    ///   - logPath: the file that its standard error goes to.
    ///   - onEvent: called on one of Swift's threads, in the order of the events; it must not block.
    ///   - onTrouble: called each time it has died, likewise.
    package convenience init(
        executable: FilePath, arguments: [String], logPath: FilePath,
        onEvent: @escaping @Sendable (EncoderEvent) -> Void, onTrouble: @escaping @Sendable (Trouble) -> Void
    ) {
        self.init(
            executable: executable, arguments: arguments, log: ProcessLog(path: logPath), patience: .usual,
            onEvent: onEvent, onTrouble: onTrouble)
    }

    /// As above, for tests that cannot wait long.
    init(
        executable: FilePath, arguments: [String], log: ProcessLog, patience: EncoderWatch.Patience,
        lookInterval: Duration = .seconds(1), restartPause: Duration = .milliseconds(300),
        onEvent: @escaping @Sendable (EncoderEvent) -> Void, onTrouble: @escaping @Sendable (Trouble) -> Void
    ) {
        self.executable = executable
        self.arguments = arguments
        self.log = log
        self.lookInterval = lookInterval
        self.restartPause = restartPause
        self.onEvent = onEvent
        self.onTrouble = onTrouble
        state = Mutex(State(watch: EncoderWatch(patience: patience)))
    }

    package func start() {
        Task.detached { [self] in
            await runUntilClosed()
            ended.post()
        }
    }

    package func send(_ command: EncoderCommand) {
        let isOver = state.withLock { state in
            switch command {
            case .finish:
                state.isFinishing = true
                state.watch.finishBegins()
            case .dropped(let take):
                state.dropping.insert(take)
            case .abandoned(let take):
                state.watch.abandon(take)
            case .encodeWaiting:
                state.encodesWaiting = true
            case .begun, .recorded, .kept, .discarded:
                break
            }
            // A process that is being restarted reads the spool itself; what the spool does not say must be said again.
            _ = state.lines?.yield(.command(command))
            return state.isOver
        }
        if isOver, case .dropped(let take) = command {
            onEvent(.failed(take: take, message: "it is not dropped: the encoder process has stopped"))
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
        endNow()
        close()
    }

    /// Tells the process to end at once, and waits for nothing.
    package func endNow() {
        let process = state.withLock { state in
            state.isClosed = true
            state.isUnwanted = true
            return state.process
        }
        if let process { kill(process, SIGTERM) }
    }

    /// How it died, each time it did.
    package var deaths: [String] { state.withLock { $0.deaths } }

    // MARK: - Life and death

    private func runUntilClosed() async {
        while let pause = await runAndJudge() {
            try? await Task.sleep(for: pause)
            if state.withLock({ $0.isClosed }) { break }
        }
        let left = state.withLock { state in
            state.lines = nil
            state.isOver = true
            return state.dropping
        }
        for take in left.sorted() {
            onEvent(.failed(take: take, message: "it was not dropped: the encoder process has stopped"))
        }
        onEvent(.idle)
    }

    /// Runs the process to its end. Returns how long to wait before it is started again, or nil when it is not.
    private func runAndJudge() async -> Duration? {
        let ending = await runOnce()
        let deathsInARow = state.withLock { state -> Int? in
            if state.isClosed { return nil }
            state.deaths.append(ending)
            state.deathsInARow += 1
            return state.deathsInARow
        }
        guard let deathsInARow else { return nil }
        log.note("the encoder process ended: \(ending)")
        let isGivenUp = deathsInARow >= Self.deathLimit
        onTrouble(Trouble(message: "the encoder process ended: \(ending)", isGivenUp: isGivenUp))
        // A process that dies at once must not be started thousands of times.
        return isGivenUp ? nil : restartPause * (1 << min(deathsInARow - 1, 4))
    }

    private func runOnce() async -> String {
        let (lines, continuation) = AsyncStream.makeStream(of: Line.self, bufferingPolicy: .unbounded)
        state.withLock { state in
            state.lines = continuation
            state.watch.restart()
            for take in state.dropping.sorted() { continuation.yield(.command(.dropped(take: take))) }
            if state.encodesWaiting { continuation.yield(.command(.encodeWaiting)) }
            if state.isFinishing { continuation.yield(.command(.finish)) }
            if state.isClosed { continuation.yield(.close) }
        }
        defer { continuation.finish() }
        do {
            return try await runOnce(lines, continuation)
        } catch {
            state.withLock { $0.process = nil }
            return "\(error)"
        }
    }

    private func runOnce(
        _ lines: AsyncStream<Line>, _ continuation: AsyncStream<Line>.Continuation
    ) async throws -> String {
        let result = try await run(
            .path(executable), arguments: Arguments(arguments), platformOptions: ChildProcess.options,
            input: .inputWriter, output: .sequence,
            error: .fileDescriptor(log.open(), closeAfterSpawningProcess: true)
        ) { execution in
            let process = execution.processIdentifier.value
            let isUnwanted = self.state.withLock { state in
                state.process = process
                return state.isUnwanted
            }
            if isUnwanted { kill(process, SIGTERM) }
            async let writing: Void = Self.write(lines, to: execution.standardInputWriter)
            // Ends with this scope, so the process it looks at is never another one of the same number.
            async let _ = self.watch(process)
            for try await line in ChildProcess.lines(execution.standardOutput) { self.hear(line) }
            continuation.finish()
            await writing
        }
        let hang = state.withLock { state in
            state.process = nil
            return state.hang.take()
        }
        return hang ?? ChildProcess.words(for: result.terminationStatus)
    }

    /// Looks at the process once a second, and kills it when it hangs.
    private func watch(_ process: pid_t) async {
        var last = ProcessSample(process: process)
        var lastTime = MonotonicTime.now
        while (try? await Task.sleep(for: lookInterval)) != nil {
            let (sample, time) = (ProcessSample(process: process), MonotonicTime.now)
            let activity = sample.map { now in
                EncoderWatch.Activity(
                    processorTime: max(.zero, now.processorTime - (last?.processorTime ?? .zero)),
                    isHeldUp: now.isHeldUp)
            }
            let elapsed = time - lastTime
            let hangs = state.withLock { state in
                guard state.watch.look(after: elapsed, activity) else { return false }
                let place = state.watch.take.map { " at take \($0)" } ?? ""
                let time = Int(state.watch.stalled.seconds)
                state.hang = "killed, because nothing came of its work\(place) for \(time) s"
                return true
            }
            if hangs {
                Program.kill(process)
                return
            }
            log.bound()
            (last, lastTime) = (sample, time)
        }
    }

    /// A line of the process's standard output. What is no event, as what a library prints, may have spoilt one.
    private func hear(_ line: String) {
        do {
            note(try JSONDecoder().decode(EncoderEvent.self, from: Data(line.utf8)))
        } catch {
            let words = line.prefix(300).split(whereSeparator: \.isNewline).first ?? ""
            log.note("the encoder process said what is no event: \(String(words).printable)")
        }
    }

    private func note(_ event: EncoderEvent) {
        state.withLock { state in
            state.watch.note(event)
            switch event {
            case .published, .removed, .setAside: state.deathsInARow = 0
            case .progress, .encoded, .incomplete, .failed, .idle: break
            }
            switch event {
            case .published(let take, _, _, _), .removed(let take), .failed(let take, _): state.dropping.remove(take)
            case .progress, .encoded, .incomplete, .setAside, .idle: break
            }
        }
        onEvent(event)
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
