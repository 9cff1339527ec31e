import LeRobotDataset
import Platform
import RecordingTypes
import SystemPackage

/// A dataset as it was when it was opened: its tables, and what they tell.
struct OpenedDataset: Sendable {
    let dataset: Dataset
    /// Another one when the dataset has changed: addresses of what a browser may keep have it.
    let generation: String
    /// Another one when numbers may mean other episodes than before; the same while there are only more of them.
    let numbering: String
    /// In order; without statistics.
    let rows: [EpisodeRow]
    let timings: [Int: EpisodeTiming]
    /// What was said of episodes afterwards, and which file says so.
    let labels: EpisodeLabels
    let labelled: String
    /// By episode.
    let findings: [[TakeFinding]]
    /// Of all episodes; nil where there is no such file, or none that can be read.
    let statistics: EpisodeStatistics?
    /// What could not be read: "meta/reel/chunk-000/file-003.parquet: …".
    let problems: [String]

    /// - Throws: `ReelError`: unavailable when there is no dataset, mismatch when it is of another version, damaged.
    init(root: FilePath) throws {
        // Says it best where there is none. The generation comes before what is shown: a change in between is then noticed.
        _ = try Dataset(root: root)
        generation = try Self.generation(of: root)
        numbering = try Self.numbering(of: root)
        dataset = try Dataset(root: root)
        let whole = try dataset.episodes(statistics: true, to: "show the dataset")
        let (layout, info) = (dataset.layout, dataset.info)
        var (timings, problems) = try EpisodeTiming.all(in: layout)
        timings.removeAll { $0.episode >= info.totalEpisodes }
        findings = EpisodeReview.findings(info: info, rows: whole, timings: timings)
        labelled = try Self.labelled(layout)
        do {
            labels = try EpisodeLabels(in: layout)
        } catch {
            labels = EpisodeLabels()
            problems.append("\(layout.name(of: layout.labels)): \((error as? ReelError)?.cause ?? "\(error)")")
        }
        rows = whole.map { row in
            var row = row
            row.statistics = EpisodeStatistics()
            return row
        }
        self.timings = Dictionary(timings.map { ($0.episode, $0) }, uniquingKeysWith: { first, _ in first })
        do {
            let bytes = try File.read(layout.statistics)
            statistics = try EpisodeStatistics(reading: bytes, subject: layout.statistics.string)
        } catch {
            statistics = nil
            problems.append("\(layout.name(of: layout.statistics)): \((error as? ReelError)?.cause ?? "\(error)")")
        }
        self.problems = problems
    }

    /// What the generation is now. It changes with info.json, which is the last file of every change.
    /// - Throws: `ReelError` when there is no info.json.
    static func generation(of root: FilePath) throws -> String {
        try File.open(DatasetLayout.info(in: root)).identity.text
    }

    /// Who renumbers episodes puts another table of them in the place of the old one.
    private static func numbering(of root: FilePath) throws -> String {
        try Directory.number(of: root.appending("meta").appending("episodes")).map(String.init) ?? ""
    }

    /// Which labels there are now: another text when they have changed.
    /// - Throws: `ReelError` naming the file.
    static func labelled(_ layout: DatasetLayout) throws -> String {
        File.exists(layout.labels) ? try File.open(layout.labels).identity.text : ""
    }

    /// What somebody said of an episode, then or afterwards.
    func outcome(of episode: Int) -> String { labels.outcome(of: episode, recorded: timings[episode]?.outcome) }

    func note(on episode: Int) -> String { labels.note(on: episode, recorded: timings[episode]?.note) }

    /// Cameras, whether they keep videos or images.
    var cameras: [Feature] { dataset.info.features.filter(\.isVisual) }

    /// What is plotted: numbers that are not the same in every dataset.
    var plotted: [Feature] {
        dataset.info.dataFeatures.filter { feature in
            !feature.isVisual && !Feature.defaults.contains { $0.name == feature.name }
        }
    }
}
