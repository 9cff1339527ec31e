import RecordingTypes

/// How late ticks began after their deadlines: a histogram of fixed size, so that adding to it allocates nothing.
package struct TickLateness: Sendable {
    /// Bins of 10 µs up to 100 ms; the last holds all that is later.
    private var bins = [UInt32](repeating: 0, count: TickLateness.binCount)
    private static let binCount = 10_001
    private static let binWidth: Int64 = 10_000

    /// What is kept of a take: the histogram itself takes 40 KB.
    package struct Summary: Sendable {
        package var median: Duration = .zero
        package var p99: Duration = .zero
        package var worst: Duration = .zero
    }

    package var summary: Summary { Summary(median: quantile(0.5), p99: quantile(0.99), worst: worst) }

    /// Ticks counted.
    package private(set) var count = 0
    /// The latest of all.
    package private(set) var worst: Duration = .zero

    package init() {}

    /// Forgets all ticks, in the memory that it has.
    mutating func clear() {
        for index in bins.indices { bins[index] = 0 }
        (count, worst) = (0, .zero)
    }

    package mutating func add(_ lateness: Duration) {
        let nanoseconds = max(0, lateness.nanoseconds)
        bins[min(Int(nanoseconds / Self.binWidth), Self.binCount - 1)] += 1
        count += 1
        worst = max(worst, .nanoseconds(nanoseconds))
    }

    package mutating func add(_ other: TickLateness) {
        for index in bins.indices { bins[index] += other.bins[index] }
        count += other.count
        worst = max(worst, other.worst)
    }

    /// The lateness that `fraction` (0…1) of the ticks do not exceed, to 10 µs.
    package func quantile(_ fraction: Double) -> Duration {
        let wanted = Int((fraction * Double(count)).rounded(.up))
        var seen = 0
        for (index, ticks) in bins.enumerated() {
            seen += Int(ticks)
            // The last bin has no upper edge.
            if index == Self.binCount - 1 { return worst }
            if seen >= wanted && seen > 0 { return min(worst, .nanoseconds(Int64(index + 1) * Self.binWidth)) }
        }
        return worst
    }
}
