import OrderedCollections

/// Statistics of a numeric feature over all frames of an episode, with LeRobot 0.6.1's numbers to the last digit where
/// its arithmetic allows (float32 features in float32, everything else in float64).
package enum NumericStatistics {
    /// Statistics of vectors of 32-bit floats (action, observation.state): frame after frame, `width` values each, at
    /// least one frame.
    package static func of(_ values: [Float], width: Int) -> FeatureStatistics { compute(values, width: width) }

    /// Statistics of numbers that LeRobot holds as float64 while it records (timestamp); laid out in the same way.
    package static func of(_ values: [Double], width: Int = 1) -> FeatureStatistics { compute(values, width: width) }

    /// Statistics of whole numbers, which are promoted to float64.
    package static func of(_ values: [Int]) -> FeatureStatistics { compute(values.map(Double.init), width: 1) }

    private static func compute<Value: BinaryFloatingPoint>(_ values: [Value], width: Int) -> FeatureStatistics {
        let rows = values.count / width
        precondition(rows > 0, "an episode has frames")
        var result = FeatureStatistics(
            shape: [width], minimum: [], maximum: [], mean: [], standardDeviation: [], count: rows, quantiles: [:])
        for column in 0..<width {
            let all = stride(from: column, to: values.count, by: width).map { values[$0] }
            let smallest = all.reduce(all[0]) { Swift.min($0, $1) }
            let largest = all.reduce(all[0]) { Swift.max($0, $1) }
            let mean = sum(all, pairwise: width == 1) / Value(rows)
            let meanOfSquares = sum(all.map { $0 * $0 }, pairwise: width == 1) / Value(rows)
            let deviation = Swift.max(0, meanOfSquares - mean * mean).squareRoot()
            result.minimum.append(Double(smallest))
            result.maximum.append(Double(largest))
            result.mean.append(Double(mean))
            // Of one frame LeRobot takes numpy's own deviation, and the mean for every quantile.
            result.standardDeviation.append(rows < 2 ? 0 : Double(deviation))
            for (name, quantile) in quantiles(of: all, from: smallest, to: largest) {
                result.quantiles[name, default: []].append(rows < 2 ? Double(mean) : quantile)
            }
        }
        return result
    }

    private static func quantiles<Value: BinaryFloatingPoint>(
        of values: [Value], from smallest: Value, to largest: Value
    ) -> OrderedDictionary<String, Double> {
        let sorted = values.sorted()
        return HistogramQuantiles(minimum: smallest, maximum: largest, total: values.count) { edge, inclusive in
            var (low, high) = (0, sorted.count)
            while low < high {
                let middle = (low + high) / 2
                if sorted[middle] < edge || (inclusive && sorted[middle] == edge) {
                    low = middle + 1
                } else {
                    high = middle
                }
            }
            return low
        }.all
    }

    /// numpy's order of adding: one after the other down the columns of a matrix, and pairwise when there is only one
    /// column. In float32 the order shows.
    private static func sum<Value: BinaryFloatingPoint>(_ values: [Value], pairwise: Bool) -> Value {
        pairwise ? pairwiseSum(values[...]) : values.reduce(0, +)
    }

    private static func pairwiseSum<Value: BinaryFloatingPoint>(_ values: ArraySlice<Value>) -> Value {
        if values.count < 8 { return values.reduce(0, +) }
        if values.count > 128 {
            let half = values.startIndex + values.count / 2 / 8 * 8
            return pairwiseSum(values[..<half]) + pairwiseSum(values[half...])
        }
        var lanes = Array(values.prefix(8))
        let whole = values.startIndex + values.count / 8 * 8
        for position in (values.startIndex + 8)..<whole {
            lanes[(position - values.startIndex) % 8] += values[position]
        }
        let sum = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))
        return values[whole...].reduce(sum, +)
    }
}
