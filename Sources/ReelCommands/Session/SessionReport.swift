import Foundation
import Platform
import Recording
import RecordingTypes
import SystemPackage

/// A recording session for programs: what `--reel.report=FILE` writes as JSON when the session is over.
///
/// Times are seconds, sizes bytes; what is not known is left out.
struct SessionReport: Encodable {
    /// Rises when a reader of an older report could not understand it.
    var formatVersion = 1
    var reel = Reel.version
    var root: String
    var fps: Int
    var cameras: [String]
    var codec: String
    /// "streaming", or "batches of N".
    var schedule: String
    /// When the first row was taken, on CLOCK_MONOTONIC.
    var firstTick: Double?
    /// How the control loop's thread was scheduled, and why no better.
    var controlThread: ControlThread?
    /// The control loop's time, from before its first take to after its last.
    var recordingSeconds: Double
    /// What the recorder used in this time.
    var recordingProcessorSeconds: Double
    /// All the recorder's time, and the most memory it had.
    var processorSeconds: Double
    var peakMemory: Int?
    /// The encoder process, with whatever else was started.
    var childrenProcessorSeconds: Double
    /// Over all takes.
    var lateness: Lateness
    /// All takes in order, also those that were discarded.
    var takes: [Take]
    var problems: [String]

    struct ControlThread: Encodable {
        /// As it began; a real-time thread that did not stay one has a `loss`.
        var isRealTime: Bool
        /// "SCHED_FIFO", "SCHED_RR", "SCHED_OTHER", …
        var policy: String
        var priority: Int
        /// It is a real-time thread because RealtimeKit made it one.
        var isThroughRealtimeKit: Bool
        /// Why nothing better was to be had: a sentence for each way that was tried.
        var refusals: [String]
        var loss: String?

        init(_ scheduling: ThreadScheduling) {
            isRealTime = scheduling.isRealTime
            policy = scheduling.policy.rawValue
            priority = scheduling.priority
            isThroughRealtimeKit = scheduling.isThroughRealtimeKit
            refusals = scheduling.refusals
            loss = scheduling.loss
        }
    }

    struct Take: Encodable {
        var take: Int
        var isKept: Bool
        var rows: Int
        var lateRows: Int
        /// Per camera: rows whose picture is a repeated one.
        var repeatedPictures: [Int]
        /// Per camera: the greatest age of its picture at a row that was not late.
        var oldestPictures: [Double]
        var rowsPerSecond: Double
        var lateness: Lateness
        /// What of it is worth another look, in words.
        var findings: [String]
        /// From its end to the first tick of what came next.
        var wait: Double?
        var spoolBytes: Int
        var encodingSeconds: Double?
        var episode: Int?
        var videoBytes: Int?

        init(_ record: Takes.Record) {
            take = record.take
            isKept = record.isKept
            rows = record.rows
            lateRows = record.lateTicks
            repeatedPictures = record.repeatedFrames
            oldestPictures = record.oldestPictures.map(\.seconds)
            rowsPerSecond = record.rate
            lateness = Lateness(record.lateness)
            findings = record.findings.map(\.words)
            wait = record.wait?.seconds
            spoolBytes = record.spoolBytes
            encodingSeconds = record.encodingSeconds
            episode = record.episode
            videoBytes = record.videoBytes
        }
    }

    /// How late ticks began after their deadlines.
    struct Lateness: Encodable {
        var median: Double
        var p99: Double
        var worst: Double

        init(_ lateness: TickLateness.Summary) {
            median = lateness.median.seconds
            p99 = lateness.p99.seconds
            worst = lateness.worst.seconds
        }
    }

    init(_ configuration: RecordConfiguration, _ session: RecordingSession, problems: [String]) {
        root = configuration.root.string
        fps = configuration.fps
        cameras = configuration.robot.cameras.map(\.name.printable)
        codec = configuration.encoder.kind.rawValue
        schedule =
            switch configuration.schedule {
            case .streaming: "streaming"
            case .batches(let size): "batches of \(size)"
            }
        let records = session.takes.all
        firstTick = records.compactMap(\.firstTick).min().map { Double($0.nanoseconds) / 1e9 }
        controlThread = session.loopScheduling.map(ControlThread.init)
        recordingSeconds = session.recordingTime.seconds
        recordingProcessorSeconds = session.recordingProcessorTime.seconds
        processorSeconds = ProcessUsage.processorTime.seconds
        peakMemory = ProcessUsage.peakMemory
        childrenProcessorSeconds = ProcessUsage.childrenProcessorTime.seconds
        lateness = Lateness(session.takes.lateness)
        takes = records.map(Take.init)
        self.problems = problems
    }

    /// Writes it; a file that is there is replaced.
    /// - Throws: `ReelError` naming the file.
    func write(to path: FilePath) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try AtomicFile.write(Array(try encoder.encode(self)) + [UInt8(ascii: "\n")], to: path)
    }
}
