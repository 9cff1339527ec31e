import Platform
import PreviewBoard
import RecordingTypes
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Recording

@Suite("A page process may do what it likes: it is started again, heard within bounds, and waited for by nobody")
struct PageProcessTests {
    /// A shell script in the page's place, and what the recorder heard.
    private final class Stage: Sendable {
        private let directory: TemporaryDirectory
        let board: PreviewBoard
        let heard = Mutex<(events: [PageEvent], deaths: [(String, Bool)])>(([], []))
        let arrived = Semaphore()

        init() throws {
            Program.surviveClosedPipes()  // As `reel` itself does.
            directory = try TemporaryDirectory()
            board = try PreviewBoard(description: Array("shown".utf8), observed: 1, asked: 1, pictureCapacities: [])
        }

        func process(_ script: String) throws -> PageProcess {
            let path = directory.file("page")
            let file = try FileDescriptor.open(
                path, .writeOnly, options: .create, permissions: .ownerReadWriteExecute)
            try file.closeAfter { _ = try file.writeAll("#!/bin/sh\ncd \(directory.path)\n\(script)\n".utf8) }
            return PageProcess(
                executable: path, settings: PageSettings(), board: board.descriptor, log: directory.file("page.log"),
                restartPause: .milliseconds(1),
                onEvent: { [self] event in
                    heard.withLock { $0.events.append(event) }
                    arrived.post()
                },
                onDeath: { [self] words, isGivenUp in
                    heard.withLock { $0.deaths.append((words, isGivenUp)) }
                    arrived.post()
                })
        }

        func run(
            _ process: PageProcess, until condition: @escaping @Sendable ([PageEvent], [(String, Bool)]) -> Bool
        ) async {
            await withCheckedContinuation { continuation in
                _ = OwnThread(name: "recorder") { [self] in
                    process.start()
                    while !heard.withLock({ condition($0.events, $0.deaths) }) {
                        guard arrived.wait(until: .now + .seconds(60)) else {
                            Issue.record("nothing more came after \(heard.withLock { $0 })")
                            break
                        }
                    }
                    process.close(within: .milliseconds(50))
                    continuation.resume()
                }
            }
        }

        func log() throws -> String { String(decoding: try File.read(directory.file("page.log")), as: UTF8.self) }
    }

    private static let serves = #"{"serves":{"port":7000}}"#

    @Test func `started again it comes back at the port that it had, and meanwhile nobody looks`() async throws {
        let stage = try Stage()
        let process = try stage.process(
            """
            if [ ! -e second ]; then touch second; echo '\(Self.serves)'; kill -SEGV $$; fi
            case $REEL_PAGE in *'"port":7000'*) echo '{"notes":{"_0":"again"}}';; esac
            exec sleep 1000
            """)
        await stage.run(process) { events, _ in events.contains(.notes("again")) }
        let (events, deaths) = stage.heard.withLock { $0 }
        #expect(events == [.serves(port: 7000), .watches(isWatched: false, pictures: []), .notes("again")])
        #expect(deaths.count == 1 && deaths[0].0.contains("signal 11") && !deaths[0].1)
        #expect(process.number == nil)
    }

    @Test func `one that dies again and again is given up`() async throws {
        let stage = try Stage()
        await stage.run(try stage.process("exit 7")) { _, deaths in deaths.last?.1 == true }
        let deaths = stage.heard.withLock { $0.deaths }
        #expect(deaths.count > 1 && deaths.dropLast().allSatisfy { !$0.1 && $0.0.contains("exit status 7") })
    }

    @Test func `it reads the board as its standard input, and can write nothing there`() async throws {
        let stage = try Stage()
        let process = try stage.process(
            """
            magic=$(head -c 8 <&0)
            if echo x 2>/dev/null >&0; then can=yes; else can=no; fi
            echo "{\\"notes\\":{\\"_0\\":\\"$magic $can\\"}}"
            exec sleep 1000
            """)
        await stage.run(process) { events, _ in !events.isEmpty }
        #expect(stage.heard.withLock { $0.events } == [.notes("ReelView no")])
    }

    @Test func `what it says beyond a bound, and what is no event, is passed over`() async throws {
        let stage = try Stage()
        let process = try stage.process(
            """
            echo nonsense
            i=0; while [ $i -lt 400 ]; do echo '\(Self.serves)'; i=$((i+1)); done
            sleep 2
            echo '{"notes":{"_0":"end"}}'
            exec sleep 1000
            """)
        await stage.run(process) { events, _ in events.contains(.notes("end")) }
        let events = stage.heard.withLock { $0.events }
        // The writing may take more than one second, and each of them has its share.
        #expect(process.passedOver > 0 && events.count + process.passedOver >= 401)
        #expect(try stage.log().contains("the page process said what is no event: nonsense\n"))
    }
}
