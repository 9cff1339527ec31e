package import RecordingTypes

/// When the ticks of a phase are due, and the one rule for a tick that comes too late: deadlines are absolute, so lateness
/// never adds up, and what was missed is not made up for in a burst. Who records repeats the row before for each missed
/// tick; who only moves an arm leaves them out.
package struct TickPace: Sendable {
    /// When tick 0 is due.
    package let start: MonotonicTime
    private let ticks: Ticks

    private enum Ticks {
        /// So many a second, for ever.
        case even(Int)
        /// At these times after the start.
        case given([Duration])
    }

    /// A tick every `1 / rate` seconds.
    package init(start: MonotonicTime, rate: Int) {
        self.start = start
        ticks = .even(rate)
    }

    /// Ticks at times after the start, in order; there are no others.
    package init(start: MonotonicTime, times: [Duration]) {
        self.start = start
        ticks = .given(times)
    }

    /// When a tick is due.
    package func due(_ tick: Int) -> MonotonicTime {
        switch ticks {
        case .even(let rate):
            // In two parts: the last tick of a phase of years, times a thousand million, does not fit.
            let (seconds, rest) = tick.quotientAndRemainder(dividingBy: rate)
            return start + .nanoseconds(Int64(seconds) * 1_000_000_000 + Int64(rest) * 1_000_000_000 / Int64(rate))
        case .given(let times): return start + times[tick]
        }
    }

    /// The tick whose turn it is, when `next` was to be next: the last one that is due, and `next` itself while none is. Those
    /// between the two were missed.
    package func current(at now: MonotonicTime, next: Int) -> Int {
        var tick = next
        switch ticks {
        case .even(let rate):
            let elapsed = (now - start).nanoseconds
            guard elapsed > 0 else { return next }
            // In two parts, since days in nanoseconds times a rate would not fit.
            let (seconds, rest) = elapsed.quotientAndRemainder(dividingBy: 1_000_000_000)
            tick = max(next, Int(seconds * Int64(rate) + rest * Int64(rate) / 1_000_000_000))
            // `due` rounds down, so the next one may be due already.
            if due(tick + 1) <= now { tick += 1 }
        case .given(let times):
            while tick + 1 < times.count && due(tick + 1) <= now { tick += 1 }
        }
        return tick
    }
}
