#include "visible_mutex.h"

#if __has_feature(thread_sanitizer)

#include <stdatomic.h>
#include <stdint.h>
#include <unistd.h>

#define LOCKED_BY_ANOTHER __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF")
#define SELF __attribute__((swift_context))

__attribute__((swiftcall)) void visible_mutex_lock(uint32_t thread, SELF _Atomic uint32_t *owner) LOCKED_BY_ANOTHER;

// What Swift's Mutex calls when another thread has it (_MutexHandle._lockSlow). The library's own lets the kernel hand it
// over, where the sanitizer does not look; this one asks again and again, with atomics that it sees.
__attribute__((swiftcall)) void visible_mutex_lock(uint32_t thread, SELF _Atomic uint32_t *owner) {
    uint32_t nobody = 0;
    while (!atomic_compare_exchange_weak_explicit(owner, &nobody, thread, memory_order_acquire, memory_order_relaxed)) {
        nobody = 0;
        usleep(20);
    }
}

#endif
