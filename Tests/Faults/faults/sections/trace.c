// Interposed between Reel and the C library (LD_PRELOAD): notes every operation that changes files or names below the
// directory REEL_TRACE_ROOT, with its bytes and in the order in which they happened, in the file REEL_TRACE. Several
// processes may write to one trace. Syncs are noted and not carried out, as the trace is what says what they promise; with
// REEL_TRACE_SYNCS they are carried out first.
//
// One record: the header below, then the first path, the second path, the data. disk.py reads it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

// The C library's own, which this file's functions end in.
#define raw(...) c_library()(__VA_ARGS__)

static long (*c_library(void))(long, ...) {
    static long (*found)(long, ...);
    if (!found) found = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
    return found;
}

struct header {
    uint8_t operation;
    uint8_t padding[7];
    int64_t time;
    uint64_t inode;
    int64_t offset;
    uint32_t first, second;
    uint64_t length;
};

static const char *root;
static size_t root_length;
static int trace = -1;
static atomic_int *lock;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("REEL_TRACE");
    root = getenv("REEL_TRACE_ROOT");
    if (!path || !root) return;
    root_length = strlen(root);
    char name[4096];
    snprintf(name, sizeof name, "%s.lock", path);
    int file = (int)raw(SYS_openat, AT_FDCWD, name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int opened = (int)raw(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || opened < 0 || raw(SYS_ftruncate, file, 4096) != 0) abort();
    lock = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (lock == MAP_FAILED) abort();
    trace = opened;
}

static void enter(void) {
    while (trace >= 0 && atomic_exchange(lock, 1)) sched_yield();
}

static void leave(void) {
    int saved = errno;
    if (trace >= 0) atomic_store(lock, 0);
    errno = saved;
}

// Whether the path is the root or lies below it.
static int is_ours(const char *path) {
    return trace >= 0 && path && !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}

// The file's inode when it lies below the root, else 0.
static uint64_t ours(int fd) {
    char link[64], path[4096];
    if (trace < 0 || fd == trace) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    struct stat status;
    return is_ours(path) && fstat(fd, &status) == 0 ? status.st_ino : 0;
}

static void note(char operation, uint64_t inode, int64_t offset, const char *first, const char *second,
                 const void *data, size_t length) {
    int saved = errno;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    struct header header = {.operation = (uint8_t)operation, .time = now.tv_sec * 1000000000LL + now.tv_nsec,
                            .inode = inode, .offset = offset, .first = first ? strlen(first) : 0,
                            .second = second ? strlen(second) : 0, .length = length};
    struct iovec parts[4] = {{&header, sizeof header}, {(void *)first, header.first}, {(void *)second, header.second},
                             {(void *)data, length}};
    if (raw(SYS_writev, trace, parts, 4) != (long)(sizeof header + header.first + header.second + length)) abort();
    errno = saved;
}

static int open_at(int directory, const char *path, int flags, mode_t mode) {
    int matters = is_ours(path) && flags & (O_CREAT | O_TRUNC);
    if (!matters) return (int)raw(SYS_openat, directory, path, flags, mode);
    enter();
    int is_new = access(path, F_OK) != 0;
    int fd = (int)raw(SYS_openat, directory, path, flags, mode);
    if (fd >= 0 && is_new) note('C', ours(fd), 0, path, NULL, NULL, 0);
    if (fd >= 0 && !is_new && flags & O_TRUNC) note('T', ours(fd), 0, NULL, NULL, NULL, 0);
    leave();
    return fd;
}

#define MODE mode_t mode = 0; if (flags & (O_CREAT | O_TMPFILE)) { va_list list; va_start(list, flags); \
    mode = va_arg(list, mode_t); va_end(list); }

