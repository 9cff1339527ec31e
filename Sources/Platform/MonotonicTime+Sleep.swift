import Glibc
package import RecordingTypes

extension MonotonicTime {
    /// Sleeps until this instant (clock_nanosleep, absolute), also through signals. Returns at once when it is past.
    package func sleepUntil() {
        var deadline = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, nil) == EINTR {}
    }
}
