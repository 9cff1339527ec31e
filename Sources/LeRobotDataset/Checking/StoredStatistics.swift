import OrderedCollections

/// Statistics of many episodes in one place. As values of their own they take ten times the room.
struct StoredStatistics: Sendable {
    /// How the numbers of an episode are to be read; mostly the same for all.
    private struct Form: Hashable {
        var feature: String
        var shape: [Int]
        /// Of minimum, maximum, mean, deviation and the quantiles.
        var lengths: [Int]
        var quantiles: [String]
    }

    private var forms: [[Form]] = []
    private var numbers: [Double] = []
    private var episodes: [(form: Int, start: Int)] = []

    var count: Int { episodes.count }

    mutating func append(_ statistics: EpisodeStatistics) {
        let form = statistics.features.map { name, feature in
            Form(
                feature: name, shape: feature.shape, lengths: feature.arrays.values.map(\.count),
                quantiles: Array(feature.quantiles.keys))
        }
        if forms.last != form { forms.append(form) }
        episodes.append((forms.count - 1, numbers.count))
        for feature in statistics.features.values {
            numbers.append(Double(feature.count))
            for values in feature.arrays.values { numbers += values }
        }
    }

    /// Those that were appended as number `position`, from 0.
    subscript(position: Int) -> EpisodeStatistics {
        let (form, start) = episodes[position]
        var place = start
        func next(_ count: Int) -> [Double] {
            defer { place += count }
            return Array(numbers[place..<place + count])
        }
        var statistics = EpisodeStatistics()
        for form in forms[form] {
            let count = Int(next(1)[0])
            let arrays = form.lengths.map(next)
            statistics.features[form.feature] = FeatureStatistics(
                shape: form.shape, minimum: arrays[0], maximum: arrays[1], mean: arrays[2],
                standardDeviation: arrays[3], count: count,
                quantiles: OrderedDictionary(uniqueKeysWithValues: zip(form.quantiles, arrays[4...])))
        }
        return statistics
    }

    /// How many of them have statistics of this feature.
    func count(of feature: String) -> Int {
        let having = Set(forms.indices.filter { form in forms[form].contains { $0.feature == feature } })
        return episodes.count { having.contains($0.form) }
    }

    /// All taken together, some hundred at a time.
    /// - Throws: As `EpisodeStatistics.aggregate`.
    func aggregate() throws -> EpisodeStatistics {
        let blocks = try stride(from: 0, to: count, by: 256).map { start in
            try EpisodeStatistics.aggregate((start..<min(start + 256, count)).map { self[$0] })
        }
        return try EpisodeStatistics.aggregate(blocks)
    }
}
