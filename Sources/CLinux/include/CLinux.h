// Linux calls that Swift cannot import: variadic ones, raw system calls, and macros.
#pragma once
#include <linux/input.h>
#include <stdint.h>
#include <semaphore.h>
#include <sys/types.h>

/// Gives up for good what would let a thread of this process become real-time: CAP_SYS_NICE leaves the bounding,
/// permitted, effective and inheritable sets, and RLIMIT_RTPRIO becomes 0. Returns 0, or an errno.
int reel_forbid_real_time(void);

/// SCHED_IDLE and the idle I/O class for the calling process, threads made later included. Returns 0, or an errno.
int reel_become_idle(void);

/// Lets the calling thread wake as soon as its time has come, as far as an ordinary thread can: without slack for its
/// timers, and before threads that take longer turns. Threads that it starts are as others are. One that is no ordinary
/// thread stays what it is.
void reel_take_short_turns(void);

/// Makes the calling thread a real-time one of the lowest priority (SCHED_FIFO), where the process may do that: root's,
/// or one with RLIMIT_RTPRIO. Returns 0, or an errno.
int reel_become_real_time(void);

/// The calling thread's number, as the kernel counts threads (gettid; older C libraries have no wrapper).
int64_t reel_thread_number(void);

/// The calling thread's policy (SCHED_OTHER, SCHED_FIFO, …), and its priority among real-time threads.
int reel_policy(int *priority);

/// How a thread is scheduled, as the kernel describes it.
struct reel_scheduling {
    uint64_t attributes[6];
};

/// Notes how the calling thread is scheduled. Returns 0, or an errno.
int reel_note_scheduling(struct reel_scheduling *scheduling);

/// Gives the calling thread the policy and priority back that it had, where it has others now. Returns 0, or an errno.
int reel_restore_scheduling(const struct reel_scheduling *scheduling);

/// Lets real-time threads of this process compute for at most `longest` microseconds without a pause (RLIMIT_RTTIME; a
/// negative number leaves the limit as it is): the kernel sends SIGXCPU after a quarter of that, and kills the process
/// after all of it. `granted` is what they may, -1 for as long as they want. Returns 0, ERANGE where that is less than
/// `least` (the hard limit stays as it is then), or another errno.
int reel_limit_real_time(int64_t longest, int64_t least, int64_t *granted);

/// From now on SIGXCPU makes the calling thread an ordinary one as it is now, if it is a real-time thread then, and so
/// the thread that gets the signal, and does not end the process. One thread at a time. Returns 0, EBUSY, or another
/// errno.
int reel_guard_real_time(void);

/// Makes the guarded thread, which must be the calling one, ordinary; it stays guarded. Returns 0, or an errno.
int reel_become_ordinary(void);

/// Makes the guarded thread, which must be the calling one, ordinary, and lets SIGXCPU do what it did before. Returns 1
/// when the signal has made it ordinary already, else 0.
int reel_leave_real_time(void);

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

/// Makes memory that other processes may look at and nobody but this mapping may change: `count` bytes of zeros at
/// `bytes`, and a descriptor to read them by, which goes to the other process. Returns 0, or an errno.
int reel_create_shared_memory(const char *name, int64_t count, void **bytes, int *reading);

/// Makes memory of `count` zeros that another process may change too, and keeps its size for good; `descriptor` goes to the
/// other process. Returns 0, or an errno.
int reel_create_common_memory(const char *name, int64_t count, void **bytes, int *descriptor);

/// Sends all of the bytes over a Unix socket, and with the first of them a descriptor where it is not negative. Returns 0, or an
/// errno.
int reel_send(int socket, const void *bytes, int64_t count, int descriptor);

/// Who is at the other end of a Unix socket (SO_PEERCRED). Returns the user's number, or -1.
int64_t reel_peer_user(int socket);

/// Lets this process give way: nice 10, the first to go when memory is short, no new rights by programs that it starts,
/// and at most so many open files. What the system does not allow is left as it is.
void reel_give_way(int most_files);
