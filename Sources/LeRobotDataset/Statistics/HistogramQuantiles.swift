import OrderedCollections

/// LeRobot's quantiles: a histogram of 5000 bins between the smallest and the largest value, and linear interpolation
/// inside the bin where a fraction of all values is reached. The histogram itself is never made: a bin's share is the
/// difference of two counts.
///
/// `Value` is the type in which LeRobot computes the bins' edges (float32 for action, state and pictures), because an
/// edge that falls on a value decides in which bin it is.
struct HistogramQuantiles<Value: BinaryFloatingPoint> {
    private static var binCount: Int { 5000 }

    private let start: Value
    private let stop: Value
    private let step: Value
    /// How many values are below an edge, or not above it for the last one.
    private let countBelow: (_ edge: Value, _ inclusive: Bool) -> Int
    private let total: Int

    /// - Parameters:
    ///   - minimum: The smallest value.
    ///   - maximum: The largest value.
    ///   - total: How many values there are.
    ///   - countBelow: How many of them are below an edge (or equal to it, when it is inclusive).
    init(minimum: Value, maximum: Value, total: Int, countBelow: @escaping (_ edge: Value, _ inclusive: Bool) -> Int) {
        start = minimum - Value(1e-10)
        stop = maximum + Value(1e-10)
        step = (stop - start) / Value(Self.binCount)
        self.countBelow = countBelow
        self.total = total
    }

    /// The five quantiles by name; NaN where the values are not all finite.
    var all: OrderedDictionary<String, Double> {
        FeatureStatistics.quantileFractions.mapValues { fraction in
            (stop - start).isFinite ? value(at: fraction * Double(total)) : .nan
        }
    }

    /// The value below which `target` values lie.
    private func value(at target: Double) -> Double {
        // The first bin up to whose end at least `target` values lie.
        var (low, high) = (0, Self.binCount - 1)
        while low < high {
            let middle = (low + high) / 2
            if Double(count(throughBin: middle)) >= target { high = middle } else { low = middle + 1 }
        }
        if low == 0 { return Double(edge(0)) }
        let before = count(throughBin: low - 1)
        let inside = count(throughBin: low) - before
        if inside == 0 { return Double(edge(low)) }
        let fraction = (target - Double(before)) / Double(inside)
        return Double(edge(low)) + fraction * Double(edge(low + 1) - edge(low))
    }

    private func count(throughBin bin: Int) -> Int { countBelow(edge(bin + 1), bin == Self.binCount - 1) }

    private func edge(_ index: Int) -> Value { index == Self.binCount ? stop : Value(index) * step + start }
}
