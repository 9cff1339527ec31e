import ArgumentParser
import RecordingTypes

/// How the program ends after an error: what it prints, and its exit status.
struct Ending: Equatable {
    var status: Int32
    /// Help and version, which are results.
    var standardOutput: String?
    /// One line: "reel: …".
    var standardError: String?

    /// Reads the error.
    /// - Parameters:
    ///   - error: Any error of parsing or running a command.
    ///   - arguments: The command line without the program's name, which may explain a flag that is not there.
    init(of error: any Error, arguments: [String]) {
        let code = Reel.exitCode(for: error)
        if let error = error as? ReelError {
            status = error.exitStatus
            standardError = "reel: \(error)"
        } else if code.isSuccess {
            status = 0
            standardOutput = Reel.fullMessage(for: error)
        } else if code != .validationFailure {
            let message = Reel.message(for: error)
            status = code.rawValue
            standardError = message.isEmpty ? nil : "reel: \(URLCredentials.hidden(in: message))"
        } else {
            let known = Reel.configuration.subcommands.compactMap { $0.configuration.commandName }
            let command = arguments.first.flatMap { known.contains($0) ? " \($0)" : nil } ?? ""
            let message = Reel.message(for: error)
            status = 2
            standardError = "reel: \(URLCredentials.hidden(in: message)) (reel\(command) --help says more)"
        }
    }
}
