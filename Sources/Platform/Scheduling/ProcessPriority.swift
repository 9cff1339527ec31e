import CLinux
import RecordingTypes
import SystemPackage

/// Scheduling of the whole process, set before it starts its threads.
package enum ProcessPriority {
    /// Makes this process run only when nobody else wants the cores or the disk, and unable to raise itself again.
    ///
    /// libSvtAv1Enc gives its threads SCHED_FIFO 99 when it may, and then starves the control loop. RLIMIT_RTPRIO and
    /// CAP_SYS_NICE must go before the first encoder is opened; SCHED_IDLE is inherited by the threads made later.
    /// - Throws: `ReelError` when the kernel refuses; encoding must not start then.
    package static func becomeIdleForGood() throws {
        try check(reel_become_idle(), "set the encoder's priority to idle")
        try forbidRealTime()
    }

    /// Makes this process give way to others, before it starts its threads: nice 10, the first to go when memory is short, no
    /// rights that it has not got, few open files. What the system does not allow is left as it is.
    package static func giveWay(mostFiles: Int) { reel_give_way(Int32(mostFiles)) }

    /// No thread of this process becomes real-time by its own right any more; threads that are there keep the capability.
    static func forbidRealTime() throws { try check(reel_forbid_real_time(), "give up real-time priority") }

    private static func check(_ errno: Int32, _ action: String) throws {
        if errno != 0 { throw ReelError(Errno(rawValue: errno), action) }
    }
}
