import Glibc
import LeRobotDataset
import Platform
import RecordingTypes
import Spool
import SystemPackage
import TestSupport

/// A directory for one trial, with a dataset in it that is recorded, killed and put in order.
final class Arena {
    static let fps = 30
    static let cameras = ["front", "top"]
    private static let repository = "faults/session"

    private let temporary: TemporaryDirectory
    var directory: FilePath { temporary.path }
    var root: FilePath { directory.appending("dataset") }
    var spool: SpoolDirectory { SpoolDirectory(root: root) }
    private var output: FilePath { directory.appending("output") }
    /// Takes that were seen whole (recorded, or further) while a session ran.
    private(set) var seen: Set<Int> = []

    init() throws {
        temporary = try TemporaryDirectory()
    }

    /// When takes are encoded.
    enum Schedule: String, CaseIterable {
        case streaming = "--dataset.streaming_encoding=true"
        case eachTake = "--dataset.video_encoding_batch_size=1"
        case allAtTheEnd = "--dataset.video_encoding_batch_size=1000"
    }

    /// Starts a session of the simulated arm: the smallest pictures that carry a code, takes of little more than a
    /// second. What it says goes to a file, or to the terminal `screen`.
    func record(
        episodes: Int = 2, _ schedule: Schedule = .eachTake, fault: String? = nil, screen: FilePath? = nil
    ) throws -> ReelProcess {
        let cameras = Self.cameras.map { "\($0): {type: sim, view: \($0), width: 96, height: 64, fps: \(Self.fps)}" }
        return try ReelProcess(
            [
                "record", "--robot.type=sim", "--teleop.type=sim",
                "--robot.cameras={\(cameras.joined(separator: ", "))}", "--dataset.repo_id=\(Self.repository)",
                "--dataset.root=\(root)", "--dataset.single_task=Put the cube into the box.",
                "--dataset.no_stamp=true", "--dataset.num_episodes=\(episodes)", "--dataset.episode_time_s=1.2",
                "--dataset.reset_time_s=0", "--play_sounds=false", "--reel.consolidate=false",
                "--dataset.rgb_encoder.vcodec=h264", "--dataset.rgb_encoder.preset=ultrafast",
                "--dataset.rgb_encoder.crf=23", schedule.rawValue,
            ], fault: fault, output: screen ?? output)
    }

    /// Waits for a session's end and that of its encoder, and notes which takes become whole meanwhile.
    func wait(for session: ReelProcess) throws {
        try session.wait(look: look)
        try waitForEncoder()
    }

    /// Waits for the end of a session that ends by itself with two episodes.
    func waitForGoodEnd(of session: ReelProcess) throws {
        let status = try session.wait(look: look)
        try waitForEncoder()
        try Promises.require(status == 0 || status == 3 && !dropped.isEmpty, "the session goes on to its end")
        try Promises.require(seen.subtracting(dropped).count == 2, "two takes were saved")
    }

    /// Looks on for a while, or until the session is over.
    func watch(_ session: ReelProcess, for time: Duration) {
        let end = MonotonicTime.now + time
        while !session.isOver && MonotonicTime.now < end {
            look()
            (MonotonicTime.now + .milliseconds(5)).sleepUntil()
        }
        look()
    }

    private func look() {
        for take in (try? spool.takes()) ?? [] where take.state == .recorded || take.state == .kept {
            seen.insert(take.number)
        }
    }

    /// The encoder process that works on this dataset, found as `ps` would.
    func encoder() -> pid_t? { processes().first { $0.words.contains("encode-worker") }?.pid }

    /// A killed recorder's encoder goes on for a while with what it has in hand. One that was just being started still
    /// has the recorder's arguments, so anybody's who name the dataset count.
    func waitForEncoder() throws {
        let end = MonotonicTime.now + ReelProcess.patience
        while let (pid, words) = processes().first {
            if MonotonicTime.now >= end {
                kill(pid, SIGKILL)
                throw ReelError(
                    .failed, "wait for the encoder",
                    cause: "\(words.prefix(2)) still runs after \(ReelProcess.patience)")
            }
            (MonotonicTime.now + .milliseconds(20)).sleepUntil()
        }
    }

