import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Platform

/// The daemons themselves, where they are installed.
private enum Daemons {
    static let bus = Program.find("dbus-daemon")
    static let kit: String? = {
        let places: [String] = ["/usr/libexec/rtkit-daemon", "/usr/lib/rtkit-daemon", "/usr/lib/rtkit/rtkit-daemon"]
        return places.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()
    /// RealtimeKit gives up root's rights itself.
    static let areThere = bus != nil && kit != nil && getuid() == 0

    /// A bus on which everybody may do everything.
    static func configuration(socket: FilePath) -> String {
        """
        <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
         "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
        <busconfig>
          <listen>unix:path=\(socket)</listen>
          <auth>EXTERNAL</auth>
          <policy context="default">
            <allow user="*"/> <allow own="*"/> <allow send_destination="*"/> <allow send_requested_reply="true"/>
            <allow receive_sender="*"/>
          </policy>
        </busconfig>
        """
    }

    static func start(_ program: String, _ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }
}

@Suite("The bus and RealtimeKit themselves understand what they are asked")
struct RealRealtimeKitTests {
    /// Without polkit it grants nothing, but it has been asked in its own language: the answer is its own.
    @Test(
        .enabled(if: Daemons.areThere, "no dbus-daemon and rtkit-daemon to be started as root here"),
        .timeLimit(.minutes(1)))
    func anAnswerOfItsOwn() async {
        await #expect(processExitsWith: .success) {
            let directory = try TemporaryDirectory()
            let (socket, file) = (directory.file("bus"), directory.file("bus.conf"))
            try Data(Daemons.configuration(socket: socket).utf8).write(to: URL(fileURLWithPath: file.string))
            setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=\(socket)", 1)
            let bus = try Daemons.start(
                try #require(Daemons.bus).string, ["--config-file=\(file)", "--nofork", "--nopidfile"])
            defer { bus.terminate() }
            var answer = RealRealtimeKitTests.refusal()
            while answer?.hasPrefix("no system bus") == true && bus.isRunning {
                usleep(10_000)
                answer = RealRealtimeKitTests.refusal()
            }
            #expect(answer == "RealtimeKit is not there")

            // Its limits count the processes of its user, and another one may run on this machine.
            let kit = try Daemons.start(try #require(Daemons.kit), ["--no-limit-resources"])
            defer { kit.terminate() }
            answer = RealRealtimeKitTests.refusal()
            while answer == "RealtimeKit is not there" && kit.isRunning {
                usleep(10_000)
                answer = RealRealtimeKitTests.refusal()
            }
            #expect(answer?.hasPrefix("RealtimeKit refused: ") == true, "\(answer ?? "it was granted")")
        }
    }

    /// Why RealtimeKit does not make this thread a real-time one; nil where it does.
    private static func refusal() -> String? {
        do throws(RealtimeKit.Refusal) {
            try RealtimeKit.makeRealTime()
            return nil
        } catch {
            return error.text
        }
    }
}
