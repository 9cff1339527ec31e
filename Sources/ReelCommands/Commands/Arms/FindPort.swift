import ArgumentParser
import Platform
import RecordingTypes
import Robots

/// `reel find-port`: which serial port an arm is at.
struct FindPort: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "find-port", abstract: "Finds an arm's serial port by unplugging it, or lists all ports.")

    @Flag(help: "List the serial ports that are there, and stop.") var list = false

    func run() throws {
        let before = SerialPortListing.list()
        if list {
            before.forEach { print(Self.line($0)) }
            if before.isEmpty { StandardError.print("reel: there is no serial port of a USB adapter here") }
            return
        }
        guard !before.isEmpty else {
            throw ReelError(
                .unavailable, "find the port", cause: "there is no serial port of a USB adapter here",
                remedy: "Plug the arm's USB cable in, and check its power.")
        }
        let interruption = try Interruption.watch()
        let dialogue = TerminalDialogue(interruption)
        dialogue.say("The ports: \(before.map(\.path).joined(separator: ", "))")
        _ = try dialogue.ask("Remove the arm's USB cable and press ENTER… ")
        let gone = try Self.difference(before, interruption)
        guard gone.count == 1 else {
            throw ReelError(
                .failed, "find the port",
                cause: gone.isEmpty
                    ? "no port has gone" : "these have gone: \(gone.map(\.path).joined(separator: ", "))",
                remedy: "Remove the cable of one arm, and nothing else.")
        }
        print(Self.line(gone[0]))
        dialogue.say("Plug the cable in again.")
    }

    /// The ports that are gone; the system may take a moment to notice.
    private static func difference(
        _ before: [SerialPortListing.Entry], _ interruption: Interruption
    ) throws -> [SerialPortListing.Entry] {
        for _ in 0..<20 {
            let now = Set(SerialPortListing.list().map(\.path))
            let gone = before.filter { !now.contains($0.path) }
            if !gone.isEmpty { return gone }
            if interruption.sleep(until: .now + .milliseconds(100)) { throw ExitCode(interruption.exitStatus) }
        }
        return []
    }

    /// The port, and behind it the name that stays the same wherever it is plugged in.
    private static func line(_ entry: SerialPortListing.Entry) -> String {
        entry.path + (entry.stableName.map { "  /dev/serial/by-id/\($0)" } ?? "")
    }
}
