import Console
import Platform
import Recording
import RecordingTypes
import SystemPackage

/// The end of a session: the dataset is tidied up, the figures are written, and what was recorded and what went wrong
/// is shown. None of it keeps the others from being done.
struct SessionEnd {
    private let configuration: RecordConfiguration
    private let session: RecordingSession
    private let screen: StatusLine
    private let problems: SessionProblems
    /// Where the table goes, and where the problems go.
    private let descriptors: (output: Int32, errors: Int32)

    /// How long a terminal that takes nothing (Ctrl-S, a connection that hangs) is waited for when all is done.
    private static let patience: Duration = .seconds(10)

    init(
        _ configuration: RecordConfiguration, _ session: RecordingSession, screen: StatusLine,
        problems: SessionProblems,
        descriptors: (output: Int32, errors: Int32) = (
            FileDescriptor.standardOutput.rawValue, FileDescriptor.standardError.rawValue
        )
    ) {
        (self.configuration, self.session, self.screen, self.problems) = (configuration, session, screen, problems)
        self.descriptors = descriptors
    }

    /// Does it.
    /// - Parameters:
    ///   - deviceNotes: what the devices have to say, a line each.
    ///   - tidyUp: what is left to do on the disk where no take waits to be encoded.
    /// - Returns: the exit status: 3 when something was lost or is left to do.
    func run(deviceNotes: () -> [String], tidyUp: () throws -> Void) -> Int32 {
        let waiting = session.takes.waitingCount
        if waiting > 0 {
            session.tell(.takesWait(count: waiting))
        } else {
            // All that was recorded is in the dataset; `reel consolidate` does it later.
            do { try tidyUp() } catch { session.tell(.notConsolidated(cause: "\(error)")) }
        }
        if let path = configuration.reportPath {
            do {
                try SessionReport(configuration, session, problems: problems.lines).write(to: path)
            } catch {
                // The episodes are there all the same.
                session.tell(.reportNotWritten(cause: "\(error)"))
            }
        }
        show(deviceNotes())
        return problems.lines.isEmpty ? 0 : 3
    }

    /// All is done and on the disk by now: a terminal that takes nothing costs nothing but the lines on it.
    private func show(_ deviceNotes: [String]) {
        let patience = screen.close(within: Self.patience) ? Self.patience : .seconds(1)
        let table = SessionTable(session.takes.all).text(width: Terminal.columnsIfOne(descriptors.output))
        let lines = [table, "", "dataset: \(configuration.root)"] + deviceNotes
        Terminal.write(lines.map { "\($0)\n" }.joined(), to: descriptors.output, within: patience)
        let troubles = problems.lines.map { "reel: \($0)\n" }
        Terminal.write(troubles.joined(), to: descriptors.errors, within: patience)
    }
}
