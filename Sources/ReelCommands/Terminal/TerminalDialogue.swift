import ArgumentParser
import Glibc
import Platform
import RecordingTypes
import Robots

/// The person at the terminal: prompts and tables on standard error, answers from standard input, Ctrl-C ends it all.
final class TerminalDialogue: CalibrationDialogue {
    private let interruption: Interruption
    private var table = LiveTable()
    private var input: [UInt8] = []

    init(_ interruption: Interruption) { self.interruption = interruption }

    /// A dialogue when somebody can answer: standard input is a terminal, and this process has it.
    static func ifThereIsATerminal(_ interruption: Interruption) -> TerminalDialogue? {
        Terminal.isOurs(STDIN_FILENO) ? TerminalDialogue(interruption) : nil
    }

    func say(_ text: String) {
        table.leave()
        StandardError.print(text)
    }

    /// - Throws: `ReelError` when standard input has ended, `ExitCode` after Ctrl-C and other signals that end programs.
    func ask(_ prompt: String) throws -> String {
        table.leave()
        StandardError.write(prompt)
        while true {
            if let line = try nextLine(wait: -1) { return line }
        }
    }

    func show(_ ranges: [JointTravel]) {
        table.draw { Self.lines(ranges) }
    }

    func isEnterPressed() throws -> Bool { try nextLine(wait: 0) != nil }

    /// Joints with the smallest, the present and the largest position so far.
    static func lines(_ ranges: [JointTravel]) -> [String] {
        ([["joint", "min", "now", "max"]]
            + ranges.map { [$0.name, "\($0.smallest)", "\($0.position)", "\($0.largest)"] }).alignedLines
    }

    /// A line without its end; nil when none has come within `wait` milliseconds (-1: no limit).
    private func nextLine(wait: Int32) throws -> String? {
        if let line = takeLine() { return line }
        var sources = [
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: interruption.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let ready = poll(&sources, 2, wait)
        if interruption.isAsked { throw interrupted() }
        guard ready > 0, sources[0].revents != 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = read(STDIN_FILENO, &buffer, buffer.count)
        guard count > 0 else {
            throw ReelError(
                .failed, "ask", subject: "standard input", cause: "nobody answers: it has ended",
                remedy: "Run the command in a terminal.")
        }
        input += buffer[..<count]
        return takeLine()
    }

    private func takeLine() -> String? {
        guard let end = input.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { input.removeFirst(end + 1) }
        return String(decoding: input[..<end], as: UTF8.self)
    }

    private func interrupted() -> any Error {
        StandardError.print("")
        return ExitCode(interruption.exitStatus)
    }
}
