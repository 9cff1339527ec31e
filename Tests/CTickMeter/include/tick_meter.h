// Counts what a thread costs: allocations and system calls. For tests alone.
#pragma once
#include <stdint.h>
#include <sys/syscall.h>

/// Allocations by the calling thread since it began. Counts wherever this is linked in; with a sanitizer nobody counts, and
/// asking ends the process.
uint64_t tick_meter_allocations(void);

/// What the calling thread gave back since it began: to the allocator (free) or to the kernel (munmap). As above.
uint64_t tick_meter_releases(void);

/// From now on until it ends, the calling thread's system calls are counted, those that read a clock excepted. One
/// thread at a time; it gives up new privileges for good. Returns 0, or an errno where the kernel does not let it.
int tick_meter_count_calls(void);

/// System calls of the thread that is, or was last, counted.
uint64_t tick_meter_calls(void);

/// Numbers of system calls, which Swift does not see.
enum {
    tick_meter_write = SYS_write,
    tick_meter_writev = SYS_writev,
    tick_meter_pwrite = SYS_pwrite64,
    tick_meter_getppid = SYS_getppid
};

/// Those with this number.
uint64_t tick_meter_calls_of(int number);
