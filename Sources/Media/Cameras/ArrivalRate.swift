import RecordingTypes

/// Measures pictures a second by when they come. The first few are left out: a network hands over at once what it has
/// kept back.
struct ArrivalRate {
    private static let skipped = 3
    private var count = 0
    private var first = MonotonicTime(nanoseconds: 0)
    private var last = MonotonicTime(nanoseconds: 0)

    mutating func count(_ time: MonotonicTime) {
        if count == Self.skipped { first = time }
        last = time
        count += 1
    }

    /// Nil before there are enough of them to tell within a tenth.
    var perSecond: Double? {
        let intervals = count - Self.skipped - 1
        guard intervals >= 5, last > first else { return nil }
        return Double(intervals) / (last - first).seconds
    }
}
