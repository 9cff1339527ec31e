import ArrowTables
import Platform
package import RecordingTypes
package import SystemPackage

/// A dataset that is looked at: its description, and its tables when they are asked for. Changes nothing, takes no lock.
package struct Dataset: Sendable {
    package let root: FilePath
    package let info: DatasetInfo
    package let layout: DatasetLayout

    /// Reads info.json.
    /// - Throws: `ReelError`: unavailable when there is none, mismatch when it is of another version, damaged.
    package init(root: FilePath) throws {
        self.init(root: root, info: try DatasetInfo(path: DatasetLayout.info(in: root)))
    }

    init(root: FilePath, info: DatasetInfo) {
        self.root = root
        self.info = info
        layout = DatasetLayout(root: root, info: info)
    }

    /// The files of the table of episodes, in the order in which LeRobot reads them.
    package func episodesFiles() throws -> [FilePath] { try EpisodesTable.files(in: layout) }

    /// The rows of the table of episodes, in order: row i is episode i. `action` is what they are wanted for, for the
    /// error: "delete episodes".
    /// - Throws: `ReelError`: damaged when the table does not hold just the episodes that info.json counts.
    package func episodes(statistics: Bool = false, to action: String) throws -> [EpisodeRow] {
        var rows: [EpisodeRow] = []
        let info = info
        try OrderedWork.run(
            try episodesFiles(), name: "episodes",
            work: { try EpisodesTable.read($0, info: info, statistics: statistics) }
        ) { rows += try $1.get() }
        guard rows.map(\.index).elementsEqual(0..<info.totalEpisodes) else {
            throw ReelError(
                .damaged, action, subject: layout.episodes.string,
                cause: info.totalEpisodes == 0
                    ? "it has \(rows.count.counted("row")), info.json counts no episode"
                    : "its \(rows.count.counted("row is", "rows are")) not the episodes 0 to "
                        + "\(info.totalEpisodes - 1) that info.json counts",
                remedy: "`reel check \(ShellWord.path(root))` says more, "
                    + "`reel recover \(ShellWord.path(root))` mends what can be mended.")
        }
        return rows
    }

    /// The tasks' sentences in order of their numbers; the file says how many there are, whatever info.json counts.
    /// - Throws: `ReelError` naming the file.
    package func tasks() throws -> [String] { hasTasks ? try TasksTable.read(layout.tasks) : [] }

    /// Whether there must be tasks, or are some.
    var hasTasks: Bool { info.totalTasks > 0 || File.exists(layout.tasks) }

    /// Checks that takes of `session` can stand in this dataset: the same arm, joints, cameras and rate. LeRobot's own
    /// names for these have changed; what they mean is compared.
    /// - Throws: `ReelError` (mismatch) that names what differs.
    package func requireMatching(_ session: SessionDescription) throws {
        func mismatch(_ what: String, _ ours: String, _ theirs: String) -> ReelError {
            ReelError(
                .mismatch, "continue the dataset", subject: root.string,
                cause: "\(what) is \(ours) now, the dataset has \(theirs)",
                remedy: "Record with the same robot, cameras and rate, or into another dataset.")
        }
        if session.fps != info.fps { throw mismatch("fps", "\(session.fps)", "\(info.fps)") }
        if Self.robot(session.robotType) != Self.robot(info.robotType ?? "none") {
            throw mismatch("the robot", session.robotType, info.robotType ?? "none")
        }
        let features = Feature.all(of: session)
        let (ours, theirs) = (features.map(\.name), info.features.map(\.name))
        if Set(ours) != Set(theirs) {
            throw mismatch("the list of features", ours.joined(separator: ", "), theirs.joined(separator: ", "))
        }
        for camera in session.cameras {
            guard let made = info[feature: camera.featureName]?.madeVideos, let settings = camera.target.encoder,
                !made.matches(settings)
            else { continue }
            let kind = made.kind.map { " --dataset.rgb_encoder.vcodec=\($0.rawValue)" } ?? ""
            throw ReelError(
                .mismatch, "continue the dataset", subject: root.string,
                cause: "\(camera.featureName.printable) would be \(settings.kind.rawValue) in "
                    + "\(settings.pixelFormat.rawValue), and its videos are \(made.codec) in \(made.pixelFormat): LeRobot "
                    + "decodes all of them alike",
                remedy: "Record with\(kind) --dataset.rgb_encoder.pix_fmt=\(made.pixelFormat).")
        }
        for feature in features {
            guard let known = info[feature: feature.name] else { continue }
            if feature.dtype != known.dtype { throw mismatch("dtype of \(feature.name)", feature.dtype, known.dtype) }
            if feature.shape != known.shape {
                throw mismatch("shape of \(feature.name)", "\(feature.shape)", "\(known.shape)")
            }
            // Of pictures they only say what the shape's numbers are.
            if !feature.isVisual, feature.names ?? [] != known.names ?? [] {
                throw mismatch(
                    "names of \(feature.name)", (feature.names ?? []).joined(separator: ", "),
                    (known.names ?? []).joined(separator: ", "))
            }
        }
    }

    /// Until 0.4.2 LeRobot named an arm after its version; the features were the same.
    private static func robot(_ type: String) -> String {
        switch type {
        case "so100_follower", "so101_follower": "so_follower"
        case "bi_so100_follower", "bi_so101_follower": "bi_so_follower"
        default: type
        }
    }
}
