import ArrowTables

/// The values of a numeric feature in an episode's rows, as they were stored.
enum NumericValues {
    case floats([Float], width: Int)
    case doubles([Double], width: Int)
    case integers([Int])

    /// Whether a feature's columns can be taken apart here: plain numbers and vectors.
    static func holds(_ feature: Feature) -> Bool {
        ["float32", "float64", "int64", "int32"].contains(feature.dtype) && feature.shape.count == 1
    }

    /// Nil for what is neither plain numbers nor lists of equal lengths.
    init?(_ column: ColumnValues) {
        switch column {
        case .float32(let values): self = .floats(values, width: 1)
        case .float64(let values): self = .doubles(values, width: 1)
        case .int64(let values): self = .integers(values.map(Int.init))
        case .fixedSizeList(let size, .float32(let values)): self = .floats(values, width: size)
        case .fixedSizeList(let size, .float64(let values)): self = .doubles(values, width: size)
        case .list(let offsets, let values):
            let widths = Set(zip(offsets, offsets.dropFirst()).map { Int($1 - $0) })
            guard widths.count == 1, let width = widths.first, width > 0 else { return nil }
            switch values {
            case .float32(let values): self = .floats(values, width: width)
            case .float64(let values): self = .doubles(values, width: width)
            default: return nil
            }
        default: return nil
        }
    }

    /// Appends rows of the same feature. Nil when they are of another type.
    mutating func append(_ more: NumericValues) -> Void? {
        switch (self, more) {
        case (.floats(let values, let width), .floats(let others, let same)) where width == same:
            self = .floats(values + others, width: width)
        case (.doubles(let values, let width), .doubles(let others, let same)) where width == same:
            self = .doubles(values + others, width: width)
        case (.integers(let values), .integers(let others)): self = .integers(values + others)
        default: return nil
        }
        return ()
    }

    /// All in single precision, row after row, and how many a row has.
    var singles: (values: [Float], width: Int) {
        switch self {
        case .floats(let values, let width): (values, width)
        case .doubles(let values, let width): (values.map(Float.init), width)
        case .integers(let values): (values.map(Float.init), 1)
        }
    }

    /// Whether all values are finite.
    var areNumbers: Bool {
        switch self {
        case .floats(let values, _): values.allSatisfy(\.isFinite)
        case .doubles(let values, _): values.allSatisfy(\.isFinite)
        case .integers: true
        }
    }

    /// Nil when there are none.
    var statistics: FeatureStatistics? {
        switch self {
        case .floats(let values, let width): values.isEmpty ? nil : NumericStatistics.of(values, width: width)
        case .doubles(let values, let width): values.isEmpty ? nil : NumericStatistics.of(values, width: width)
        case .integers(let values): values.isEmpty ? nil : NumericStatistics.of(values)
        }
    }
}
