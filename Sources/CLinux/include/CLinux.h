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

/// Asks the kernel to send `signal_number` to this process when its parent dies. Returns 0, or an errno.
int reel_signal_when_parent_dies(int signal_number);

/// renameat2 with RENAME_EXCHANGE: swaps two paths of one filesystem in one step. Returns 0, or an errno.
int reel_exchange_paths(const char *first, const char *second);

/// Starts writing the file's dirty pages without waiting (sync_file_range). Returns 0, or an errno.
int reel_start_writeback(int file_descriptor);

/// The calling thread's number, as `ps -L` shows it.
pid_t reel_thread_number(void);

/// Names the calling thread as `top -H` shows it; the kernel keeps 15 bytes.
void reel_name_thread(const char *name);

/// Waits for the semaphore at most until `nanoseconds` on CLOCK_MONOTONIC, also through signals. Returns 0, or ETIMEDOUT.
int reel_semaphore_wait_until(sem_t *semaphore, int64_t nanoseconds);
