import Glibc
package import RecordingTypes

extension MonotonicTime {
    package static var now: MonotonicTime { MonotonicTime(nanoseconds: Platform.read(CLOCK_MONOTONIC)) }

    /// Sleeps until this instant (clock_nanosleep, absolute), also through signals. Returns at once when it is past.
    package func sleepUntil() {
        var deadline = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, nil) == EINTR {}
    }
}

/// The time of day: kept beside the monotonic time, never computed with.
package enum WallClock {
    /// Nanoseconds since 1970 (CLOCK_REALTIME).
    package static var nanoseconds: Int64 { Platform.read(CLOCK_REALTIME) }

    /// The local date and time as `YYYYMMDD_HHMMSS`.
    package static var localStamp: String {
        var now = time(nil)
        var local = tm()
        localtime_r(&now, &local)
        var text = [CChar](repeating: 0, count: 32)
        let count = strftime(&text, text.count, "%Y%m%d_%H%M%S", &local)
        return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// In nanoseconds.
private func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
