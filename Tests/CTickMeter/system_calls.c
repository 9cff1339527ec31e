// A seccomp filter that stops the thread at each system call and tells a second thread, which counts and lets it go on.
#define _GNU_SOURCE
#include "tick_meter.h"
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { highest_number = 1024 };

static atomic_uint_fast64_t calls[highest_number];
static atomic_uint_fast64_t all_calls;
// Given to the thread that counts: no descriptor yet, the listener's, or none at all.
enum { not_yet = -1, never = -2 };
static atomic_int listener;

uint64_t tick_meter_calls(void) { return atomic_load(&all_calls); }

uint64_t tick_meter_calls_of(int number) {
    return number >= 0 && number < highest_number ? atomic_load(&calls[number]) : 0;
}

static void *count_calls(void *unused) {
    (void)unused;
    int descriptor;
    while ((descriptor = atomic_load(&listener)) == not_yet) usleep(100);
    if (descriptor == never) return NULL;
    while (1) {
        // A thread that has ended hangs up.
        struct pollfd ready = {.fd = descriptor, .events = POLLIN};
        if (poll(&ready, 1, -1) < 0 && errno == EINTR) continue;
        if (!(ready.revents & POLLIN)) break;
        struct seccomp_notif call;
        memset(&call, 0, sizeof call);
        if (ioctl(descriptor, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0) continue;
        // Where the kernel's page of clocks is of no use, reading one is a call; that is the machine's doing.
        int number = call.data.nr;
        if (number != SYS_clock_gettime) {
            atomic_fetch_add(&all_calls, 1);
            if (number >= 0 && number < highest_number) atomic_fetch_add(&calls[number], 1);
        }
        struct seccomp_notif_resp answer = {.id = call.id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
        ioctl(descriptor, SECCOMP_IOCTL_NOTIF_SEND, &answer);
    }
    close(descriptor);
    return NULL;
}

int tick_meter_count_calls(void) {
    for (int number = 0; number < highest_number; number++) atomic_store(&calls[number], 0);
    atomic_store(&all_calls, 0);
    atomic_store(&listener, not_yet);
    // It must be there before the filter is: from then on this thread cannot make a single call without it.
    pthread_t counter;
    int result = pthread_create(&counter, NULL, count_calls, NULL);
    if (result != 0) return result;
    pthread_detach(counter);
    struct sock_filter told[] = {{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_USER_NOTIF}};
    struct sock_fprog filter = {.len = 1, .filter = told};
    long descriptor = -1;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) {
        descriptor = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
    }
    result = descriptor < 0 ? errno : 0;
    atomic_store(&listener, descriptor < 0 ? never : (int)descriptor);
    return result;
}
