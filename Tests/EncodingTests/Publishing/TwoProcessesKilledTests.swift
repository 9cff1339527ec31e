import Encoding
import Foundation
import Glibc
import LeRobotDataset
import Platform
import RecordingTypes
import Simulation
import Spool
import SystemPackage
import Testing

/// The recorder begins a take while the encoder makes an episode of the one before; a power cut, or the kernel that ends
/// a whole container, finds each of them at any of its steps.
@Suite("Killed together around the border of two takes, recorder and encoder leave what can be put in order")
struct TwoProcessesKilledTests {
    /// Of the encoder that publishes take 1 and removes it.
    static let encoderSteps = [
        "publish.file-prepared", "publish.prepared", "publish.recorded", "publish.video-moved", "publish.data-moved",
        "publish.capture-times-moved", "publish.tasks-moved", "publish.episodes-moved", "publish.statistics-moved",
        "publish.info-moved", "publish.noted", "publish.cleaned", "publish.take-is-episode", "spool.take-moving",
        "spool.take-moved", "spool.encoded-removed", "spool.file-removed", "spool.file-removed:kill@3",
        "spool.take-removed", "publish.take-is-gone", "publish.told",
    ]
    /// Of the recorder that records take 2 and keeps it.
    static let recorderSteps = [
        "spool.take-directory-made", "spool.rows-begun", "file.written", "spool.take-begun", "spool.row-encoded",
        "spool.row-written", "spool.rows-ended", "spool.frames-synced", "spool.end-told", "spool.take-moving",
        "spool.take-moved", "spool.take-moving:kill@2", "spool.take-moved:kill@2",
    ]

    /// An eighth of the pairs, each step among them; all of them take minutes: `REEL_EVERY_STEP=1`.
    private static func isTried(_ step: Int, _ other: Int) -> Bool {
        getenv("REEL_EVERY_STEP") != nil || (step + other).isMultiple(of: 8)
    }

    @Test("any step of the one with any step of the other")
    func crossed() async throws {
        let places = try Places()
        try places.base.keep(1, rows: 6)
        for step in Self.encoderSteps {
            let root = try places.copy(places.base.root, step)
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [root = root.string as String, step = step as String] in
                setenv("REEL_FAULT", step.contains(":") ? step : "\(step):kill", 1)
                try RecordedDataset.encode(root: FilePath(root))
            }
        }
        for step in Self.recorderSteps {
            let root = try places.copy(places.base.root, "recorder \(step)")
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [root = root.string as String, step = step as String] in
                setenv("REEL_FAULT", step.contains(":") ? step : "\(step):kill", 1)
                try RecordedDataset(at: FilePath(root)).keep(2, rows: 3)
            }
        }
        for (index, step) in Self.encoderSteps.enumerated() {
            for (place, other) in Self.recorderSteps.enumerated() where Self.isTried(index, place) {
                let root = try places.copy(places.directory.appending(step), "both")
                try places.addTake2(of: places.directory.appending("recorder \(other)"), to: root)
                do {
                    try check(root, "\(step) with \(other)")
                } catch {
                    Issue.record("\(step) with \(other): \(error)")
                }
                try File.remove(root)
            }
        }
    }

    private func check(_ root: FilePath, _ steps: String) throws {
        _ = try SpoolRecovery.run(root: root)
        #expect(try SpoolRecovery.run(root: root).isEmpty, "\(steps)")
        let dataset = try RecordedDataset(at: root)
        let keeps2 = try dataset.spool.take(2)?.state == .kept
        try dataset.encode()
        #expect(try dataset.spool.takes().allSatisfy { $0.state == .failed }, "\(steps)")
        let info = try DatasetInfo(path: DatasetLayout.info(in: root))
        #expect(info.totalFrames == (keeps2 ? 9 : 6) && info.totalEpisodes == (keeps2 ? 2 : 1), "\(steps)")
        #expect(try dataset.codes(episode: 0) == (0..<6).map { FrameCode(take: 1, frame: $0) }, "\(steps)")
    }

    /// Copies of a dataset.
    private final class Places {
        let base: RecordedDataset
        let directory: FilePath

        init() throws {
            base = try RecordedDataset(cameras: ["front"])
            directory = FilePath(base.root.string + "-copies")
            try Directory.create(directory)
        }

        deinit { try? File.remove(directory) }

        func copy(_ root: FilePath, _ name: String) throws -> FilePath {
            let copy = directory.appending(name)
            try FileManager.default.copyItem(atPath: root.string, toPath: copy.string)
            return copy
        }

        func addTake2(of root: FilePath, to other: FilePath) throws {
            let takes = SpoolDirectory(root: root).takesPath
            for name in try Directory.names(in: takes) where name.hasPrefix("000002") {
                let target = SpoolDirectory(root: other).takesPath.appending(name)
                try FileManager.default.copyItem(atPath: takes.appending(name).string, toPath: target.string)
            }
        }
    }
}
