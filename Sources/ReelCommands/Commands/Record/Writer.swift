import ArgumentParser
import OrderedCollections
import Platform
import PythonJSON
import RecordingTypes
import SystemPackage
import WriterService

/// `reel writer`: records what other programs hand over.
struct Writer: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "writer",
        abstract: "Records what another program hands over.",
        discussion: """
            A recorder without devices, for programs of any language: docs/writer-protocol.md. Python programs need not start it: \
            the package reel does.
            """)

    @Option(help: "The inherited end of a connection to the program.") var fd: Int32?
    @Option(help: "A Unix socket to make, for one program after the other.") var socket: String?

    func validate() throws {
        guard (fd == nil) != (socket == nil) else { throw ValidationError("Give either --fd or --socket.") }
        if let fd, fd < 3 { throw ValidationError("--fd is a descriptor beside the standard ones: 3 or more.") }
    }

    func run() throws {
        let stop = DeliberateStop()
        let signals = InterruptSignals { _, _ in stop.now() }
        defer { withExtendedLifetime(signals) {} }
        let service = WriterService(
            WriterTools(
                executable: try Program.ownPath(), version: Reel.version,
                encoderArguments: { EncodeWorker.arguments(root: $0, schedule: $1) }, readEncoder: Self.encoder)
        ) { StandardError.print("reel: \($0)") }
        stop.onStop { service.stop() }
        if let fd { try service.run(.connection(FileDescriptor(rawValue: fd))) }
        if let socket { try service.run(.path(FilePath(socket))) }
    }

    /// What a program says of the encoder, by the rules of the flags that are called so.
    private static func encoder(_ members: JSONObject) throws -> VideoEncoderSettings {
        var arguments: [(name: String, value: String?)] = []
        for (name, value) in members where value != .null {
            let flag = name == "threads" ? "dataset.encoder_threads" : "dataset.rgb_encoder.\(name)"
            guard FlagTable.record.named(flag) != nil else {
                throw ReelError(
                    .usage, "open a dataset", subject: "encoder.\(name.printable)", cause: "there is no such member")
            }
            let text =
                switch value {
                case .string(let text): text
                case .number(let text): text
                default: JSONText.line(value)
                }
            arguments.append((flag, text))
        }
        return try EncoderReader(values: FlagValues(arguments: arguments)).settings()
    }
}
