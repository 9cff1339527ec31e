import CLinux
import Glibc
import SystemPackage

/// Scheduling of one thread.
package enum ThreadPriority {
    /// Lets the calling thread wake when its time has come rather than a little later, as far as the user may have that: a
    /// real-time thread of the lowest priority where the process may make one (root, or RLIMIT_RTPRIO: limits.conf,
    /// `ulimit -r`), else through RealtimeKit, else an ordinary thread that is let go before others.
    ///
    /// It must be one that mostly sleeps; the kernel leaves others 5% of the time even then (sched_rt_runtime_us). A
    /// second passes at most until a system bus that does not answer is given up. One thread of a process at a time; it
    /// calls `sleepIn` in the end.
    /// - Returns: what the thread is now, and why it is nothing better.
    package static func wakePromptly() -> ThreadScheduling {
        reel_take_short_turns()
        var scheduling = ThreadScheduling.current
        // Somebody has chosen for this process (`chrt`), and that holds.
        guard scheduling.policy == .other || scheduling.isRealTime else {
            scheduling.refusals = ["it was started as \(scheduling.policy.rawValue)"]
            return scheduling
        }
        do throws(RealtimeKit.Refusal) {
            // Both ways may be bounded: desktop sessions hand a limit down to what is started in them.
            let error = reel_guard_real_time()
            guard error == 0 else {
                throw RealtimeKit.Refusal(
                    error == EBUSY ? "another thread of this process is one" : Errno(rawValue: error).description)
            }
            try limitRealTime(to: nil)
        } catch {
            // One that was started as a real-time thread cannot stay one under a limit that kills it in mid-tick.
            if scheduling.isRealTime && reel_become_ordinary() == 0 { scheduling = .current }
            if !scheduling.isRealTime { scheduling.refusals = [error.text] }
            return scheduling
        }
        if scheduling.isRealTime { return scheduling }
        let error = reel_become_real_time()
        if error == 0 { return .current }
        scheduling.refusals = ["SCHED_FIFO: \(Errno(rawValue: error))"]
        do {
            try RealtimeKit.makeRealTime()
            let refusals = scheduling.refusals
            scheduling = .current
            (scheduling.isThroughRealtimeKit, scheduling.refusals) = (true, refusals)
        } catch {
            scheduling.refusals.append(error.text)
        }
        return scheduling
    }

    /// The calling thread need not wake promptly any more: it is an ordinary one from now on.
    /// - Parameter granted: what `wakePromptly` came to.
    /// - Returns: the same, with what became of it meanwhile.
    package static func sleepIn(_ granted: ThreadScheduling) -> ThreadScheduling {
        let last = ThreadScheduling.current
        let tookTooLong = reel_leave_real_time() != 0
        var scheduling = granted
        if last.isRealTime && !granted.isRealTime {
            // RealtimeKit did it when nobody waited for its answer any more.
            (scheduling.policy, scheduling.priority, scheduling.isThroughRealtimeKit) = (
                last.policy, last.priority, true
            )
        }
        if tookTooLong {
            scheduling.loss = "it computed for too long without a pause (RLIMIT_RTTIME)"
        } else if granted.isRealTime && !last.isRealTime {
            scheduling.loss = "it was taken from it, as RealtimeKit does when the machine stands still"
        }
        return scheduling
    }

    /// Lets the calling thread wait where others want the cores (nice 10), as far as the system allows it.
    package static func giveWay() {
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), UInt32(reel_thread_number()), 10)
    }

    /// Bounds how long a real-time thread of this process may compute without a pause, in microseconds; nil keeps the
    /// bound that there is, if any, and lets the thread hear of it in time.
    static func limitRealTime(to longest: Int64?) throws(RealtimeKit.Refusal) {
        var granted: Int64 = 0
        let error = reel_limit_real_time(longest ?? -1, RealtimeKit.leastTime, &granted)
        if error == ERANGE {
            throw RealtimeKit.Refusal(
                "RLIMIT_RTTIME lets a real-time thread compute for \(granted) µs only (ulimit -R)")
        }
        guard error == 0 else {
            throw RealtimeKit.Refusal("RLIMIT_RTTIME could not be set: \(Errno(rawValue: error))")
        }
    }
}
