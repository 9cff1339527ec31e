import Glibc
import Platform
import RecordingTypes
import Synchronization
import SystemPackage
import Testing
import TestSupport

@testable import Recording

@Suite("The recorder keeps an encoder at work, whatever becomes of it")
struct EncoderProcessTests {
    /// A shell script in the encoder's place, and what the recorder heard.
    private final class Stage: Sendable {
        private let temporary: TemporaryDirectory
        var directory: FilePath { temporary.path }
        let heard = Mutex<(events: [EncoderEvent], troubles: [EncoderProcess.Trouble])>(([], []))
        let arrived = Semaphore()

        init() throws {
            signal(SIGPIPE, SIG_IGN)  // As `reel` itself does.
            temporary = try TemporaryDirectory()
        }

        var logPath: FilePath { directory.appending("encoder.log") }

        func process(_ script: String, patience: EncoderWatch.Patience = .usual) -> EncoderProcess {
            EncoderProcess(
                executable: "/bin/sh", arguments: ["-c", "cd \(directory); \(script)"], log: ProcessLog(path: logPath),
                patience: patience, lookInterval: .milliseconds(20), restartPause: .milliseconds(1),
                onEvent: { [self] event in
                    heard.withLock { $0.events.append(event) }
                    arrived.post()
                },
                onTrouble: { [self] trouble in
                    heard.withLock { $0.troubles.append(trouble) }
                    arrived.post()
                })
        }

        /// Starts the process, waits until this has been heard, and ends it. On a thread of its own, since Swift's are
        /// needed for the process.
        func run(
            _ process: EncoderProcess, finishes: Bool = false, abandons: Bool = false,
            until condition: @escaping @Sendable ([EncoderEvent]) -> Bool
        ) async {
            await withCheckedContinuation { continuation in
                _ = OwnThread(name: "recorder") { [self] in
                    process.start()
                    if finishes { process.send(.finish) }
                    while !heard.withLock({ condition($0.events) }) {
                        guard arrived.wait(until: .now + .seconds(60)) else {
                            Issue.record("nothing more came after \(heard.withLock { $0.events })")
                            break
                        }
                    }
                    if abandons { process.abandon() } else { process.close() }
                    continuation.resume()
                }
            }
        }

        func log() throws -> String { String(decoding: try File.read(logPath), as: UTF8.self) }
    }

    /// What the script prints for an event.
    private func say(_ event: String) -> String { "echo '\(event)'" }
    private let published = #"{"published":{"take":1,"episode":0,"frames":5,"videoBytes":9}}"#
    private let progress = #"{"progress":{"take":1,"done":2,"total":10}}"#

    @Test func itIsStartedAgainAndToldAgainToFinish() async throws {
        let stage = try Stage()
        // The first one dies at its first command, the second one does what it is told.
        let process = stage.process(
            "read line; if [ ! -e second ]; then touch second; echo oh dear >&2; kill -SEGV $$; fi; "
                + "case $line in *finish*) \(say(published));; esac; \(say(#"{"idle":{}}"#)); cat >/dev/null")
        await stage.run(process, finishes: true) { $0.contains(.idle) }
        let (events, troubles) = stage.heard.withLock { $0 }
        #expect(events.first == .published(take: 1, episode: 0, frames: 5, videoBytes: 9))
        #expect(troubles.count == 1)
        #expect(troubles.first?.message.contains("signal 11") == true)
        #expect(troubles.first?.isGivenUp == false)
        #expect(try stage.log().hasPrefix("oh dear\nthe encoder process ended: signal 11"))
    }

    @Test func oneThatHangsIsKilledAndStartedAgain() async throws {
        let stage = try Stage()
        let process = stage.process(
            "if [ ! -e second ]; then touch second; \(say(progress)); exec sleep 1000; fi; "
                + "\(say(published)); cat >/dev/null",
            patience: .init(base: .milliseconds(100), perPicture: .milliseconds(1)))
        await stage.run(process) { $0.contains { if case .published = $0 { true } else { false } } }
        let troubles = stage.heard.withLock { $0.troubles }
        #expect(troubles.map(\.message).first?.contains("nothing came of its work at take 1") == true)
    }

