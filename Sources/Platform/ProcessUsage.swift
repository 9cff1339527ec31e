import Glibc
import SystemPackage

/// What processes have used of the machine so far, as the kernel counts it.
package enum ProcessUsage {
    /// User and system time of this process, all threads, ended ones included.
    package static var processorTime: Duration { processorTime(of: RUSAGE_SELF) }

    /// The same of child processes that have ended and were waited for, all together.
    package static var childrenProcessorTime: Duration { processorTime(of: RUSAGE_CHILDREN) }

    /// The most memory of this process that was resident at once, in bytes; nil where there is no /proc.
    ///
    /// getrusage(2) would count what the process that started this one had resident at that moment.
    package static var peakMemory: Int? {
        guard let bytes = try? File.open("/proc/self/status").read(8192, at: 0) else { return nil }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        guard let kilobytes = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first else {
            return nil
        }
        return Int(kilobytes).map { $0 * 1024 }
    }

    private static func processorTime(of who: __rusage_who) -> Duration {
        var usage = rusage()
        getrusage(__rusage_who_t(who.rawValue), &usage)
        return duration(usage.ru_utime) + duration(usage.ru_stime)
    }

    private static func duration(_ time: timeval) -> Duration {
        .seconds(time.tv_sec) + .microseconds(time.tv_usec)
    }
}
