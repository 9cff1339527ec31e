package import ArgumentParser
import Platform
import RecordingTypes

/// The command `reel` with everything below it.
package struct Reel: ParsableCommand {
    static let version = "0.1.0"

    package init() {}

    package static let configuration = CommandConfiguration(
        commandName: "reel",
        abstract: "Records robot demonstrations as LeRobot datasets; the operator never waits for video.",
        version: version,
        subcommands: [
            Record.self, Writer.self, Encode.self, Recover.self, Check.self, Info.self, View.self, Edit.self,
            Consolidate.self,
            Teleoperate.self, ReplayEpisode.self, Calibrate.self, SetupMotors.self, FindPort.self, FindCameras.self,
            SimulateArm.self, Bench.self, EncodeWorker.self, PageWorker.self,
        ])

    @Flag(help: "Show the licenses of what the program carries.") var licenses = false

    package func run() throws {
        guard licenses else { throw CleanExit.helpRequest(self) }
        print(try Licenses.text())
    }

    /// `help record` as `record --help`: what the first would print knows nothing of the table's flags.
    static func withHelpOfTables(_ arguments: [String]) -> [String] {
        guard arguments.count == 2, arguments[0] == "help",
            let command = configuration.subcommands.first(where: { $0.configuration.commandName == arguments[1] }),
            command is any FlagCommand.Type
        else { return arguments }
        return [arguments[1], "--help"]
    }

    /// Runs the command; errors become one line on standard error and the exit status: 0 done, 1 failed, 2 wrong usage,
    /// 3 done, but something was lost or repaired.
    package static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        Program.surviveClosedPipes()
        do {
            var command = try parseAsRoot(withHelpOfTables(arguments))
            try command.run()
        } catch {
            let ending = Ending(of: error, arguments: arguments)
            if let text = ending.standardOutput { print(text) }
            if let line = ending.standardError { StandardError.print(line) }
            Program.exit(ending.status)
        }
    }
}