    private func processes() -> [(pid: pid_t, words: [String])] {
        let names = (try? Directory.names(in: "/proc")) ?? []
        return names.compactMap { name in
            guard let pid = pid_t(name) else { return nil }
            let words = Self.arguments(of: pid)
            return words.contains { $0.hasSuffix(root.string) } ? (pid, words) : nil
        }
    }

    /// Files in /proc do not say how long they are.
    private static func arguments(of pid: pid_t) -> [String] {
        guard let file = try? FileDescriptor.open(FilePath("/proc/\(pid)/cmdline"), .readOnly) else { return [] }
        defer { try? file.close() }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = (try? bytes.withUnsafeMutableBytes { try file.read(into: $0) }) ?? 0
        return bytes.prefix(count).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// All that Reel said, whatever was run here.
    private var lines: [Substring] {
        let text = (try? File.read(output)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: "\n")
    }

    /// Whether Reel said it, whatever was run here.
    func hasSaid(_ words: String) -> Bool { lines.contains { $0.contains(words) } }

    /// The end of it.
    var lastWords: String { lines.suffix(12).joined(separator: " / ") }

    /// Takes that the recorder told it would not keep: on a machine that stands still for half a second a camera has
    /// nothing to show, and a take that was shorter than a second goes.
    var dropped: Set<Int> {
        Set(
            lines.filter { $0.contains("less than a second and is not kept") }.compactMap {
                $0.firstMatch(of: /take (\d+)/)
            }
            .compactMap { Int($0.output.1) })
    }

    /// Starts a command on the dataset.
    func start(_ command: String, fault: String? = nil) throws -> ReelProcess {
        try ReelProcess([command, root.string], fault: fault, output: output)
    }

    /// Looks until something is so.
    /// - Throws: `ReelError` when it is not within `ReelProcess.patience`.
    func wait(until what: String, _ condition: () -> Bool) throws {
        let end = MonotonicTime.now + ReelProcess.patience
        while !condition() {
            guard MonotonicTime.now < end else {
                throw ReelError(.failed, "wait until \(what)", cause: "it is not so after \(ReelProcess.patience)")
            }
            (MonotonicTime.now + .milliseconds(5)).sleepUntil()
        }
    }

    /// Runs a command on the dataset to its end.
    /// - Throws: `ReelError` when it hangs, or ends with another status than these.
    func run(_ command: String, _ more: [String] = [], statuses: Set<Int32>) throws {
        let process = try ReelProcess([command, root.string] + more, output: output)
        let status = try process.wait()
        guard let status, statuses.contains(status) else {
            let ending = status.map { "status \($0)" } ?? "signal \(process.signal ?? 0)"
            throw ReelError(.failed, "run reel \(command)", cause: "it ended with \(ending)")
        }
    }

    /// Runs a command that is to die at a fault point.
    /// - Returns: whether it did.
    func run(_ command: String, _ more: [String] = [], dyingAt fault: String) throws -> Bool {
        let process = try ReelProcess([command, root.string] + more, fault: "\(fault):\(command)", output: output)
        try process.wait()
        return process.signal == SIGKILL
    }

    /// Whether there is a dataset yet.
    var hasDataset: Bool { File.exists(DatasetLayout.info(in: root)) }

    /// Every file's content by its path; the locks and the spool's own files say nothing of what was recorded.
    func content() throws -> [String: [UInt8]] { try content(of: root, name: "") }

    private func content(of path: FilePath, name: String) throws -> [String: [UInt8]] {
        if !Directory.exists(path) { return [name: try File.read(path)] }
        var files: [String: [UInt8]] = [:]
        for inside in try Directory.names(in: path) {
            let below = path.appending(inside)
            if name == "/.reel" && !Directory.exists(below) { continue }
            files.merge(try content(of: below, name: "\(name)/\(inside)")) { first, _ in first }
        }
        return files
    }
}
