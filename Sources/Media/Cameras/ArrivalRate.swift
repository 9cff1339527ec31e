import RecordingTypes

/// Measures pictures a second by when they come. The first few are left out: a network hands over at once what it has
/// kept back.
struct ArrivalRate {
    private static let skipped = 3
    private var count = 0
    private var first = MonotonicTime(nanoseconds: 0)
    private var last = MonotonicTime(nanoseconds: 0)
    /// What comes closer together than this was kept back; no camera is that fast.
    private static let burst: Duration = .milliseconds(5)
    /// From one picture to the next, bursts aside.
    private var intervals = 0
    private var intervalSum: Duration = .zero

    mutating func count(_ time: MonotonicTime) {
        if count > 0, time - last > Self.burst {
            intervals += 1
            intervalSum = intervalSum + (time - last)
        }
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

    /// By as few as there are, for a camera that gives one in seconds: never too high for long, since the time since the
    /// last one counts as well. Nil before the first.
    func rough(at now: MonotonicTime) -> (perSecond: Double, intervals: Int)? {
        guard count > 0 else { return nil }
        let mean = intervals > 0 ? intervalSum.seconds / Double(intervals) : 0
        return (1 / max(mean, (now - last).seconds, Self.burst.seconds), intervals)
    }
}
