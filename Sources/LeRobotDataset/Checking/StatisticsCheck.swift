import OrderedCollections
import Platform
import RecordingTypes
import SystemPackage

/// Checks that stats.json is the aggregate of the episodes' statistics.
struct StatisticsCheck {
    let info: DatasetInfo
    let layout: DatasetLayout
    let episodes: StoredStatistics
    private(set) var findings: [Finding] = []

    init(info: DatasetInfo, layout: DatasetLayout, episodes: StoredStatistics) {
        self.info = info
        self.layout = layout
        self.episodes = episodes
    }

    mutating func run() {
        guard info.totalEpisodes > 0 else { return }
        let file = layout.name(of: layout.statistics)
        guard File.exists(layout.statistics) else {
            findings.append(Finding(.warning, file: file, "it is missing; training needs it to normalise"))
            return
        }
        do {
            let stated = try DatasetStatistics(path: layout.statistics)
            for (name, value) in stated.others where info[feature: name]?.hasStatistics == true {
                do {
                    _ = try EpisodeStatistics.feature(name, value, subject: file)
                } catch {
                    findings.append(Finding(.error, file: file, error.cause))
                }
            }
            let computed = try episodes.aggregate()
            for feature in info.features where feature.hasStatistics {
                let name = feature.name
                guard let found = stated.features.features[name] else {
                    // What the table of episodes does not have either, LeRobot may not keep.
                    let severity = computed.features[name] == nil ? Finding.Severity.warning : .error
                    if stated.others[name] == nil {
                        findings.append(Finding(severity, file: file, "\(name) is missing"))
                    }
                    continue
                }
                // Where episodes lack theirs, those of the others say nothing of all.
                guard let statistics = computed.features[name], episodes.count(of: name) == episodes.count else {
                    continue
                }
                // Quantiles are estimates, and LeRobot has changed how it aggregates them.
                if let difference = Self.difference(found, statistics, quantiles: false) {
                    findings.append(
                        Finding(.error, file: file, "\(name) is not the aggregate of the episodes: \(difference)"))
                }
            }
        } catch {
            findings.append(Finding(.error, file: file, LFSPointer.explain(error, at: layout.statistics).cause))
        }
    }

    /// What differs by more than rounding, as "mean 3.1, not 4.5"; nil when nothing does.
    ///
    /// A thousandth of the range is allowed (quantiles are read off a histogram of 5000 bins); the deviation may differ
    /// by a thousandth of the largest value, which is what float32 loses when it subtracts squares.
    static func difference(
        _ stated: FeatureStatistics, _ computed: FeatureStatistics, quantiles: Bool = true
    ) -> String? {
        guard stated.mean.count == computed.mean.count else {
            return "\(stated.mean.count) values, not \(computed.mean.count)"
        }
        guard stated.count == computed.count else { return "count \(stated.count), not \(computed.count)" }
        let (left, right) = (stated.arrays, computed.arrays)
        for (name, values) in left where quantiles || !name.hasPrefix("q") {
            guard let others = right[name] else { continue }
            for i in values.indices {
                let largest = max(abs(computed.minimum[i]), abs(computed.maximum[i]))
                let allowed =
                    1e-3 * (computed.maximum[i] - computed.minimum[i]) + largest * (name == "std" ? 1e-3 : 1e-6) + 1e-9
                if !(abs(values[i] - others[i]) <= allowed) {
                    return "\(name)\(values.count > 1 ? "[\(i)]" : "") \(values[i]), not \(others[i])"
                }
            }
        }
        return nil
    }
}
