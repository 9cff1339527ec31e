// malloc, free and their relatives as every other part of the process finds them: glibc's, with a count for each thread.
#define _GNU_SOURCE
#include "tick_meter.h"
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)

// A sanitizer has an allocator of its own. Nothing is counted beside it, and nobody shall believe that it was.
uint64_t tick_meter_allocations(void) { abort(); }

uint64_t tick_meter_releases(void) { abort(); }

#else

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *memory);

static __thread uint64_t allocations;
static __thread uint64_t releases;

uint64_t tick_meter_allocations(void) { return allocations; }

uint64_t tick_meter_releases(void) { return releases; }

void free(void *memory) {
    if (memory != NULL) releases++;
    __libc_free(memory);
}

// What glibc gives back to the kernel in a `free` does not come by here, but that `free` is counted.
int munmap(void *memory, size_t size) {
    releases++;
    return (int)syscall(SYS_munmap, memory, size);
}

void *malloc(size_t size) {
    allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    allocations++;
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
    allocations++;
    return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    allocations++;
    return __libc_memalign(alignment, size);
}

void *memalign(size_t alignment, size_t size) { return aligned_alloc(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
    void *found = aligned_alloc(alignment, size);
    if (found == NULL) return ENOMEM;
    *memory = found;
    return 0;
}

#endif
