import ArrowTables
import OrderedCollections

/// The columns `stats/<feature>/…` of a table of episodes, found by name once for all of its rows.
struct StatisticsColumns {
    let feature: String
    private let mean: ColumnValues
    private let minimum: ColumnValues
    private let maximum: ColumnValues
    private let deviation: ColumnValues
    private let count: ColumnValues
    private let quantiles: [(name: String, values: ColumnValues)]

    /// Nil when the feature has none.
    init?(of feature: String, in table: Table) {
        func column(_ statistic: String) -> ColumnValues? { table["stats/\(feature)/\(statistic)"] }
        guard let mean = column("mean"), let minimum = column("min"), let maximum = column("max"),
            let deviation = column("std"), let count = column("count")
        else { return nil }
        self.feature = feature
        (self.mean, self.minimum, self.maximum, self.deviation, self.count) = (mean, minimum, maximum, deviation, count)
        quantiles = FeatureStatistics.quantileFractions.keys.compactMap { name in column(name).map { (name, $0) } }
    }

    /// One row's statistics; nil when a value is missing, or they make no sense together.
    subscript(row: Int) -> FeatureStatistics? {
        guard let mean = NestedRow(mean, row: row), let minimum = NestedRow(minimum, row: row),
            let maximum = NestedRow(maximum, row: row), let deviation = NestedRow(deviation, row: row),
            let count = NestedRow(count, row: row)?.values.first.flatMap(Int.init(exactly:)),
            FeatureStatistics.counts.contains(count),
            [minimum, maximum, deviation].allSatisfy({ $0.values.count == mean.values.count })
        else { return nil }
        var statistics = FeatureStatistics(
            shape: mean.shape, minimum: minimum.values, maximum: maximum.values, mean: mean.values,
            standardDeviation: deviation.values, count: count, quantiles: [:])
        for (name, values) in quantiles {
            let quantile = NestedRow(values, row: row)?.values
            if quantile?.count == mean.values.count { statistics.quantiles[name] = quantile }
        }
        return statistics
    }
}
