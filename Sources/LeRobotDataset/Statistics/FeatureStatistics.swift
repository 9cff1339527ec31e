package import OrderedCollections
import RecordingTypes

/// Statistics of one feature, over one episode or over several taken together: what stands under the feature's name in
/// stats.json and under `stats/<feature>/` in the episodes table.
package struct FeatureStatistics: Hashable, Codable, Sendable {
    /// [N] for a vector, [1] for a number, [channels, 1, 1] for pictures.
    package var shape: [Int]
    package var minimum: [Double]
    package var maximum: [Double]
    package var mean: [Double]
    /// Of the population, not of a sample.
    package var standardDeviation: [Double]
    /// Frames that it was computed from; for pictures those that were sampled.
    package var count: Int
    /// By name: q01, q10, q50, q90, q99. Datasets of the first v3.0 releases have none.
    package var quantiles: OrderedDictionary<String, [Double]>

    package init(
        shape: [Int], minimum: [Double], maximum: [Double], mean: [Double], standardDeviation: [Double], count: Int,
        quantiles: OrderedDictionary<String, [Double]>
    ) {
        self.shape = shape
        self.minimum = minimum
        self.maximum = maximum
        self.mean = mean
        self.standardDeviation = standardDeviation
        self.count = count
        self.quantiles = quantiles
    }

    /// What a number of frames may be: with more nothing can be meant, and sums overflow.
    static let counts = 1...(1 << 40)

    /// Which quantiles are kept, by name, in LeRobot's order.
    package static let quantileFractions: OrderedDictionary<String, Double> = [
        "q01": 0.01, "q10": 0.10, "q50": 0.50, "q90": 0.90, "q99": 0.99,
    ]

    /// The arrays by name, in LeRobot's order; `count` is not among them.
    package var arrays: OrderedDictionary<String, [Double]> {
        let first: OrderedDictionary = ["min": minimum, "max": maximum, "mean": mean, "std": standardDeviation]
        return first.merging(quantiles) { kept, _ in kept }
    }

    /// The names of all statistics in LeRobot's order.
    package var names: [String] { ["min", "max", "mean", "std", "count"] + quantiles.keys }
}

extension FeatureStatistics {
    /// Statistics of all that `all` were computed from, by the rule of LeRobot 0.6.1: mean and variance weighted by
    /// count, and quantiles as the weighted mean of quantiles (an estimate: the values themselves are gone).
    ///
    /// Taking them together one after the other gives the same as all at once, but for rounding. There must be at least
    /// one; `subject` is the feature, for errors.
    /// - Throws: `ReelError` (mismatch) when the shapes differ.
    package static func aggregate(_ all: [FeatureStatistics], subject: String) throws -> FeatureStatistics {
        guard var result = all.first else {
            throw ReelError(.failed, "aggregate statistics", subject: subject, cause: "there are none")
        }
        let length = result.mean.count
        guard all.allSatisfy({ $0.shape == result.shape && $0.arrays.values.allSatisfy { $0.count == length } }) else {
            throw ReelError(
                .mismatch, "aggregate statistics", subject: subject,
                cause: "their shapes differ: \(all.map(\.shape))")
        }
        result.count = all.reduce(0) { $0 + $1.count }
        let total = Double(result.count)
        func weighted(_ value: (FeatureStatistics) -> Double) -> Double {
            all.reduce(0) { $0 + value($1) * Double($1.count) } / total
        }
        for i in 0..<length {
            result.minimum[i] = all.reduce(.infinity) { Swift.min($0, $1.minimum[i]) }
            result.maximum[i] = all.reduce(-.infinity) { Swift.max($0, $1.maximum[i]) }
            let mean = weighted { $0.mean[i] }
            let variance = weighted {
                let distance = $0.mean[i] - mean
                return $0.standardDeviation[i] * $0.standardDeviation[i] + distance * distance
            }
            result.mean[i] = mean
            result.standardDeviation[i] = variance.squareRoot()
        }
        for name in result.quantiles.keys {
            let values = all.compactMap { $0.quantiles[name] }
            guard values.count == all.count else {
                result.quantiles[name] = nil
                continue
            }
            result.quantiles[name] = (0..<length).map { i in
                zip(values, all).reduce(0) { $0 + $1.0[i] * Double($1.1.count) } / total
            }
        }
        return result
    }
}
