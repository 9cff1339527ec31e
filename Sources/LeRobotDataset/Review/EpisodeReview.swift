import OrderedCollections
package import RecordingTypes

/// Finds the episodes of a dataset that want another look, from what its tables say already: lengths, statistics, capture
/// times.
package enum EpisodeReview {
    /// What is worth a look, by the place of the episode in `rows`, which have their statistics.
    package static func findings(info: DatasetInfo, rows: [EpisodeRow], timings: [EpisodeTiming]) -> [[TakeFinding]] {
        let timings = Dictionary(timings.map { ($0.episode, $0) }, uniquingKeysWith: { first, _ in first })
        let features = features(of: info)
        let all = rows.map { figures(of: $0, timings[$0.index], features, fps: info.fps) }
        let review = TakeReview(of: all)
        return all.map { withoutEchoes(review.findings(of: $0)) }
    }

    /// A joint that was not asked to move did not: that is one thing.
    private static func withoutEchoes(_ findings: [TakeFinding]) -> [TakeFinding] {
        findings.filter { finding in
            guard case .stillJoint(let name) = finding, name.hasPrefix("action ") else { return true }
            return !findings.contains(.stillJoint(String(name.dropFirst("action ".count))))
        }
    }

    /// What can be reviewed.
    private static func features(of info: DatasetInfo) -> [Feature] {
        info.features.filter { feature in
            if Feature.defaults.contains(where: { $0.name == feature.name }) { return false }
            return feature.isVisual || NumericValues.holds(feature)
        }
    }

    private static func figures(
        of row: EpisodeRow, _ timing: EpisodeTiming?, _ features: [Feature], fps: Int
    ) -> TakeFigures {
        var figures = TakeFigures(rows: row.length, fps: fps)
        figures.lateRows = timing?.lateRows ?? 0
        for feature in features {
            let statistics = row.statistics.features[feature.name]
            if feature.isVisual {
                var camera = TakeFigures.Camera(name: String(feature.name.split(separator: ".").last ?? ""))
                if let counted = timing?.cameras[camera.name] {
                    (camera.repeated, camera.longest) = (counted.repeated, counted.longest)
                }
                // Depth maps are no light.
                if let statistics, !feature.isDepthMap {
                    camera.light = (statistics.mean, statistics.standardDeviation)
                }
                figures.cameras.append(camera)
            } else if let statistics {
                for place in statistics.mean.indices {
                    let (least, greatest) = (statistics.minimum[place], statistics.maximum[place])
                    figures.values.append(
                        TakeFigures.Value(
                            name: name(of: feature, place), least: least, greatest: greatest,
                            areNumbers: [least, greatest, statistics.mean[place]].allSatisfy(\.isFinite)))
                }
            }
        }
        return figures
    }

    private static func name(of feature: Feature, _ place: Int) -> String {
        let name = feature.names.flatMap { $0.indices.contains(place) ? $0[place] : nil }
        return feature.name == "observation.state" ? name ?? "joint \(place)" : "\(feature.name) \(name ?? "\(place)")"
    }
}
