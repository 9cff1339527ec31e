import Console
import Foundation
import Platform
import RecordingTypes
import SystemPackage
import Testing

@testable import Recording
@testable import ReelCommands

@Suite("Whatever goes wrong at a session's end, the table and the report are there")
struct SessionEndTests {
    private let directory: FilePath

    init() throws {
        directory = FilePath(NSTemporaryDirectory()).appending("reel-end-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: true)
    }

    private func read(_ name: String) throws -> String {
        try String(contentsOfFile: directory.appending(name).string, encoding: .utf8)
    }

    /// Ends a session with one episode; returns the status.
    private func end(report: String = "report.json", tidyUp: () throws -> Void) throws -> Int32 {
        defer { try? FileManager.default.removeItem(atPath: directory.appending("report.json").string) }
        let configuration = try configuration([
            "--robot.type=sim", "--teleop.type=sim", "--dataset.repo_id=me/set", "--dataset.single_task=t",
            "--dataset.root=/data/set", "--dataset.no_stamp=true", "--reel.report=\(directory.appending(report))",
        ])
        let devices = try RecordingDevices(configuration.robot, configuration.teleoperator, fps: 30)
        let screen = StatusLine(root: configuration.root)
        let problems = SessionProblems(root: configuration.root)
        let session = RecordingSession(
            configuration: SessionConfiguration(
                root: configuration.root, repoID: "me/set", task: "t", fps: 30, episodeTime: .seconds(1),
                resetTime: .zero, episodeCount: 1, schedule: .streaming, target: .video(configuration.encoder),
                reconnectTime: .zero, spoolPictures: .auto, ringBytes: 1 << 20, playsSounds: false,
                consolidates: true),
            robot: devices.robot, teleoperator: devices.teleoperator, cameras: [], input: OperatorInput(),
            listeners: [screen, problems])
        session.takes.keep(1)
        session.notePublished(take: 1, episode: 4, videoBytes: 1000)
        let files = try ["output", "errors"].map {
            try FileDescriptor.open(
                directory.appending($0), .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite])
        }
        defer { for file in files { try? file.close() } }
        let status = SessionEnd(
            configuration, session, screen: screen, problems: problems,
            descriptors: (files[0].rawValue, files[1].rawValue)
        ).run(deviceNotes: { ["arm: asked again 2×"] }, tidyUp: tidyUp)
        if report == "report.json" { #expect(try read(report).contains("\"takes\"")) }
        return status
    }

    @Test func anErrorThatIsNoneOfReelsOwnSkipsNothing() throws {
        #expect(try end { throw Errno.ioError } == 3)
        let output = try read("output")
        #expect(output.contains("episode") && output.contains("dataset: /data/set") && output.contains("arm: asked"))
        #expect(try read("errors") == "reel: \(Errno.ioError)\n")
    }

    @Test func aReportThatCannotBeWrittenCostsTheReportAlone() throws {
        #expect(try end(report: "nowhere/report.json") {} == 3)
        #expect(try read("output").contains("dataset: /data/set"))
        #expect(try read("errors").contains("nowhere/report.json"))
    }

    @Test func whereAllIsWellNothingIsSaidOfProblems() throws {
        #expect(try end {} == 0)
        #expect(try read("errors") == "")
    }
}
