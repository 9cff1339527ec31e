import OrderedCollections
import Platform
import PythonJSON
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

    /// What was found.
    package struct Report: Sendable {
        /// In the order of the files; empty when nothing is wrong.
        package var findings: [Finding]
        /// Episodes of which every row and every picture is there, and no row more.
        package var whole: [Int]
        /// Episodes that lack rows or pictures, or that info.json counts and the table does not have.
        package var lost: [Int]

        /// Files that may hold what is lost: they cannot be read here and now.
        package var unread: [String] { findings.filter(\.isUnread).map(\.file) }
    }

    /// More are not told one by one.
    private static let mostEpisodes = 1_000_000

    private let root: FilePath
    private let info: DatasetInfo
    private let layout: DatasetLayout
    private var findings: [Finding] = []

    /// Checks the dataset to its end: a file that is broken is one finding among others. Without tools for videos, these are
    /// only looked for. A dataset that grew meanwhile is looked at again.
    /// - Throws: `ReelError`: unavailable when there is no dataset, mismatch when it is of another format version.
    package static func report(
        root: FilePath, tools: (any VideoTools)?, pictures: Pictures = .episodes(3)
    ) throws -> Report {
        var tries = 0
        while true {
            tries += 1
            let path = DatasetLayout.info(in: root)
            let before = try? File.read(path)
            let report = try look(root, tools, pictures)
            let isStill = try? File.read(path) == before
            if report.findings.isEmpty || isStill == true || tries == 3 { return report }
        }
    }

    /// What is wrong with the dataset, as `report`.
    package static func run(
        root: FilePath, tools: (any VideoTools)?, pictures: Pictures = .episodes(3)
    ) throws -> [Finding] {
        try report(root: root, tools: tools, pictures: pictures).findings
    }

    private static func look(
        _ root: FilePath, _ tools: (any VideoTools)?, _ pictures: Pictures
    ) throws -> Report {
        let info: DatasetInfo
        do {
            info = try DatasetInfo(path: DatasetLayout.info(in: root))
        } catch let error as ReelError where error.kind == .damaged {
            return Report(findings: [Finding(.error, file: "meta/info.json", error.cause)], whole: [], lost: [])
        }
        var check = DatasetCheck(root: root, info: info)
        return check.run(tools: tools, pictures: pictures)
    }

    private init(root: FilePath, info: DatasetInfo) {
        self.root = root
        self.info = info
        layout = DatasetLayout(root: root, info: info)
    }

    private mutating func run(tools: (any VideoTools)?, pictures: Pictures) -> Report {
        checkUnfinished()
        checkFeatures()
        checkPaths()
        let tasks = readTasks()
        var episodes = EpisodesCheck(info: info, layout: layout, tasks: tasks)
        episodes.run()
        findings += episodes.findings
        var data = DataCheck(
            info: info, layout: layout, rows: episodes.rows, statistics: episodes.statistics, tasks: tasks)
        data.run()
        findings += data.findings
        var statistics = StatisticsCheck(info: info, layout: layout, episodes: episodes.statistics)
        statistics.run()
        findings += statistics.findings
        var videos = VideoCheck(
            info: info, layout: layout, rows: episodes.rows, statistics: episodes.statistics, tools: tools,
            pictures: pictures)
        videos.run()
        findings += videos.findings
        var images = ImageCheck(info: info, layout: layout, rows: episodes.rows, pictures: pictures)
        images.run()
        findings += images.findings
        var times = CaptureTimesCheck(layout: layout, rows: episodes.rows)
        times.run()
        findings += times.findings

        let known = Set(episodes.rows.map(\.index))
        // What info.json says may be anything.
        let all = known.union(0..<min(info.totalEpisodes, Self.mostEpisodes))
        let lost = data.lost.union(videos.lost).union(all.subtracting(known))
        return Report(findings: findings, whole: all.subtracting(lost).sorted(), lost: lost.sorted())
    }

    private mutating func checkUnfinished() {
        for work in UnfinishedWork.find(in: root) {
            findings.append(
                Finding(
                    .warning, file: layout.name(of: DatasetTransaction.directory(work.kind, in: root)),
                    "\(work.kind) was cut short; `reel recover \(ShellWord.path(root))` finishes it"))
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
                error("\(feature.name) has \(names.count.counted("name")) for \(feature.shape[0].counted("value"))")
            }
        }
        let train = info.splits["train"]?.string
        if info.totalEpisodes > 0, let train, train != "0:\(info.totalEpisodes)" {
            findings.append(
                Finding(
                    .warning, file: "meta/info.json", "its train split is \(train) of \(info.totalEpisodes) episodes"))
        }
    }

    /// LeRobot reads all tables below `data`; where videos lie is up to the dataset.
    private mutating func checkPaths() {
        do {
            let path = try layout.data(FileIndex())
            if !path.starts(with: layout.data) {
                findings.append(
                    Finding(
                        .error, file: "meta/info.json",
                        "its data_path is \(info.dataPath): LeRobot looks for rows in data/ alone"))
            }
            if let feature = info.videoFeatures.first { _ = try layout.video(feature.name, FileIndex()) }
        } catch {
            findings.append(Finding(.error, file: "meta/info.json", error.cause))
        }
        for count in (try? DatasetInfo.realCounts(in: File.read(layout.info))) ?? [] {
            findings.append(
                Finding(
                    .error, file: "meta/info.json",
                    "\(count) is no whole number, as LeRobot needs; `reel recover \(ShellWord.path(root))` mends it"))
        }
    }

    /// Empty where they cannot be known.
    private mutating func readTasks() -> [String] {
        guard Dataset(root: root, info: info).hasTasks else {
            if info.totalEpisodes > 0 {
                findings.append(Finding(.error, file: "meta/info.json", "it has episodes and no tasks"))
            }
            return []
        }
        let file = layout.name(of: layout.tasks)
        do {
            let (tasks, order) = try TasksTable.readRows(layout.tasks)
            switch order {
            case .ofNumbers: break
            case .other:
                findings.append(
                    Finding(
                        .error, file: file,
                        "its rows are not in the order of their task_index: LeRobot takes one task for another; "
                            + "`reel recover \(ShellWord.path(root))` mends it"))
            case .none:
                findings.append(
                    Finding(
                        .error, file: file,
                        "its task_index are not 0, 1, 2, …: LeRobot goes by the row, other programs by the number"))
            }
            if tasks.count != info.totalTasks {
                let held = tasks.count.counted("task")
                findings.append(
                    Finding(.error, file: file, "it holds \(held), info.json says \(info.totalTasks)"))
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
