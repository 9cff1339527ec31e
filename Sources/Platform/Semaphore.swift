import CLinux
import Glibc
package import RecordingTypes

/// Wakes one thread from another without a lock (POSIX sem_t). Posting is one atomic operation when nobody waits.
package final class Semaphore: @unchecked Sendable {  // sem_t is made to be shared between threads.
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    package init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    package func post() { sem_post(semaphore) }

    package func wait() {
        while sem_wait(semaphore) != 0 && errno == EINTR {}
    }

    /// Waits at most until the deadline.
    /// Returns true when it was posted, false when the deadline came first.
    package func wait(until deadline: MonotonicTime) -> Bool {
        reel_semaphore_wait_until(semaphore, deadline.nanoseconds) == 0
    }
}
