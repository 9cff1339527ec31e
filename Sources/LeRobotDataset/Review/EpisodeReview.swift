import OrderedCollections
package import RecordingTypes

/// Finds the episodes of a dataset that want another look, from what its tables say already: lengths, statistics, capture
/// times. Everything is held against the dataset's other episodes, because what is usual differs from one to the next.
package struct EpisodeReview {
    /// Below this an episode cannot show anything.
    static let shortest = 1.0
    /// How far from the median a length is unusual: in median absolute deviations (as of a normal distribution: 3σ), and as a
    /// part of the median, because ten episodes alike have a deviation near 0.
    static let deviations = 3 * 1.4826
    static let part = 0.5
    /// Of the rows of an episode.
    static let mostLate = 0.02
    /// A camera may repeat this part more of an episode's pictures than it usually does here.
    static let mostRepeated = 0.10
    /// Seconds without a new picture.
    static let frozen = 0.5
    /// Of 0 to 1: mean of a picture without light, and deviation of one with a single colour.
    static let black = 0.04
    static let plain = 0.02
    /// A joint's range, as a part of its median range in the other episodes.
    static let still = 0.02

    private let fps: Double
    private let rows: [EpisodeRow]
    private let timings: [Int: EpisodeTiming]
    private let usualLength: Double
    private let lengthDeviation: Double
    /// By the camera's name: the part of its pictures that it usually repeats.
    private let usualRepeats: [String: Double]
    /// By feature: each value's median range.
    private let usualRanges: [String: [Double]]
    private let features: [Feature]

    /// `rows` have their statistics.
    package init(info: DatasetInfo, rows: [EpisodeRow], timings: [EpisodeTiming]) {
        fps = Double(info.fps)
        self.rows = rows
        self.timings = Dictionary(timings.map { ($0.episode, $0) }, uniquingKeysWith: { first, _ in first })
        let lengths = rows.map { Double($0.length) / Double(info.fps) }
        let usualLength = Self.median(lengths)
        self.usualLength = usualLength
        lengthDeviation = Self.median(lengths.map { abs($0 - usualLength) })
        var repeats: [String: [Double]] = [:]
        for timing in timings where timing.frames > 0 {
            for (name, camera) in timing.cameras {
                repeats[name, default: []].append(Double(camera.repeated) / Double(timing.frames))
            }
        }
        usualRepeats = repeats.mapValues(Self.median)
        features = info.features.filter { feature in
            !Feature.defaults.contains { $0.name == feature.name } && (feature.isVisual || NumericValues.holds(feature))
        }
        usualRanges = Dictionary(
            uniqueKeysWithValues: features.filter { !$0.isVisual }.map { feature in
                let ranges = rows.compactMap { $0.statistics.features[feature.name].map(Self.ranges) }
                let width = ranges.map(\.count).min() ?? 0
                return (feature.name, (0..<width).map { place in Self.median(ranges.map { $0[place] }) })
            })
    }

    /// What is worth a look, by the place of the episode in `rows`.
    package func findings() -> [[TakeFinding]] { rows.map(findings) }

    private func findings(of row: EpisodeRow) -> [TakeFinding] {
        length(of: row) + (timings[row.index].map(timing) ?? []) + features.flatMap { statistics(of: $0, in: row) }
    }

    private func length(of row: EpisodeRow) -> [TakeFinding] {
        let seconds = Double(row.length) / fps
        let far = max(Self.deviations * lengthDeviation, Self.part * usualLength)
        if seconds < Self.shortest || seconds < usualLength - far {
            return [.tooShort(seconds: seconds, usual: usualLength)]
        }
        return seconds > usualLength + far ? [.tooLong(seconds: seconds, usual: usualLength)] : []
    }

    private func timing(_ timing: EpisodeTiming) -> [TakeFinding] {
        var found: [TakeFinding] = []
        if Double(timing.lateRows) > Self.mostLate * Double(timing.frames) {
            found.append(.lateRows(timing.lateRows, of: timing.frames))
        }
        for (name, camera) in timing.cameras {
            let seconds = Double(camera.longest.count) / fps
            if seconds >= Self.frozen {
                found.append(.frozenCamera(name, rows: camera.longest, seconds: seconds))
            } else if Double(camera.repeated) > (Self.mostRepeated + (usualRepeats[name] ?? 0)) * Double(timing.frames)
            {
                found.append(.repeatedPictures(camera: name, camera.repeated, of: timing.frames))
            }
        }
        return found
    }

    private func statistics(of feature: Feature, in row: EpisodeRow) -> [TakeFinding] {
        guard let statistics = row.statistics.features[feature.name] else { return [] }
        let values = statistics.minimum + statistics.maximum + statistics.mean
        guard values.allSatisfy(\.isFinite) else { return [.notNumbers(feature.name)] }
        if feature.isVisual {
            let camera = String(feature.name.split(separator: ".").last ?? "")
            // Depth maps are no light.
            if feature.isDepthMap || statistics.mean.isEmpty { return [] }
            if statistics.mean.allSatisfy({ $0 < Self.black }) { return [.blackCamera(camera)] }
            return statistics.standardDeviation.allSatisfy({ $0 < Self.plain }) ? [.plainCamera(camera)] : []
        }
        guard let usual = usualRanges[feature.name], rows.count > 2 else { return [] }
        return zip(Self.ranges(of: statistics), usual).enumerated().compactMap { place, ranges in
            let name = feature.names.flatMap { $0.indices.contains(place) ? $0[place] : nil }
            return ranges.1 > 0 && ranges.0 < Self.still * ranges.1
                ? .stillJoint(name.map { "\(feature.name) \($0)" } ?? "\(feature.name) \(place)") : nil
        }
    }

    private static func ranges(of statistics: FeatureStatistics) -> [Double] {
        zip(statistics.maximum, statistics.minimum).map { $0 - $1 }
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        let half = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[half - 1] + sorted[half]) / 2 : sorted[half]
    }
}