int open(const char *path, int flags, ...) { MODE return open_at(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return open_at(AT_FDCWD, path, flags, mode); }
int openat(int directory, const char *path, int flags, ...) { MODE return open_at(directory, path, flags, mode); }
int openat64(int directory, const char *path, int flags, ...) { MODE return open_at(directory, path, flags, mode); }
int __open_2(const char *path, int flags) { return open_at(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return open_at(AT_FDCWD, path, flags, 0); }
int creat(const char *path, mode_t mode) { return open_at(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

static int64_t place(int fd) {
    struct stat status;
    if (fcntl(fd, F_GETFL) & O_APPEND) return fstat(fd, &status) == 0 ? status.st_size : 0;
    return lseek(fd, 0, SEEK_CUR);
}

ssize_t write(int fd, const void *bytes, size_t count) {
    uint64_t inode = ours(fd);
    if (!inode) return raw(SYS_write, fd, bytes, count);
    enter();
    int64_t offset = place(fd);
    ssize_t written = raw(SYS_write, fd, bytes, count);
    if (written > 0) note('W', inode, offset, NULL, NULL, bytes, (size_t)written);
    leave();
    return written;
}

static ssize_t write_at(int fd, const void *bytes, size_t count, off_t offset) {
    uint64_t inode = ours(fd);
    if (!inode) return raw(SYS_pwrite64, fd, bytes, count, offset);
    enter();
    ssize_t written = raw(SYS_pwrite64, fd, bytes, count, offset);
    if (written > 0) note('W', inode, offset, NULL, NULL, bytes, (size_t)written);
    leave();
    return written;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) { return write_at(fd, bytes, count, offset); }
ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t offset) { return write_at(fd, bytes, count, offset); }

ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (!ours(fd)) return raw(SYS_writev, fd, parts, count);
    ssize_t all = 0;
    for (int i = 0; i < count; i++) {
        ssize_t written = write(fd, parts[i].iov_base, parts[i].iov_len);
        if (written < 0) return all ? all : written;
        all += written;
        if ((size_t)written < parts[i].iov_len) break;
    }
    return all;
}

static int resize(int fd, off_t length) {
    uint64_t inode = ours(fd);
    enter();
    int result = (int)raw(SYS_ftruncate, fd, length);
    if (inode && result == 0) note('T', inode, length, NULL, NULL, NULL, 0);
    leave();
    return result;
}

int ftruncate(int fd, off_t length) { return resize(fd, length); }
int ftruncate64(int fd, off_t length) { return resize(fd, length); }

static int allocate(int fd, off_t offset, off_t length) {
    struct stat status;
    return fstat(fd, &status) != 0 ? errno : offset + length > status.st_size ? (resize(fd, offset + length) ? errno : 0) : 0;
}

int posix_fallocate(int fd, off_t offset, off_t length) { return allocate(fd, offset, length); }
int posix_fallocate64(int fd, off_t offset, off_t length) { return allocate(fd, offset, length); }
int fallocate(int fd, int mode, off_t offset, off_t length) {
    if (!ours(fd)) return (int)raw(SYS_fallocate, fd, mode, offset, length);
    int result = allocate(fd, offset, length);
    if (result) errno = result;
    return result ? -1 : 0;
}
int fallocate64(int fd, int mode, off_t offset, off_t length) { return fallocate(fd, mode, offset, length); }

static int synced(int fd, long call) {
    uint64_t inode = ours(fd);
    int carries_out = getenv("REEL_TRACE_SYNCS") != NULL;
    if (!inode) return carries_out ? (int)raw(call, fd) : 0;
    enter();
    int result = carries_out ? (int)raw(call, fd) : 0;
    if (result == 0) note('S', inode, 0, NULL, NULL, NULL, 0);
    leave();
    return result;
}

int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }

static int renamed(const char *from, const char *to, unsigned flags) {
    enter();
    int result = (int)raw(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);
    if (result == 0 && (is_ours(from) || is_ours(to))) note(flags & 2 ? 'X' : 'R', 0, 0, from, to, NULL, 0);
    leave();
    return result;
}

int rename(const char *from, const char *to) { return renamed(from, to, 0); }
int renameat(int a, const char *from, int b, const char *to) { (void)a; (void)b; return renamed(from, to, 0); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) {
    (void)a; (void)b;
    return renamed(from, to, flags);
}

long syscall(long number, ...) {
    va_list list;
    va_start(list, number);
    long a[6];
    for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
    va_end(list);
    if (number == SYS_renameat2) return renamed((const char *)a[1], (const char *)a[3], (unsigned)a[4]);
    return raw(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

static int removed(const char *path, int flags) {
    enter();
    int result = (int)raw(SYS_unlinkat, AT_FDCWD, path, flags);
    if (result == 0 && is_ours(path)) note('U', 0, 0, path, NULL, NULL, 0);
    leave();
    return result;
}

int unlink(const char *path) { return removed(path, 0); }
int rmdir(const char *path) { return removed(path, AT_REMOVEDIR); }
int unlinkat(int directory, const char *path, int flags) {
    return is_ours(path) ? removed(path, flags) : (int)raw(SYS_unlinkat, directory, path, flags);
}
int remove(const char *path) {
    struct stat status;
    if (lstat(path, &status) != 0) return -1;
    return removed(path, S_ISDIR(status.st_mode) ? AT_REMOVEDIR : 0);
}

static int made(const char *path, mode_t mode) {
    enter();
    int result = (int)raw(SYS_mkdirat, AT_FDCWD, path, mode);
    struct stat status;
    if (result == 0 && is_ours(path) && stat(path, &status) == 0) note('D', status.st_ino, 0, path, NULL, NULL, 0);
    leave();
    return result;
}

int mkdir(const char *path, mode_t mode) { return made(path, mode); }
int mkdirat(int directory, const char *path, mode_t mode) {
    return is_ours(path) ? made(path, mode) : (int)raw(SYS_mkdirat, directory, path, mode);
}
