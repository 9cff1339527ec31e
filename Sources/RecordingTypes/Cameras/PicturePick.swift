/// Chooses a camera's picture for a tick, by nothing but when pictures arrived and when ticks came.
///
/// With `.inStep`, a row shows the picture after the one of the row before, and passes one over only when the picture
/// after it has waited longer than arrivals wander. So where pictures arrive at the very moment of the tick, the one that
/// came too late for its row is shown by the next, and it stays at that, instead of a repeat and a skip each time chance
/// has it so. docs/pictures.md has the argument and the figures.
package struct PicturePick: Sendable {
    /// What is known of a picture that waits.
    package struct Arrival: Sendable {
        package let sequence: Int64
        package let time: MonotonicTime

        package init(sequence: Int64, time: MonotonicTime) {
            (self.sequence, self.time) = (sequence, time)
        }
    }

    private let policy: PicturePolicy
    /// How much two pictures in a row differed in how long they had waited for their ticks, at most: what two clocks that
    /// agree would not do. It grows a little with each that differs more, so that one outlier says little, and fades.
    private var wander: Int64 = 4_000_000
    private static let wanderStep: Int64 = 1_000_000
    private var picturesPerTick = 1.0
    private var period: Int64?
    private var lastTick: MonotonicTime?
    private var newestSequence: Int64?
    /// The picture of the tick before, and how long it had waited; nil when that tick had none of its own.
    private var last: (sequence: Int64, wait: Int64)?

    package init(_ policy: PicturePolicy) { self.policy = policy }

    /// - Parameters:
    ///   - tick: later than any before.
    ///   - count: pictures that arrived before it and were not chosen yet.
    ///   - arrival: of the n-th of them, the oldest first.
    /// - Returns: which of them; nil for the same picture again.
    package mutating func choose(
        at tick: MonotonicTime, from count: Int, _ arrival: (Int) -> Arrival
    ) -> Int? {
        note(tick, newest: count > 0 ? arrival(count - 1).sequence : nil)
        // Of a camera that is much faster than the loop some must be passed over anyway.
        guard count > 0, policy == .inStep, picturesPerTick < 1.5 else {
            last = nil
            return count > 0 ? count - 1 : nil
        }
        func wait(_ index: Int) -> Int64 { tick.nanoseconds - arrival(index).time.nanoseconds }
        var chosen = 0
        while chosen + 1 < count, wait(chosen + 1) >= margin { chosen += 1 }
        note(arrival(chosen).sequence, wait: wait(chosen))
        return chosen
    }

    /// So long must the next picture have waited before the one ahead of it is passed over: after that it is not the other
    /// way round again, for all that arrivals wander. Beyond most of a period the network is to blame, and newer is better.
    private var margin: Int64 {
        min(wander + wander / 4 + 1_000_000, (period ?? .max) / 4 * 3)
    }

    private mutating func note(_ tick: MonotonicTime, newest: Int64?) {
        if let lastTick {
            let passed = (tick - lastTick).nanoseconds
            // A pause between two takes is no period.
            if let period, passed < 4 * period {
                self.period = period + (passed - period) / 8
            } else if period == nil, passed < 1_000_000_000 {
                period = passed
            }
        }
        lastTick = tick
        let new = newest.map { min($0 - (newestSequence ?? $0 - 1), 4) } ?? 0
        newestSequence = newest ?? newestSequence
        picturesPerTick += (Double(new) - picturesPerTick) / 16
    }

    private mutating func note(_ sequence: Int64, wait: Int64) {
        if let last, sequence == last.sequence + 1 {
            wander -= wander / 1000
            let difference = abs(wait - last.wait)
            if difference > wander { wander += min(difference - wander, Self.wanderStep) }
        }
        last = (sequence, wait)
    }
}
