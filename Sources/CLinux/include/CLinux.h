// Linux calls that Swift cannot import: variadic ones, raw system calls, and macros.
#pragma once
#include <stdint.h>
#include <semaphore.h>
#include <sys/types.h>

/// Gives up for good what would let a thread of this process become real-time: CAP_SYS_NICE leaves the bounding,
/// permitted, effective and inheritable sets, and RLIMIT_RTPRIO becomes 0. Returns 0, or an errno.
int reel_forbid_real_time(void);

/// SCHED_IDLE and the idle I/O class for the calling process, threads made later included. Returns 0, or an errno.
int reel_become_idle(void);

/// Lets the calling thread wake as soon as its time has come, as far as the kernel lets it: without slack for its timers,
/// before threads that take longer turns, and before all others (the lowest real-time priority) where the process may do
/// that: root's, or one with RLIMIT_RTPRIO. Threads that it starts are as others are.
void reel_wake_promptly(void);

/// renameat2 with RENAME_EXCHANGE: swaps two paths of one filesystem in one step. Returns 0, or an errno.
int reel_exchange_paths(const char *first, const char *second);

/// Takes up this much space for the file without writing it (fallocate; posix_fallocate would write every block where
/// the filesystem cannot do it). Returns 0, or an errno.
int reel_allocate(int file_descriptor, int64_t bytes);

/// Names the calling thread as `top -H` shows it; the kernel keeps 15 bytes.
void reel_name_thread(const char *name);

/// Waits for the semaphore at most until `nanoseconds` on CLOCK_MONOTONIC, also through signals. Returns 0, or ETIMEDOUT.
int reel_semaphore_wait_until(sem_t *semaphore, int64_t nanoseconds);

/// Makes an open serial port refuse others (TIOCEXCL; not a pseudo-terminal, which would stay so when this process is
/// killed) and hand bytes on at once (ASYNC_LOW_LATENCY), where it can.
void reel_prepare_serial_port(int file_descriptor);

/// Sets the speed of a terminal to any number of bits a second (BOTHER). Returns 0, or an errno.
int reel_set_serial_speed(int file_descriptor, unsigned int bits_per_second);

/// The speed of a terminal, bits a second; 0 when it cannot be told.
unsigned int reel_serial_speed(int file_descriptor);

/// Waits until one of `events` (POLLIN, POLLOUT) happens to the descriptor, for at most so long (ppoll). Returns what
/// happened, 0 when nothing did in time, or an errno with a minus.
int reel_wait_for_descriptor(int file_descriptor, short events, int64_t nanoseconds);

/// Makes a pseudo-terminal in raw mode: the controlling side (non-blocking), the terminal's side, and its path, which
/// takes at most 64 bytes. Returns 0, or an errno.
int reel_open_pseudo_terminal(int *controller, int *terminal, char path[64]);

/// A format, size and rate that a V4L2 device offers.
struct reel_video_mode {
    /// Its four letters, "MJPG", ended by 0.
    char format[5];
    uint32_t width;
    uint32_t height;
    /// Pictures a second; 0 when the device does not say.
    double rate;
};

/// Asks a V4L2 device for its name and what it offers, without taking it from a program that uses it: at most
/// `capacity` modes go to `list`, how many goes to `count`. Returns 0, or an errno (ENODEV: it gives no pictures).
int reel_video_device(const char *path, char name[32], struct reel_video_mode *list, int capacity, int *count);
