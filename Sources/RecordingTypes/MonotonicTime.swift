/// An instant of CLOCK_MONOTONIC, the clock that cameras, buses and the control loop share.
///
/// Swift's `ContinuousClock` is CLOCK_BOOTTIME on Linux, so it is not used for capture times.
package struct MonotonicTime: Hashable, Comparable, Codable, Sendable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    package static func + (time: Self, duration: Duration) -> Self {
        Self(nanoseconds: time.nanoseconds + duration.nanoseconds)
    }

    package static func - (later: Self, earlier: Self) -> Duration {
        .nanoseconds(later.nanoseconds - earlier.nanoseconds)
    }

    package init(from decoder: any Decoder) throws {
        nanoseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(nanoseconds)
    }
}

extension Duration {
    /// The whole length in nanoseconds; every duration here is far below the 292 years that fit.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    /// The length in seconds, for showing and for arithmetic that is not exact anyway.
    package var seconds: Double { Double(nanoseconds) / 1e9 }

    /// The length in milliseconds, for showing.
    package var milliseconds: Double { Double(nanoseconds) / 1e6 }
}
