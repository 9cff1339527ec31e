import ArrowTables
import OrderedCollections
import Platform
import PythonJSON
import RecordingTypes
import SystemPackage

/// What stats.json says of all episodes together. What Reel cannot read in it, or what is of features that nothing else
/// knows, stays in it as it was.
struct DatasetStatistics: Sendable {
    var features: EpisodeStatistics
    /// Members that are no statistics as Reel reads them.
    private(set) var others: JSONObject

    init(features: EpisodeStatistics = EpisodeStatistics(), others: JSONObject = [:]) {
        self.features = features
        self.others = others
    }

    /// Reads the file; what cannot be read of it is in `others`.
    /// - Throws: `ReelError` when it is no JSON object.
    init(path: FilePath) throws {
        self.init()
        guard let members = try JSONReader.read(File.read(path), subject: path.string).object else {
            throw ReelError(.damaged, "read the statistics", subject: path.string, cause: "not an object")
        }
        for (name, value) in members {
            if let feature = try? EpisodeStatistics.feature(name, value, subject: path.string) {
                features.features[name] = feature
            } else {
                others[name] = value
            }
        }
    }

    /// The file's bytes.
    var text: [UInt8] {
        guard case .object(let members) = features.json else { return features.text }
        return JSONText.indented(.object(members.merging(others) { known, _ in known }))
    }

    /// Takes one more episode in.
    /// - Throws: `ReelError` (mismatch) when a feature's shape differs.
    mutating func add(_ episode: EpisodeStatistics) throws {
        features = try EpisodeStatistics.aggregate(features.features.isEmpty ? [episode] : [features, episode])
    }

    // MARK: Making them anew

    /// What stats.json says; what it lacks is made anew.
    /// - Throws: `ReelError` when the tables of episodes cannot be read.
    static func current(of dataset: Dataset) throws -> DatasetStatistics {
        guard dataset.info.totalEpisodes > 0 else { return DatasetStatistics() }
        let stored = try? DatasetStatistics(path: dataset.layout.statistics)
        return try (stored ?? DatasetStatistics()).completed(for: dataset)
    }

    /// Whether every feature that has statistics is there.
    func isComplete(for info: DatasetInfo) -> Bool {
        info.features.allSatisfy { !$0.hasStatistics || features.features[$0.name] != nil }
    }

    /// With what is missing made anew: from the episodes' own, or from the rows, or, of pictures, from what is there but
    /// for its count.
    func completed(for dataset: Dataset, rows known: [EpisodeRow]? = nil) throws -> DatasetStatistics {
        var result = reshaped(for: dataset.info)
        let missing = dataset.info.features.filter { $0.hasStatistics && result.features.features[$0.name] == nil }
        guard !missing.isEmpty else { return result }
        let rows = try known ?? dataset.episodes(statistics: true, to: "take the statistics together")
        let ofRows = try Self.ofRows(
            of: dataset, missing.filter { feature in NumericValues.holds(feature) && !Self.have(rows, feature) })
        for feature in missing {
            let made: FeatureStatistics? =
                if Self.have(rows, feature) {
                    try FeatureStatistics.aggregate(
                        rows.compactMap { $0.statistics.features[feature.name] }, subject: feature.name)
                } else if let made = ofRows[feature.name] {
                    made
                } else {
                    others[feature.name].flatMap { value in
                        let count = rows.reduce(0) { $0 + ImageSampling.sampleIndices(length: $1.length).count }
                        return try? EpisodeStatistics.feature(feature.name, value, count: count, subject: "stats.json")
                    }
                }
            guard let made else { continue }
            result.features.features[feature.name] = made
            result.others[feature.name] = nil
        }
        // In the features' order.
        let order = dataset.info.features.map(\.name)
        result.features.features.sort {
            (order.firstIndex(of: $0.key) ?? order.count) < (order.firstIndex(of: $1.key) ?? order.count)
        }
        return result
    }

    /// Converters write the same numbers in other shapes: without lists, or those of pictures in one.
    private func reshaped(for info: DatasetInfo) -> DatasetStatistics {
        var result = self
        for feature in info.features {
            guard let count = result.features.features[feature.name]?.mean.count else { continue }
            // Of arrays of more dimensions LeRobot keeps those of the last.
            let shape = feature.isVisual ? [feature.channels, 1, 1] : feature.shape.suffix(1)
            if shape.reduce(1, *) == count { result.features.features[feature.name]?.shape = Array(shape) }
        }
        return result
    }

    /// Of pictures of a single frame LeRobot's streaming recorder has none.
    private static func have(_ rows: [EpisodeRow], _ feature: Feature) -> Bool {
        let shapes = Set(rows.compactMap { $0.statistics.features[feature.name]?.shape })
        return shapes.count == 1
            && rows.allSatisfy {
                $0.statistics.features[feature.name] != nil || feature.isVisual && $0.length < 2
            }
    }

    /// Statistics of numeric features, read from the data files.
    private static func ofRows(
        of dataset: Dataset, _ wanted: [Feature]
    ) throws -> OrderedDictionary<String, FeatureStatistics> {
        guard !wanted.isEmpty else { return [:] }
        var parts: OrderedDictionary<String, [FeatureStatistics]> = [:]
        try OrderedWork.run(
            try ParquetFiles.all(in: dataset.layout.data), name: "statistics",
            work: { path in try statistics(of: ParquetReader.open(path), wanted.map(\.name)) }
        ) {
            for (name, statistics) in try $1.get() { parts[name, default: []] += statistics }
        }
        return try OrderedDictionary(
            uniqueKeysWithValues: parts.map { ($0, try FeatureStatistics.aggregate($1, subject: $0)) })
    }

    private static func statistics(
        of reader: ParquetReader, _ names: [String]
    ) throws -> OrderedDictionary<String, [FeatureStatistics]> {
        var parts: OrderedDictionary<String, [FeatureStatistics]> = [:]
        for group in 0..<reader.rowGroupCount {
            let table = try reader.readRowGroup(group, columns: names.filter(reader.hasColumn))
            for (field, column) in zip(table.schema.fields, table.columns) {
                guard let values = NumericValues(column), values.areNumbers, let made = values.statistics else {
                    continue
                }
                parts[field.name, default: []].append(made)
            }
        }
        return parts
    }
}

extension Feature {
    /// Whether LeRobot keeps statistics of it.
    var hasStatistics: Bool { isVisual || !["string", "language"].contains(dtype) }
}
