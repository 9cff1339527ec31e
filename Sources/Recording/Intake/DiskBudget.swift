import RecordingTypes

/// How long can be recorded until the disk is full, from the rate that was measured while recording.
struct DiskBudget {
    /// What a look at the disk says.
    enum Advice: Equatable {
        case none
        /// The operator should know, once.
        case warn(minutes: Int)
        /// The take that is recorded must end now.
        case endTake
    }

    /// Less than this is left: the operator is warned.
    static let warning = 600
    /// Less than this is left: no take begins.
    static let least = 60
    /// So long a take goes on between two looks, and while what is in memory is written, at most.
    private static let margin = 2.0

    /// Bytes that stay free for what finishes takes: descriptions, indices, the dataset's tables.
    let floor: Int
    /// While recording; nil until it was measured.
    private(set) var bytesPerSecond: Double?
    /// Seconds of recording that the disk has room for; nil until the rate was measured.
    private(set) var secondsLeft: Int?
    private(set) var isBelowFloor = false

    private var last: (written: Int, at: MonotonicTime)?
    private var hasWarned = false

    init(floor: Int) { self.floor = floor }

    /// The floor for a filesystem of this size: a hundredth of it, between 1 and 64 MB.
    static func floor(forDiskOf bytes: Int) -> Int { min(max(bytes / 100, 1 << 20), 64 << 20) }

    /// Takes account of a look at the disk.
    /// - Parameters:
    ///   - free: bytes that may still be written.
    ///   - written: bytes of takes written so far in this session, nil while none is recorded.
    ///   - time: of the look.
    /// - Returns: what to do about it.
    mutating func look(free: Int, written: Int?, at time: MonotonicTime) -> Advice {
        measure(written, time)
        let left = free - floor
        isBelowFloor = left <= Int((bytesPerSecond ?? 0) * Self.margin)
        guard let rate = bytesPerSecond, rate > 0 else { return isBelowFloor ? .endTake : .none }
        let seconds = max(0, left) / max(1, Int(rate))
        secondsLeft = seconds
        if isBelowFloor { return .endTake }
        // Some more must be freed before it is worth a second warning.
        if seconds > Self.warning * 3 / 2 { hasWarned = false }
        guard seconds <= Self.warning, !hasWarned else { return .none }
        hasWarned = true
        return .warn(minutes: seconds / 60)
    }

    /// Over at least a second; later measurements move the rate slowly, since pictures differ in size.
    private mutating func measure(_ written: Int?, _ time: MonotonicTime) {
        guard let written else {
            last = nil
            return
        }
        guard let (before, start) = last else {
            last = (written, time)
            return
        }
        let elapsed = (time - start).seconds
        guard elapsed >= 1 else { return }
        let rate = Double(written - before) / elapsed
        bytesPerSecond = bytesPerSecond.map { $0 * 0.8 + rate * 0.2 } ?? rate
        last = (written, time)
    }

    /// Why no take may begin; nil when one may.
    var refusal: String? {
        if isBelowFloor { return "the disk is full" }
        guard let secondsLeft, secondsLeft < Self.least else { return nil }
        return "the disk has room for \(secondsLeft) s of recording"
    }
}
