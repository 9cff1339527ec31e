import CLinux

/// Scheduling of one thread.
package enum ThreadPriority {
    /// Lets the calling thread wake when its time has come rather than a little later, as far as the user may ask for that:
    /// with RLIMIT_RTPRIO (limits.conf, `ulimit -r`) or as root it becomes a real-time thread of the lowest priority. It
    /// must be one that mostly sleeps; the kernel leaves others 5% of the time even then (sched_rt_runtime_us).
    package static func wakePromptly() { reel_wake_promptly() }
}
