import Platform
import Subprocess

/// What this program's processes have in common, as the one that starts them sees it.
enum ChildProcess {
    /// In a process group of its own: the terminal's Ctrl-C is for the recorder alone.
    static var options: PlatformOptions {
        var options = PlatformOptions()
        options.processGroupID = 0
        return options
    }

    /// What it prints, line by line. JSON has Unicode's other line breaks as they are, and they end no line.
    static func lines(
        _ output: SubprocessOutputSequence, longest: Int = 128 << 10
    ) -> SubprocessOutputSequence.StringSequence<UTF8> {
        output.strings(
            separatedBy: .unicodeScalarSequence("\n".unicodeScalars), bufferingPolicy: .maxLineLength(longest))
    }

    /// How it ended.
    static func words(for status: TerminationStatus) -> String {
        switch status {
        case .exited(let code): "exit status \(code)"
        case .signaled(let number): "signal \(number) (\(Program.name(ofSignal: number)))"
        }
    }
}
