package import OrderedCollections
package import PythonJSON
import RecordingTypes

/// Statistics by feature, in the features' order: of one episode, or of all (stats.json).
package struct EpisodeStatistics: Hashable, Sendable {
    package var features: OrderedDictionary<String, FeatureStatistics>

    package init(features: OrderedDictionary<String, FeatureStatistics> = [:]) { self.features = features }

    /// Statistics of all episodes together: the union of their features.
    /// - Throws: `ReelError` (mismatch) when a feature has different shapes.
    package static func aggregate(_ all: [EpisodeStatistics]) throws -> EpisodeStatistics {
        var result = EpisodeStatistics()
        for statistics in all {
            for name in statistics.features.keys where result.features[name] == nil {
                result.features[name] = try FeatureStatistics.aggregate(
                    all.compactMap { $0.features[name] }, subject: name)
            }
        }
        return result
    }

    /// Puts other statistics in a feature's place, if it has some; with those quantiles alone that it had.
    mutating func replace(_ name: String, with statistics: FeatureStatistics) {
        guard let known = features[name] else { return }
        features[name] = statistics
        features[name]?.quantiles = statistics.quantiles.filter { known.quantiles.keys.contains($0.key) }
    }
}

extension EpisodeStatistics {
    /// As stats.json has it.
    package var json: JSONValue {
        .object(
            features.mapValues { statistics in
                var members: JSONObject = [:]
                let arrays = statistics.arrays
                for name in statistics.names {
                    members[name] =
                        arrays[name].map { Self.nested($0[...], shape: statistics.shape[...]) }
                        ?? .array([.integer(statistics.count)])
                }
                return .object(members)
            })
    }

    /// The bytes of a stats.json.
    package var text: [UInt8] { JSONText.indented(json) }

    /// Reads a stats.json.
    /// - Parameters:
    ///   - bytes: UTF-8 JSON.
    ///   - subject: The file, for errors.
    /// - Throws: `ReelError` (damaged) when it is no such file.
    package init(reading bytes: [UInt8], subject: String) throws {
        func damaged(_ cause: String) -> ReelError {
            ReelError(.damaged, "read the statistics", subject: subject, cause: cause)
        }
        guard let members = try JSONReader.read(bytes, subject: subject).object else { throw damaged("not an object") }
        features = [:]
        for (name, value) in members { features[name] = try Self.feature(name, value, subject: subject) }
    }

    /// Reads one member of a stats.json; `count` is what it was computed from, where the file does not say that.
    /// - Throws: `ReelError` (damaged) when it is none.
    static func feature(
        _ name: String, _ value: JSONValue, count known: Int? = nil, subject: String
    ) throws -> FeatureStatistics {
        func damaged(_ cause: String) -> ReelError {
            ReelError(.damaged, "read the statistics", subject: subject, cause: cause)
        }
        guard let object = value.object else { throw damaged("\(name) is no object") }
        func array(_ statistic: String) throws -> [Double] {
            guard let reals = object[statistic]?.flattenedReals, !reals.isEmpty else {
                throw damaged("\(name) has no \(statistic)")
            }
            return reals
        }
        let mean = try array("mean")
        let stated = object["count"]?.flattenedReals?.first.flatMap(Int.init(exactly:))
        guard let whole = stated ?? known, FeatureStatistics.counts.contains(whole) else {
            throw damaged("\(name) has no count")
        }
        var quantiles: OrderedDictionary<String, [Double]> = [:]
        for key in object.keys where key.hasPrefix("q") && Int(key.dropFirst()) != nil {
            quantiles[key] = try array(key)
        }
        let statistics = FeatureStatistics(
            shape: Self.shape(of: object["mean"]), minimum: try array("min"), maximum: try array("max"), mean: mean,
            standardDeviation: try array("std"), count: whole, quantiles: quantiles)
        guard statistics.arrays.values.allSatisfy({ $0.count == mean.count }) else {
            throw damaged("the statistics of \(name) have different lengths")
        }
        guard statistics.arrays.values.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
            throw damaged("the statistics of \(name) are no numbers")
        }
        guard zip(statistics.minimum, statistics.maximum).allSatisfy({ $0 <= $1 }),
            statistics.standardDeviation.allSatisfy({ $0 >= 0 })
        else { throw damaged("the statistics of \(name) make no sense: a min above its max, or a std below 0") }
        return statistics
    }

    /// A flat array as nested JSON lists.
    private static func nested(_ values: ArraySlice<Double>, shape: ArraySlice<Int>) -> JSONValue {
        guard shape.count > 1, let first = shape.first, first > 0 else { return .array(values.map(JSONValue.real)) }
        let size = values.count / first
        return .array(
            (0..<first).map {
                let start = values.startIndex + $0 * size
                return nested(values[start..<start + size], shape: shape.dropFirst())
            })
    }

    private static func shape(of value: JSONValue?) -> [Int] {
        guard case .array(let values)? = value, let first = values.first else { return [] }
        return [values.count] + shape(of: first)
    }
}
