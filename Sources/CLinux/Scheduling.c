#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
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

void reel_give_way(int most_files) {
    setpriority(PRIO_PROCESS, 0, 10);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur > (rlim_t)most_files) {
        files.rlim_cur = files.rlim_max = most_files;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (score < 0) return;
    ssize_t written = write(score, "500", 3);
    (void)written;
    close(score);
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
#define REEL_RESET_ON_FORK 1

static int get_attributes(struct reel_sched_attributes *attributes) {
    return syscall(SYS_sched_getattr, 0, attributes, sizeof *attributes, 0) == 0 ? 0 : errno;
}

static int set_attributes(pid_t thread, const struct reel_sched_attributes *attributes) {
    return syscall(SYS_sched_setattr, thread, attributes, 0) == 0 ? 0 : errno;
}

_Static_assert(sizeof(struct reel_scheduling) == sizeof(struct reel_sched_attributes), "one is kept in the other");

int reel_note_scheduling(struct reel_scheduling *scheduling) {
    struct reel_sched_attributes now;
    int error = get_attributes(&now);
    if (error == 0) memcpy(scheduling, &now, sizeof now);
    return error;
}

int reel_restore_scheduling(const struct reel_scheduling *scheduling) {
    struct reel_sched_attributes before, now;
    memcpy(&before, scheduling, sizeof before);
    int error = get_attributes(&now);
    if (error != 0) return error;
    if (now.policy == before.policy && now.priority == before.priority) return 0;
    return set_attributes(0, &before);
}

void reel_take_short_turns(void) {
    prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
    struct reel_sched_attributes wanted;
    if (get_attributes(&wanted) != 0 || wanted.policy != SCHED_OTHER) return;
    wanted.flags = REEL_RESET_ON_FORK;
    // Since Linux 6.12 the length of its turn; the kernel lets the shorter turn go first. Before, it means nothing.
    wanted.runtime = 100000;
    int32_t nice = wanted.nice;
    wanted.nice = -10;
    if (set_attributes(0, &wanted) == 0) return;
    wanted.nice = nice;
    set_attributes(0, &wanted);
}

int reel_become_real_time(void) {
    struct reel_sched_attributes wanted = {
        .size = sizeof wanted, .policy = SCHED_FIFO, .flags = REEL_RESET_ON_FORK, .priority = 1,
    };
    return set_attributes(0, &wanted);
}

static int is_real_time(int policy) {
    policy &= ~SCHED_RESET_ON_FORK;
    return policy == SCHED_FIFO || policy == SCHED_RR;
}

int64_t reel_thread_number(void) { return syscall(SYS_gettid); }

int reel_policy(int *priority) {
    struct sched_param parameters = {.sched_priority = 0};
    sched_getparam(0, &parameters);
    *priority = parameters.sched_priority;
    return sched_getscheduler(0) & ~SCHED_RESET_ON_FORK;
}

// At the hard limit the kernel kills, so a thread must hear of it well before: also in a process that was started with
// both alike, as desktop sessions do it.
static int warn_in_time(struct rlimit *limit) {
    if (limit->rlim_cur > limit->rlim_max / 4) limit->rlim_cur = limit->rlim_max / 4;
    return setrlimit(RLIMIT_RTTIME, limit) == 0 ? 0 : errno;
}

int reel_limit_real_time(int64_t longest, int64_t least, int64_t *granted) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_RTTIME, &limit) != 0) return errno;
    rlim_t former = limit.rlim_max;
    if (longest >= 0 && limit.rlim_max > (rlim_t)longest) limit.rlim_max = (rlim_t)longest;
    *granted = limit.rlim_max == RLIM_INFINITY ? -1 : (int64_t)limit.rlim_max;
    if (*granted < 0) return 0;
    if (*granted < least) {
        // Other threads may be real-time ones all the same, in a program that was started so.
        limit.rlim_max = former;
        if (former != RLIM_INFINITY) warn_in_time(&limit);
        return ERANGE;
    }
    return warn_in_time(&limit);
}

// The thread that loses its real-time priority when SIGXCPU comes, and what it becomes.
static atomic_int guarded = 0;
static atomic_int exceeded = 0;
static struct reel_sched_attributes ordinary;
static struct sigaction before;

// On whichever thread the kernel chose: the one that computes, as a rule. System calls only.
static void give_up_real_time(int number) {
    int error = errno;
    int is_over = 0;
    pid_t thread = atomic_load(&guarded);
    if (thread != 0 && is_real_time(sched_getscheduler(thread)) && set_attributes(thread, &ordinary) == 0) {
        atomic_store(&exceeded, 1);
        is_over = 1;
    }
    // Another one, in a program that was started with real-time threads.
    if (is_real_time(sched_getscheduler(0)) && set_attributes(0, &ordinary) == 0) is_over = 1;
    if (is_over) {
        // The kernel has put the soft limit up by a second, beyond the hard one: the next would be killed unwarned.
        struct rlimit limit;
        if (getrlimit(RLIMIT_RTTIME, &limit) == 0 && limit.rlim_max != RLIM_INFINITY) warn_in_time(&limit);
    } else {
        // Another limit (RLIMIT_CPU): what happens then is what would have happened without this.
        sigaction(number, &before, NULL);
        raise(number);
    }
    errno = error;
}

int reel_guard_real_time(void) {
    int nobody = 0;
    if (!atomic_compare_exchange_strong(&guarded, &nobody, (int)syscall(SYS_gettid))) return EBUSY;
    atomic_store(&exceeded, 0);
    int error = get_attributes(&ordinary);
    if (error == 0) {
        if (ordinary.policy != SCHED_OTHER) ordinary.runtime = ordinary.deadline = ordinary.period = 0;
        ordinary.policy = SCHED_OTHER;
        ordinary.flags = REEL_RESET_ON_FORK;
        ordinary.priority = 0;
        struct sigaction action = {.sa_handler = give_up_real_time, .sa_flags = SA_RESTART};
        sigemptyset(&action.sa_mask);
        if (sigaction(SIGXCPU, &action, &before) == 0) {
            // A thread that was started from a dispatch queue blocks it.
            sigset_t exceeding;
            sigemptyset(&exceeding);
            sigaddset(&exceeding, SIGXCPU);
            pthread_sigmask(SIG_UNBLOCK, &exceeding, NULL);
        } else {
            error = errno;
        }
    }
    if (error != 0) atomic_store(&guarded, 0);
    return error;
}

int reel_become_ordinary(void) {
    if (atomic_load(&guarded) != (int)syscall(SYS_gettid)) return ESRCH;
    return set_attributes(0, &ordinary);
}

int reel_leave_real_time(void) {
    if (atomic_load(&guarded) != (int)syscall(SYS_gettid)) return 0;
    set_attributes(0, &ordinary);
    sigaction(SIGXCPU, &before, NULL);
    atomic_store(&guarded, 0);
    return atomic_load(&exceeded);
}
