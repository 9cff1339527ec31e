import Foundation
import Platform
package import RecordingTypes
import Subprocess
import Synchronization
package import SystemPackage

/// The process that shows a session to others, as the recorder sees it: it reads the preview board, and what it says is
/// heard and not believed. Nobody waits for it, and it is started again when it dies.
///
/// Its standard input is the board itself. Of what it says, more than `mostLines` a second is passed over and counted.
package final class PageProcess: Sendable {
    private let executable: FilePath
    private let settings: PageSettings
    private let board: FileDescriptor
    private let log: ProcessLog?
    private let onEvent: @Sendable (PageEvent) -> Void
    private let onDeath: @Sendable (String, Bool) -> Void
    private let restartPause: Duration
    private let state = Mutex(State())
    private let ended = Semaphore()

    private struct State {
        var process: Int32?
        var isClosed = false
        var isStarted = false
        /// Where it was last, so that it comes back at the same address.
        var port: Int?
        var deathsInARow = 0
        var began = MonotonicTime(nanoseconds: 0)
        /// Of the present second.
        var second = MonotonicTime(nanoseconds: 0)
        var lines = 0
        var passedOver = 0
    }

    /// Deaths one after the other, after which it is not started again; one that lived for a minute counts as the first.
    private static let deathLimit = 6
    private static let longLife = Duration.seconds(60)
    static let mostLines = 50
    private static let longestLine = 8 << 10

    /// Describes the process; `start` runs it.
    /// - Parameters:
    ///   - executable: the program.
    ///   - settings: what it serves; started again, it comes back at the port that it had.
    ///   - board: what it reads.
    ///   - log: where its standard error goes; nil for nowhere.
    ///   - restartPause: before it is started again; each time in a row it doubles.
    ///   - onEvent: called on one of Swift's threads; it must not block.
    ///   - onDeath: called each time it has died, with how, and whether it is given up.
    package init(
        executable: FilePath, settings: PageSettings, board: FileDescriptor, log: FilePath?,
        restartPause: Duration = .milliseconds(300), onEvent: @escaping @Sendable (PageEvent) -> Void,
        onDeath: @escaping @Sendable (String, Bool) -> Void
    ) {
        self.executable = executable
        self.settings = settings
        self.board = board
        self.log = log.map { ProcessLog(path: $0) }
        self.restartPause = restartPause
        self.onEvent = onEvent
        self.onDeath = onDeath
    }

    package func start() {
        state.withLock { $0.isStarted = true }
        Task.detached { [self] in
            while let pause = await runAndJudge() {
                do { try await Task.sleep(for: pause) } catch { break }
                if state.withLock({ $0.isClosed }) { break }
            }
            ended.post()
        }
    }

    /// Lets the process go, which does so when the board is closed; one that does not is ended.
    package func close(within patience: Duration = .seconds(1)) {
        let isStarted = state.withLock { state in
            state.isClosed = true
            return state.isStarted
        }
        guard isStarted else { return }
        if ended.wait(until: .now + patience) { return }
        // One that is not there, but waits to be started again, is not started.
        guard let process = state.withLock({ $0.process }) else { return }
        Program.kill(process)
        _ = ended.wait(until: .now + .seconds(5))
    }

    /// Lines of it that were passed over because there were too many.
    package var passedOver: Int { state.withLock { $0.passedOver } }

    /// Its number, while it runs.
    package var number: Int32? { state.withLock { $0.process } }

    /// Runs the process to its end. Returns how long to wait before it is started again, or nil when it is not.
    private func runAndJudge() async -> Duration? {
        state.withLock { $0.began = .now }
        let ending: String
        do { ending = try await runOnce() } catch { ending = "\(error)" }
        let deaths = state.withLock { state -> Int? in
            state.process = nil
            if state.isClosed { return nil }
            state.deathsInARow = MonotonicTime.now - state.began > Self.longLife ? 1 : state.deathsInARow + 1
            return state.deathsInARow
        }
        guard let deaths else { return nil }
        // Nobody looks any more.
        onEvent(.watches(isWatched: false, pictures: []))
        log?.note("the page process ended: \(ending)")
        let isGivenUp = deaths >= Self.deathLimit
        onDeath("the page process ended: \(ending)", isGivenUp)
        return isGivenUp ? nil : restartPause * (1 << min(deaths - 1, 4))
    }

    private func runOnce() async throws -> String {
        var settings = settings
        // The very same one: pages that are open look for it there.
        if let port = state.withLock({ $0.port }) { (settings.port, settings.alternatives) = (port, 0) }
        let words = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
        log?.bound()
        let errors = try log?.open() ?? FileDescriptor.open("/dev/null", .writeOnly, options: [.closeOnExec])
        let result = try await run(
            .path(executable), arguments: ["page-worker"],
            environment: .inherit.updating([Environment.Key(stringLiteral: PageSettings.variable): words]),
            platformOptions: ChildProcess.options,
            input: .fileDescriptor(board, closeAfterSpawningProcess: false), output: .sequence,
            error: .fileDescriptor(errors, closeAfterSpawningProcess: true)
        ) { execution in
            let process = execution.processIdentifier.value
            let isClosed = self.state.withLock { state in
                state.process = process
                return state.isClosed
            }
            if isClosed { Program.kill(process) }
            async let _ = self.boundLog()
            for try await line in ChildProcess.lines(execution.standardOutput, longest: Self.longestLine) {
                self.hear(line)
            }
        }
        return ChildProcess.words(for: result.terminationStatus)
    }

    /// It lies where takes go.
    private func boundLog() async {
        while true {
            do { try await Task.sleep(for: .seconds(1)) } catch { return }
            log?.bound()
        }
    }

    private func hear(_ line: String) {
        let isTooMuch = state.withLock { state in
            let now = MonotonicTime.now
            if now - state.second > .seconds(1) { (state.second, state.lines) = (now, 0) }
            state.lines += 1
            if state.lines > Self.mostLines { state.passedOver += 1 }
            return state.lines > Self.mostLines
        }
        guard !isTooMuch else { return }
        do {
            let event = try JSONDecoder().decode(PageEvent.self, from: Data(line.utf8))
            if case .serves(let port) = event { state.withLock { $0.port = port } }
            onEvent(event)
        } catch {
            log?.note("the page process said what is no event: \(String(line.prefix(300)).printable)")
        }
    }
}
