import CTickMeter
import Platform
import Synchronization
import SystemPackage
import Testing

/// Whether this machine lets a thread's system calls be counted; most containers do not.
enum SystemCalls {
    static let refusal: Errno? = {
        let result = Mutex<Int32>(0)
        // It keeps the filter until it ends.
        OwnThread(name: "probe") { result.withLock { $0 = tick_meter_count_calls() } }.join()
        let refusal = result.withLock { $0 }
        return refusal == 0 ? nil : Errno(rawValue: refusal)
    }()
}

extension Trait where Self == ConditionTrait {
    /// Skips the test, and says so, where system calls cannot be counted.
    static var countsSystemCalls: Self {
        .enabled(if: SystemCalls.refusal == nil, "the kernel does not let system calls be counted here")
    }
}
