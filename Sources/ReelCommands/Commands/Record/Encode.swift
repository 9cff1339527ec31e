import ArgumentParser
import Encoding
import Platform
import RecordingTypes
import Spool
import Synchronization
import SystemPackage

/// `reel encode`: encodes and publishes the takes that wait in a dataset's spool.
struct Encode: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode",
        abstract: "Encodes the takes that wait and publishes them as episodes.",
        discussion: "Needs no robot: a spool can be copied to another machine and encoded there.")

    @Argument(help: "The dataset's directory.") var root: String
    @Option(
        name: .customLong("start-episode"),
        help: "The first waiting take to encode, counted from 0 in the order recorded.")
    var startEpisode: Int?
    @Option(name: .customLong("end-episode"), help: "The waiting take to stop before.")
    var endEpisode: Int?
    @Flag(name: .customLong("retry-failed"), help: "Take up again what was set aside.")
    var retriesFailed = false

    func validate() throws {
        if let startEpisode, startEpisode < 0 { throw ValidationError("--start-episode must be at least 0.") }
        if let endEpisode, endEpisode <= startEpisode ?? 0 {
            throw ValidationError("--end-episode must be more than --start-episode.")
        }
    }

    func run() throws {
        // Before anything is put in order: that may start threads, and a signal that one of them got would end the
        // process.
        let stop = DeliberateStop()
        let stoppedBy = Mutex<InterruptSignals.Signal?>(nil)
        let signals = InterruptSignals { signal, times in
            // Who asks twice does not wait until all is in order. The next command goes on with it.
            if times > 1 { Program.exitAtOnce(signal.exitStatus) }
            stoppedBy.withLock { $0 = $0 ?? signal }
            stop.now()
        }
        defer { withExtendedLifetime(signals) {} }
        var opened = try OpenedSpool(root: FilePath(root))
        try opened.recover()
        let failures = Mutex<[String]>([])
        if retriesFailed {
            let (takes, refused) = try SetAsideTakes.bringBack(in: opened.spool)
            for take in takes { StandardError.print("reel: take \(take) is tried again") }
            failures.withLock { $0 += refused.map(\.description) }
        }
        let encoding = try EncodeRun(
            root: opened.root, selection: (startEpisode ?? 0)..<(endEpisode ?? .max),
            archive: EpisodePublisher.archiveFromEnvironment
        ) { event in
            switch event {
            case .published(let take, let episode, let frames, _):
                print("take \(take) is episode \(episode), \(frames.counted("frame"))")
            case .failed(let take, let message), .incomplete(let take, let message):
                failures.withLock { $0.append("take \(take): \(message)") }
            case .setAside(let take, let message):
                failures.withLock { $0.append("take \(take) was set aside: \(message)") }
            case .progress, .encoded, .removed, .idle:
                break
            }
        }
        stop.onStop { encoding.stop() }
        try encoding.run()
        let waiting = try opened.spool.takes().count { $0.state == .kept }
        try opened.spool.removeIfEmpty()
        if waiting > 0 {
            let takes = waiting.counted("take still waits", "takes still wait")
            StandardError.print("reel: \(takes) in \(opened.spool.path)")
        }
        let failed = failures.withLock { $0 }
        for failure in failed { StandardError.print("reel: \(failure)") }
        if let signal = stoppedBy.withLock({ $0 }), waiting > 0 {
            StandardError.print(
                "reel: stopped by \(signal.name); nothing is lost, and reel encode \(ShellWord.path(opened.root)) goes on"
            )
            Program.exitAtOnce(signal.exitStatus)
        }
        if !failed.isEmpty || opened.lostSomething { throw ExitCode(3) }
    }
}