    @Test func oneThatDiesAgainAndAgainIsGivenUpAndNobodyWaits() async throws {
        let stage = try Stage()
        let process = stage.process("exit 7")
        await stage.run(process, finishes: true) { $0 == [.idle] }
        let troubles = stage.heard.withLock { $0.troubles }
        #expect(troubles.map(\.isGivenUp) == Array(repeating: false, count: troubles.count - 1) + [true])
        #expect(troubles.allSatisfy { $0.message.contains("exit status 7") })
    }

    @Test func oneThatOnlyEverDiesOverTheSameTakeIsGivenUp() async throws {
        let stage = try Stage()
        let encoded = #"{"encoded":{"take":1,"seconds":1}}"#
        // It gets as far as encoding, each time, and no take ever comes to an end.
        let process = stage.process("\(say(encoded)); exit 7")
        await stage.run(process, finishes: true) { $0.contains(.idle) }
        #expect(stage.heard.withLock { $0.troubles.last?.isGivenUp } == true)
    }

    @Test func abandoningIsNoDeath() async throws {
        let stage = try Stage()
        let process = stage.process("trap 'exit 0' TERM; \(say(progress)); while :; do sleep 0.01; done")
        await stage.run(process, abandons: true) { !$0.isEmpty }
        #expect(process.deaths.isEmpty)
        #expect(stage.heard.withLock { $0.troubles.isEmpty })
    }

    /// Its number is not known yet when it is told to end, and it does not look at its input.
    @Test(.timeLimit(.minutes(5))) func oneThatIsJustBeingStartedIsAbandonedToo() async throws {
        let stage = try Stage()
        let process = stage.process("while :; do sleep 0.01; done")
        await stage.run(process, abandons: true) { _ in true }
        #expect(process.deaths.isEmpty)
        #expect(stage.heard.withLock { $0.troubles.isEmpty })
    }

    /// As a file's name may have them, which the last words of an encoder quote.
    @Test(arguments: ["\u{2028}", "\u{2029}", "\u{85}"])
    func anEventMayHaveAnyLineBreakOfUnicodeInIt(lineBreak: String) async throws {
        let stage = try Stage()
        let words = "a\(lineBreak)b"
        let process = stage.process(say(#"{"setAside":{"take":1,"message":"\#(words)"}}"#) + "; cat >/dev/null")
        await stage.run(process) { !$0.isEmpty }
        #expect(stage.heard.withLock { $0.events.first } == .setAside(take: 1, message: words))
    }

    @Test func whatIsNoEventStandsInTheLog() async throws {
        let stage = try Stage()
        let process = stage.process("echo 'half of {'; \(say(published)); cat >/dev/null")
        await stage.run(process) { !$0.isEmpty }
        let (events, troubles) = stage.heard.withLock { $0 }
        #expect(events.first == .published(take: 1, episode: 0, frames: 5, videoBytes: 9))
        #expect(troubles.isEmpty)
        #expect(try stage.log().contains("what is no event: half of {\n"))
    }

    @Test func theLogIsBoundedAndKeepsItsEnd() throws {
        let stage = try Stage()
        let log = ProcessLog(path: stage.logPath, limit: 1000, tail: 100)
        let file = try log.open()
        for line in 0..<60 { try file.writeAll("this is line number \(line)\n".utf8) }
        log.bound()
        try file.writeAll("and the last one\n".utf8)
        try file.close()
        let text = try stage.log()
        #expect(text.utf8.count <= 120)
        #expect(text.hasPrefix("this is line number 5"))
        #expect(text.hasSuffix("this is line number 59\nand the last one\n"))
        #expect(try ProcessLog(path: "/nonexistent/encoder.log").open().rawValue >= 0)
    }
}
