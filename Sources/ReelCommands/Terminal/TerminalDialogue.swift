import ArgumentParser
import Platform
import RecordingTypes
import Robots
import SystemPackage

/// The person at the terminal: prompts and tables on standard error, answers from standard input, Ctrl-C ends it all.
final class TerminalDialogue: CalibrationDialogue {
    private let interruption: Interruption
    private var table = LiveTable()
    private var input: [UInt8] = []

    init(_ interruption: Interruption) { self.interruption = interruption }

    /// A dialogue when somebody can answer: standard input is a terminal, and this process has it.
    static func ifThereIsATerminal(_ interruption: Interruption) -> TerminalDialogue? {
        Terminal.isOurs(FileDescriptor.standardInput.rawValue) ? TerminalDialogue(interruption) : nil
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
            if let line = try nextLine(patience: nil) { return line }
        }
    }

    func show(_ ranges: [JointTravel]) {
        table.draw { Self.lines(ranges) }
    }

    func isEnterPressed() throws -> Bool { try nextLine(patience: .zero) != nil }

    /// Joints with the smallest, the present and the largest position so far.
    static func lines(_ ranges: [JointTravel]) -> [String] {
        ([["joint", "min", "now", "max"]]
            + ranges.map { [$0.name, "\($0.smallest)", "\($0.position)", "\($0.largest)"] }).alignedLines
    }

    /// A line without its end; nil when none has come in that time (nil: no limit).
    private func nextLine(patience: Duration?) throws -> String? {
        if let line = takeLine() { return line }
        var buffer = [UInt8](repeating: 0, count: 256)
        let keyboard = FileDescriptor.standardInput.rawValue
        let outcome = interruption.poll.read(from: keyboard, into: &buffer, patience: patience)
        if interruption.isAsked { throw interrupted() }
        switch outcome {
        case .quiet, .woken: return nil
        case .ended:
            throw ReelError(
                .failed, "ask", subject: "standard input", cause: "nobody answers: it has ended",
                remedy: "Run the command in a terminal.")
        case .bytes(let count):
            input += buffer[..<count]
            return takeLine()
        }
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
