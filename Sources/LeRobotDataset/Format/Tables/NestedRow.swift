import ArrowTables

/// One row of a column of numbers, or of lists of them to any depth.
struct NestedRow {
    /// All numbers in order.
    let values: [Double]
    /// Empty for a plain number.
    let shape: [Int]

    /// Nil when the column holds anything but numbers, or lists of unequal length.
    init?(_ column: ColumnValues, row: Int) {
        var range = row..<row + 1
        var shape: [Int] = []
        var column = column
        while true {
            switch column {
            case .list(let offsets, let inner):
                let sizes = Set(range.map { Int(offsets[$0 + 1] - offsets[$0]) })
                guard sizes.count == 1, let size = sizes.first else { return nil }
                shape.append(size)
                range = Int(offsets[range.lowerBound])..<Int(offsets[range.upperBound])
                column = inner
            case .fixedSizeList(let size, let inner):
                shape.append(size)
                range = range.lowerBound * size..<range.upperBound * size
                column = inner
            case .float64(let numbers):
                self.init(numbers[range].map { $0 }, shape)
                return
            case .float32(let numbers):
                self.init(numbers[range].map(Double.init), shape)
                return
            case .int64(let numbers):
                self.init(numbers[range].map(Double.init), shape)
                return
            default: return nil
            }
        }
    }

    private init(_ values: [Double], _ shape: [Int]) {
        self.values = values
        self.shape = shape
    }
}
