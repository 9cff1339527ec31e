#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <semaphore.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// From linux/ioprio.h, which older kernel headers do not ship.
#define REEL_IOPRIO_WHO_PROCESS 1
#define REEL_IOPRIO_IDLE (3 << 13)

int reel_forbid_real_time(void) {
    struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_RTPRIO, &none) != 0) return errno;
    // Fails without CAP_SETPCAP; then the capability is not there to be raised by an exec either.
    prctl(PR_CAPBSET_DROP, CAP_SYS_NICE, 0, 0, 0);
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &header, data) != 0) return errno;
    uint32_t keep = ~(1u << CAP_SYS_NICE);
    data[0].effective &= keep;
    data[0].permitted &= keep;
    data[0].inheritable &= keep;
    return syscall(SYS_capset, &header, data) == 0 ? 0 : errno;
}

int reel_become_idle(void) {
    struct sched_param parameters = {.sched_priority = 0};
    if (sched_setscheduler(0, SCHED_IDLE, &parameters) != 0) return errno;
    return syscall(SYS_ioprio_set, REEL_IOPRIO_WHO_PROCESS, 0, REEL_IOPRIO_IDLE) == 0 ? 0 : errno;
}

// As the kernel defines it; older C libraries have no wrapper.
struct reel_sched_attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
};
// SCHED_ATTR_SIZE_VER0: the kernel refuses another size.
_Static_assert(sizeof(struct reel_sched_attributes) == 48, "sched_attr's first version has 48 bytes");
_Static_assert(offsetof(struct reel_sched_attributes, priority) == 20, "sched_priority follows sched_nice");

void reel_wake_promptly(void) {
    prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
    struct reel_sched_attributes wanted;
    if (syscall(SYS_sched_getattr, 0, &wanted, sizeof wanted, 0) != 0 || wanted.policy != SCHED_OTHER) return;
    wanted.flags = 1;  // SCHED_FLAG_RESET_ON_FORK
    struct reel_sched_attributes real_time = wanted;
    real_time.policy = SCHED_FIFO;
    real_time.nice = 0;
    real_time.priority = 1;
    real_time.runtime = 0;
    if (syscall(SYS_sched_setattr, 0, &real_time, 0) == 0) return;
    // Since Linux 6.12 the length of its turn; the kernel lets the shorter turn go first. Before, it means nothing.
    wanted.runtime = 100000;
    int32_t nice = wanted.nice;
    wanted.nice = -10;
    if (syscall(SYS_sched_setattr, 0, &wanted, 0) == 0) return;
    wanted.nice = nice;
    syscall(SYS_sched_setattr, 0, &wanted, 0);
}

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
