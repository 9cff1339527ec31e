import Glibc
package import RecordingTypes

/// A thread sleeps until an instant, unless somebody rings. A ring while nobody sleeps is kept for the next sleep.
package final class Doorbell: @unchecked Sendable {  // Everything in it is used under its own mutex.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var hasRung = false

    package init() {
        mutex.initialize(to: pthread_mutex_t())
        condition.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Wakes the sleeper now, or lets its next sleep end at once.
    package func ring() {
        pthread_mutex_lock(mutex)
        hasRung = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Sleeps until `instant`, or for ever when there is none.
    /// Returns whether it was rung; the ring is used up then.
    package func sleep(until instant: MonotonicTime?) -> Bool {
        pthread_mutex_lock(mutex)
        defer {
            hasRung = false
            pthread_mutex_unlock(mutex)
        }
        while !hasRung {
            guard let instant else {
                pthread_cond_wait(condition, mutex)
                continue
            }
            var deadline = timespec(
                tv_sec: Int(instant.nanoseconds / 1_000_000_000), tv_nsec: Int(instant.nanoseconds % 1_000_000_000))
            if pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT { break }
        }
        return hasRung
    }
}
