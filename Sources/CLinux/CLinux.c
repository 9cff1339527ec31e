#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int reel_exchange_paths(const char *first, const char *second) {
    return syscall(SYS_renameat2, AT_FDCWD, first, AT_FDCWD, second, 2 /* RENAME_EXCHANGE */) == 0 ? 0 : errno;
}

int reel_allocate(int file_descriptor, int64_t bytes) {
    int result;
    do result = fallocate(file_descriptor, 0, 0, bytes);
    while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
}

void reel_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

int reel_semaphore_wait_until(sem_t *semaphore, int64_t nanoseconds) {
    struct timespec deadline = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    while (sem_clockwait(semaphore, CLOCK_MONOTONIC, &deadline) != 0) {
        if (errno != EINTR) return errno;
    }
    return 0;
}

int reel_wait_for_descriptor(int file_descriptor, short events, int64_t nanoseconds) {
    struct pollfd entry = {.fd = file_descriptor, .events = events};
    struct timespec timeout = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
    int result = ppoll(&entry, 1, &timeout, NULL);
    if (result < 0) return -errno;
    return result == 0 ? 0 : entry.revents;
}
