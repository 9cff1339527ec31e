import ArgumentParser
import Encoding
import Platform
import RecordingTypes
import SystemPackage

/// The encoder process of a recording session. Not for people: `reel record` starts it and talks to it over pipes.
struct EncodeWorker: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode-worker", abstract: "The encoder process of a recording session.", shouldDisplay: false)

    @Argument var root: String
    @Option(help: "Takes that start together; 0 encodes while recording.") var batch: Int

    /// The command line that `reel record` starts it with.
    static func arguments(for configuration: RecordConfiguration) -> [String] {
        arguments(root: configuration.root, schedule: configuration.schedule)
    }

    /// Likewise, for `reel writer`.
    static func arguments(root: FilePath, schedule: EncodingSchedule) -> [String] {
        let batch =
            switch schedule {
            case .streaming: 0
            case .batches(let size): size
            }
        return ["encode-worker", root.string, "--batch", "\(batch)"]
    }

    func run() throws {
        let stop = DeliberateStop()
        let signals = InterruptSignals { _, _ in stop.now() }
        defer { withExtendedLifetime(signals) {} }
        let worker = try EncoderChild(
            root: FilePath(root), schedule: batch == 0 ? .streaming : .batches(of: batch))
        stop.onStop { worker.stop() }
        try worker.run()
        if stop.hasCome { Program.exitAtOnce(0) }
    }
}
