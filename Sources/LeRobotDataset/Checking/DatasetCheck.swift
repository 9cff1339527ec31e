import OrderedCollections
import Platform
import RecordingTypes
package import SystemPackage

/// Goes through a dataset of format v3.0 and says what is wrong with it: whether rows and pictures are those that the
/// tables promise, and whether the statistics are those of the values. Changes nothing.
package struct DatasetCheck {
    /// How many episodes' pictures are decoded and compared with their statistics, of each camera.
    package enum Pictures: Hashable, Sendable {
        case none
        /// Spread evenly, the first and the last among them.
        case episodes(Int)
        case all

        /// Whether episode `index` of `count` is among them.
        func include(_ index: Int, of count: Int) -> Bool {
            switch self {
            case .none: return false
            case .all: return true
            case .episodes(let wanted):
                guard wanted > 1, count > wanted else { return wanted > 0 && (count <= wanted || index == 0) }
                return (0..<wanted).contains { $0 * (count - 1) / (wanted - 1) == index }
            }
        }
    }

    private let root: FilePath
    private let info: DatasetInfo
    private let layout: DatasetLayout
    private var findings: [Finding] = []

    /// Checks the dataset. Without an inspector, video files are only looked for. What is found comes in the order of
    /// the files; nothing found is an empty list.
    /// - Throws: `ReelError`: unavailable when there is no dataset, mismatch when it is of another format version.
    package static func run(
        root: FilePath, inspector: (any VideoInspector)?, pictures: Pictures = .episodes(3)
    ) throws -> [Finding] {
        let path = DatasetLayout.info(in: root)
        let info: DatasetInfo
        do {
            info = try DatasetInfo(path: path)
        } catch let error as ReelError where error.kind == .damaged {
            return [Finding(.error, file: "meta/info.json", error.cause)]
        }
        var check = DatasetCheck(root: root, info: info)
        check.run(inspector: inspector, pictures: pictures)
        return check.findings
    }

    private init(root: FilePath, info: DatasetInfo) {
        self.root = root
        self.info = info
        layout = DatasetLayout(root: root, info: info)
    }

    private mutating func run(inspector: (any VideoInspector)?, pictures: Pictures) {
        checkUnfinished()
        checkFeatures()
        let tasks = readTasks()
        var episodes = EpisodesCheck(info: info, layout: layout, tasks: tasks)
        episodes.run()
        findings += episodes.findings
        var data = DataCheck(
            info: info, layout: layout, rows: episodes.rows, statistics: episodes.statistics, tasks: tasks)
        data.run()
        findings += data.findings
        var statistics = StatisticsCheck(layout: layout, episodes: episodes.statistics)
        statistics.run()
        findings += statistics.findings
        var videos = VideoCheck(
            info: info, layout: layout, rows: episodes.rows, statistics: episodes.statistics, inspector: inspector,
            pictures: pictures)
        videos.run()
        findings += videos.findings
        var images = ImageCheck(info: info, layout: layout, rows: episodes.rows, pictures: pictures)
        images.run()
        findings += images.findings
        var times = CaptureTimesCheck(layout: layout, rows: episodes.rows)
        times.run()
        findings += times.findings
    }

    private mutating func checkUnfinished() {
        for (directory, action) in [
            ("publishing", "publishing an episode"), ("consolidating", "consolidating"),
            ("editing", "deleting episodes"),
        ] {
            let path = root.appending(".reel/\(directory)")
            if DurableFiles.exists(path) {
                findings.append(
                    Finding(
                        .warning, file: layout.name(of: path),
                        "\(action) was interrupted; the next recording or `reel recover` finishes it"))
            }
        }
    }

    private mutating func checkFeatures() {
        func error(_ problem: String) { findings.append(Finding(.error, file: "meta/info.json", problem)) }
        for feature in Feature.defaults {
            guard let found = info[feature: feature.name] else {
                error("the feature \(feature.name) is missing")
                continue
            }
            if found.dtype != feature.dtype || found.shape != feature.shape {
                error("\(feature.name) is \(found.dtype) \(found.shape), not \(feature.dtype) [1]")
            }
        }
        for feature in info.features {
            if feature.dtype.isEmpty || feature.shape.isEmpty { error("\(feature.name) has no dtype or shape") }
            if let names = feature.names, feature.shape.count == 1, names.count != feature.shape[0] {
                error("\(feature.name) has \(names.count) names for \(feature.shape[0]) values")
            }
        }
        let train = info.splits["train"]?.string
        if info.totalEpisodes > 0, let train, train != "0:\(info.totalEpisodes)" {
            findings.append(
                Finding(
                    .warning, file: "meta/info.json", "its train split is \(train) of \(info.totalEpisodes) episodes"))
        }
    }

    private mutating func readTasks() -> [String] {
        guard info.totalTasks > 0 else {
            if info.totalEpisodes > 0 {
                findings.append(Finding(.error, file: "meta/info.json", "it has episodes and no tasks"))
            }
            return []
        }
        let file = layout.name(of: layout.tasks)
        do {
            let tasks = try TasksTable.read(layout.tasks)
            if tasks.count != info.totalTasks {
                findings.append(
                    Finding(.error, file: file, "it holds \(tasks.count) tasks, info.json says \(info.totalTasks)"))
            }
            if Set(tasks).count != tasks.count { findings.append(Finding(.error, file: file, "a task is there twice")) }
            if try !TasksTable.hasIndex(layout.tasks) {
                findings.append(
                    Finding(.error, file: file, "it lacks the pandas entry: LeRobot reads numbers instead of sentences")
                )
            }
            return tasks
        } catch {
            findings.append(Finding(.error, file: file, error.cause))
            return []
        }
    }
}

extension Error {
    /// The cause alone, for a finding that names the file itself.
    var cause: String { (self as? ReelError)?.cause ?? "\(self)" }
}
