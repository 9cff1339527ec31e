// Sleeps to 30 deadlines a second, computes a little at each, and prints how late it woke at the 99th percentile, in
// milliseconds: what the kernel gives an ordinary thread that asks for short turns, and the least that Reel can have.
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
};

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int compare(const void *a, const void *b) {
    int64_t first = *(const int64_t *)a, second = *(const int64_t *)b;
    return (first > second) - (first < second);
}

int main(int count, char **arguments) {
    int ticks = count > 1 ? atoi(arguments[1]) : 300;
    if (ticks < 1) return 2;
    prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
    struct attributes wanted;
    if (syscall(SYS_sched_getattr, 0, &wanted, sizeof wanted, 0) == 0) {
        wanted.runtime = 100000;
        syscall(SYS_sched_setattr, 0, &wanted, 0);
    }
    int64_t *late = calloc(ticks, sizeof *late), due = now();
    if (!late) return 1;
    for (int tick = 0; tick < ticks; tick++) {
        due += 1000000000LL / 30;
        struct timespec deadline = {due / 1000000000LL, due % 1000000000LL};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, NULL);
        late[tick] = now() - due;
        while (now() < due + late[tick] + 150000) {}
    }
    qsort(late, ticks, sizeof *late, compare);
    printf("%.3f\n", late[ticks * 99 / 100] / 1e6);
    return 0;
}
